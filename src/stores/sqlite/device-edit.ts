import type Database from "better-sqlite3";
import type { DeviceFacts } from "../../domain/fleet/inventory-content.ts";
import type { StoredDevice } from "../device-store.ts";
import type { DeviceEdit } from "../fleet-store.ts";
import { type DeviceTags, editTags } from "../sql/edit-tags.ts";
import { tagColumns } from "../sql/tag-columns.ts";
import { type DeviceRow, deviceColumns, toDevice } from "./device-row.ts";
import { deviceVersions } from "./device-versions.ts";

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
      const { assigned, removed, reported } = editTags(tagsOf(held), edit);
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

function tagsOf({ reported, assignedTags, removedTags }: DeviceRow): DeviceTags {
  return {
    reported: (JSON.parse(reported) as DeviceFacts).tags,
    assigned: JSON.parse(assignedTags) as string[],
    removed: JSON.parse(removedTags) as string[],
  };
}
