import type Database from "better-sqlite3";
import type { DeviceFacts } from "../../domain/fleet/inventory-content.ts";
import type { StoredDevice } from "../device-store.ts";
import type { DeviceEdit } from "../fleet-store.ts";
import { type DeviceRow, deviceColumns, toDevice } from "./device-row.ts";
import { deviceVersions } from "./device-versions.ts";
import { tagColumns } from "./tag-columns.ts";

/** Prepares the changing of devices by people; each call is one transaction. */
export function deviceEditor(
  database: Database.Database,
): (tenantId: string, deviceIds: readonly string[], edit: DeviceEdit) => readonly StoredDevice[] {
  const begin = deviceVersions(database);
  const find = database.prepare<[string, string], DeviceRow>(`SELECT ${deviceColumns} FROM device WHERE tenant_id = ? AND device_id = ?`);
  const update = database.prepare(
    `UPDATE device SET assigned_tags = ?, removed_tags = ?, tags = ?, group_id = ?, group_name = ?, device_value = ?, change = ?
     WHERE tenant_id = ? AND device_id = ?`,
  );
  const run = database.transaction((tenantId: string, deviceIds: readonly string[], edit: DeviceEdit) => {
    const change = begin();
    return [...new Set(deviceIds)].flatMap((deviceId) => {
      const held = find.get(tenantId, deviceId);
      if (held === undefined) return [];
      const { assigned, removed, reported } = editTags(held, edit);
      const value = edit.value ?? held.value;
      const texts = [JSON.stringify(assigned), JSON.stringify(removed)] as const;
      if (texts[0] !== held.assignedTags || texts[1] !== held.removedTags || value !== held.value) {
        change.preserve(tenantId, deviceId, held.change);
        update.run(...texts, ...tagColumns(reported, assigned, removed), value, change.number(), tenantId, deviceId);
      }
      return [toDevice({ ...held, assignedTags: texts[0], removedTags: texts[1], value })];
    });
  });
  return run.immediate;
}

interface Tags {
  readonly reported: readonly string[];
  readonly assigned: readonly string[];
  readonly removed: readonly string[];
}

/** A tag that the device reports is not forgotten when it is taken away: it is remembered as removed, or the next report would bring it back. */
function editTags(held: DeviceRow, { addTags = [], removeTags = [], setTags }: DeviceEdit): Tags {
  const { tags: reported } = JSON.parse(held.reported) as DeviceFacts;
  const assigned = JSON.parse(held.assignedTags) as string[];
  const removed = JSON.parse(held.removedTags) as string[];
  if (setTags !== undefined) {
    const wanted = [...new Set(setTags)];
    return { reported, assigned: wanted, removed: [...new Set([...removed, ...reported])].filter((tag) => !wanted.includes(tag)) };
  }
  const gone = new Set(removeTags);
  return {
    reported,
    assigned: [...new Set([...assigned, ...addTags])].filter((tag) => !gone.has(tag)),
    removed: [...new Set([...removed, ...reported.filter((tag) => gone.has(tag))])].filter((tag) => !addTags.includes(tag)),
  };
}
