import { ProductError } from "../domain/errors.ts";
import { effectiveTags } from "../domain/fleet/device-tags.ts";
import type { Inventory } from "../domain/fleet/inventory.ts";
import type { InventoryContent } from "../domain/fleet/inventory-content.ts";
import type { DeviceStore, StoredDevice } from "../stores/device-store.ts";

/** The newest inventory of a stored device, as it was received. */
export async function storedInventory(store: Pick<DeviceStore, "inventory">, device: StoredDevice): Promise<Inventory> {
  const { deviceId, name, lastSeen, facts } = device;
  return { deviceName: name, deviceId, collectedAt: lastSeen, ...(await readContent(store, device.digest)), ...facts };
}

/** What a digest in force stands for; @throws ProductError `database` where it is gone */
export async function readContent(store: Pick<DeviceStore, "inventory">, digest: string): Promise<InventoryContent> {
  const content = await store.inventory(digest);
  if (content === undefined) throw new ProductError("database", `the database is damaged: inventory ${digest} is not there`);
  return content;
}

/** All tags of a device: those it reports and those it was given, without those taken away. */
export function tagsOf({ facts, assignedTags, removedTags }: StoredDevice): string[] {
  return effectiveTags(facts.tags, assignedTags, removedTags);
}
