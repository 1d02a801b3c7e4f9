import { ProductError } from "../domain/errors.ts";
import type { Inventory } from "../domain/fleet/inventory.ts";
import type { InventoryContent } from "../domain/fleet/inventory-content.ts";
import type { DeviceStore, StoredDevice } from "../stores/device-store.ts";

/** The newest inventory of a stored device, as it was received. */
export function storedInventory(store: Pick<DeviceStore, "inventory">, device: StoredDevice): Inventory {
  const { deviceId, name, lastSeen, facts } = device;
  return { deviceName: name, deviceId, collectedAt: lastSeen, ...readContent(store, device.digest), ...facts };
}

/** What a digest in force stands for; @throws ProductError `database` where it is gone */
export function readContent(store: Pick<DeviceStore, "inventory">, digest: string): InventoryContent {
  const content = store.inventory(digest);
  if (content === undefined) throw new ProductError("database", `the database is damaged: inventory ${digest} is not there`);
  return content;
}

/** All tags of a device: those it reports and those it was given. */
export function tagsOf({ facts, assignedTags }: StoredDevice): string[] {
  return [...new Set([...assignedTags, ...facts.tags])];
}
