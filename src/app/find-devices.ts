import type { DeviceStore, StoredDevice } from "../stores/device-store.ts";

/** Whether a text has the form of a device's id. */
export function isDeviceId(text: string): boolean {
  return /^[0-9a-f]{40}$/i.test(text);
}

/** What an id or a name stands for: one device, none, or several that are all named and none of which is guessed. */
export async function findDevices(
  store: Pick<DeviceStore, "device" | "devicesNamed">,
  tenantId: string,
  idOrName: string,
): Promise<readonly StoredDevice[]> {
  const byId = isDeviceId(idOrName) ? await store.device(tenantId, idOrName.toLowerCase()) : undefined;
  return byId === undefined ? await store.devicesNamed(tenantId, idOrName) : [byId];
}
