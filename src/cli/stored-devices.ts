import { allDevices } from "../app/assess-fleet.ts";
import { findDevices } from "../app/find-devices.ts";
import { storedInventory } from "../app/stored-inventory.ts";
import type { Store } from "../compose.ts";
import { nearestNames } from "../config/nearest-name.ts";
import { ProductError } from "../domain/errors.ts";
import type { Inventory } from "../domain/fleet/inventory.ts";
import type { StoredDevice } from "../stores/device-store.ts";

/** So many devices are looked at for names like the one that is unknown. */
const lookedAt = 100_000;
const mostNamed = 5;

/** The newest inventories of a tenant's devices; @throws ProductError `usage` for a name that is not that of one device */
export async function readStored(store: Store, tenant: string, names: readonly string[]): Promise<Inventory[]> {
  const inventories: Inventory[] = [];
  for (const name of names) {
    const found = await findDevices(store, tenant, name);
    const [device] = found;
    if (device === undefined) throw await unknownDevice(store, tenant, name);
    if (found.length > 1) throw severalDevices(name, found);
    inventories.push(await storedInventory(store, device));
  }
  return inventories;
}

function severalDevices(name: string, found: readonly StoredDevice[]): ProductError {
  const each = found.map(({ deviceId, lastSeen }) => `${deviceId} (last seen ${lastSeen.slice(0, 10)})`);
  const listed = each.length > mostNamed ? [...each.slice(0, mostNamed), `${each.length - mostNamed} more`] : each;
  return new ProductError("usage", `${found.length} devices are named ${name}: ${listed.join(", ")}`, {
    hint: "Name the one that is meant by its id.",
  });
}

async function unknownDevice(store: Store, tenant: string, name: string): Promise<ProductError> {
  const known = new Set<string>();
  let count = 0;
  for await (const device of allDevices(store, tenant)) {
    known.add(device.name);
    if (++count === lookedAt) break;
  }
  const nearest = nearestNames(name, [...known], mostNamed);
  return new ProductError("usage", `no device with the id or name ${name} is stored`, { hint: adviceFor(count, nearest) });
}

function adviceFor(stored: number, nearest: readonly string[]): string {
  if (stored === 0) return "None is stored yet: `patchgap ingest FILE` stores inventories.";
  return nearest.length === 0 ? "`patchgap devices` lists those that are." : `Did you mean ${nearest.join(", ")}?`;
}
