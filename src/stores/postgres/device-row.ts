import type { DeviceFacts } from "../../domain/fleet/inventory-content.ts";
import type { StoredDevice } from "../device-store.ts";
import { tagsAndGroup } from "../sql/tag-columns.ts";
import type { Parameter } from "./connections.ts";
import { encodeTexts } from "./text-code.ts";

/** A device as it stands in its table: lists and facts are JSON. Never changed, only replaced. */
export interface DeviceRow extends Omit<StoredDevice, "facts" | "assignedTags" | "removedTags"> {
  readonly reported: string;
  readonly assignedTags: string;
  readonly removedTags: string;
  /** ISO time */
  readonly changedAt: string;
  /** the change of the fleet that made the row what it is */
  readonly change: number;
}

/** The columns of a DeviceRow, under its names. */
export const deviceColumns: string = `device_id AS "deviceId", name, digest, first_seen AS "firstSeen", last_seen AS "lastSeen",
  received_at AS "receivedAt", reported, assigned_tags AS "assignedTags", removed_tags AS "removedTags", device_value AS value,
  changed_at AS "changedAt", change`;

/** Devices of a tenant by their ids. */
export const devicesByIds: string = `SELECT ${deviceColumns} FROM device WHERE tenant_id = $1 AND device_id = ANY($2)`;

/** The device of a row. */
export function toDevice({ reported, assignedTags, removedTags, changedAt: _at, change: _change, ...row }: DeviceRow): StoredDevice {
  return {
    ...row,
    facts: JSON.parse(reported) as DeviceFacts,
    assignedTags: JSON.parse(assignedTags) as string[],
    removedTags: JSON.parse(removedTags) as string[],
  };
}

/** The columns of the table, in the order of `valuesOf`. */
export const writtenColumns: readonly string[] = [
  ...["tenant_id", "device_id", "name", "name_key", "digest", "first_seen", "last_seen", "received_at", "reported", "assigned_tags"],
  ...["removed_tags", "tags", "addresses", "device_value", "group_id", "group_name", "changed_at", "change"],
];

const namesOfRow = writtenColumns.slice(1).join(", ");

/** Writes devices as they are to be. One that is newer in the table stays: nobody writes between, but a statement that cannot go back need not trust that. */
export const putDevices: string = `INSERT INTO device (${writtenColumns.join(", ")})
  SELECT $1, device_id, name, name_key, digest, first_seen, last_seen, received_at, reported,
    assigned_tags, removed_tags, CAST(tags AS jsonb), CAST(addresses AS jsonb), device_value, group_id, group_name, changed_at, change
  FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::integer[], $16::text[], $17::text[], $18::bigint[])
    AS given(${namesOfRow})
  ON CONFLICT (tenant_id, device_id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key, digest = excluded.digest,
    first_seen = excluded.first_seen, last_seen = excluded.last_seen, received_at = excluded.received_at, reported = excluded.reported,
    assigned_tags = excluded.assigned_tags, removed_tags = excluded.removed_tags, tags = excluded.tags, addresses = excluded.addresses,
    device_value = excluded.device_value, group_id = excluded.group_id, group_name = excluded.group_name, changed_at = excluded.changed_at,
    change = excluded.change
  WHERE device.last_seen <= excluded.last_seen`;

type Value = string | number | null;

/** A device as it is written; `nameKey` is what names are compared by. */
export function valuesOf(tenantId: string, row: DeviceRow, nameKey: (name: string) => string): readonly Value[] {
  const { tags: reported, ipAddresses } = JSON.parse(row.reported) as DeviceFacts;
  const [tags, groupId, groupName] = tagsAndGroup(reported, textsOf(row.assignedTags), textsOf(row.removedTags));
  const { deviceId, name, digest, firstSeen, lastSeen, receivedAt, assignedTags, removedTags, value, changedAt, change } = row;
  // A name that is none is refused by the database, not here.
  const key = typeof name === "string" ? nameKey(name) : name;
  const [tagTexts, addresses] = [encodeTexts(tags), encodeTexts(ipAddresses)];
  // biome-ignore format: in the order of the columns; lists that are put together cost as much as all else here
  return [
    tenantId, deviceId, name, key, digest, firstSeen, lastSeen, receivedAt, row.reported, assignedTags, removedTags, tagTexts, addresses, value,
    groupId, groupName, changedAt, change,
  ];
}

function textsOf(json: string): readonly string[] {
  return json === "[]" ? [] : (JSON.parse(json) as string[]);
}

/** What `putDevices` is given. */
export function putValues(tenantId: string, rows: readonly DeviceRow[], nameKey: (name: string) => string): readonly Parameter[] {
  const values = rows.map((row) => valuesOf(tenantId, row, nameKey).slice(1));
  return [tenantId, ...writtenColumns.slice(1).map((_, index) => values.map((row) => row[index] ?? null))];
}
