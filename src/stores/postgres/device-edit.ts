import type { DeviceFacts } from "../../domain/fleet/inventory-content.ts";
import { nameKey, type StoredDevice } from "../device-store.ts";
import type { DeviceEdit, FleetStore } from "../fleet-store.ts";
import { editTags } from "../sql/edit-tags.ts";
import type { Asking, Connections } from "./connections.ts";
import { type DeviceRow, devicesByIds, putDevices, putValues, toDevice } from "./device-row.ts";
import { beginChange, endChange, keepPast } from "./fleet-lock.ts";

/** The changing of devices by people; each call is one transaction. */
export function deviceEditor({ write }: Connections, writer: string): FleetStore["editDevices"] {
  return (tenantId, deviceIds, edit) =>
    write((asking) => run(asking, { writer, tenantId, ids: [...new Set(deviceIds)] }, edit), { isByKey: true });
}

interface Chosen {
  readonly writer: string;
  readonly tenantId: string;
  readonly ids: readonly string[];
}

async function run(asking: Asking, { writer, tenantId, ids }: Chosen, edit: DeviceEdit): Promise<readonly StoredDevice[]> {
  const change = await beginChange(asking);
  const rows = new Map((await asking.all<DeviceRow>(devicesByIds, [tenantId, ids])).map((row) => [row.deviceId, row]));
  const held = ids.flatMap((id) => rows.get(id) ?? []);
  const edited = held.map((row) => afterEdit(row, edit, change.number));
  const changed = edited.filter((row, index) => row !== held[index]);
  if (changed.length > 0) {
    await keepPast(
      asking,
      tenantId,
      changed.map(({ deviceId }) => deviceId),
      change,
    );
    await asking.run(putDevices, putValues(tenantId, changed, nameKey));
    await endChange(asking, writer, change);
  }
  return edited.map(toDevice);
}

/** The same row where nothing changes. */
function afterEdit(row: DeviceRow, edit: DeviceEdit, change: number): DeviceRow {
  const { tags: reported } = JSON.parse(row.reported) as DeviceFacts;
  const own = { assigned: JSON.parse(row.assignedTags) as string[], removed: JSON.parse(row.removedTags) as string[] };
  const { assigned, removed } = editTags({ reported, ...own }, edit);
  const [assignedTags, removedTags] = [JSON.stringify(assigned), JSON.stringify(removed)];
  const value = edit.value ?? row.value;
  const isSame = assignedTags === row.assignedTags && removedTags === row.removedTags && value === row.value;
  return isSame ? row : { ...row, assignedTags, removedTags, value, change };
}
