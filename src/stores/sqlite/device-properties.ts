import { activeMs, type FleetView } from "../fleet-store.ts";

/** Takes a value that SQL is to compare with, and gives the text that stands for it. */
export type Bind = (value: string | number | bigint) => string;

/** Where a property of `machines` and `machineReferences` is found: SQL over `d` (device) and `s` (standing). */
export interface Column {
  readonly sql: (bind: Bind, view: FleetView) => string;
  readonly isNullable: boolean;
}

const column = (sql: string, isNullable = false): Column => ({ sql: () => sql, isNullable });

/** Milliseconds padded to the seven digits that filters compare with. */
const moment = (name: string): Column => column(`(substr(${name}, 1, 23) || '0000Z')`);

const health: Column = {
  sql: (bind, { at }) =>
    `(CASE WHEN d.last_seen >= ${bind(new Date(Date.parse(at) - activeMs).toISOString())} THEN 'Active' ELSE 'Inactive' END)`,
  isNullable: false,
};

/** Every property that can be filtered or ordered by. None comes from a request: a filter holds names of this table only. */
export const deviceColumns: ReadonlyMap<string, Column> = new Map([
  ["id", column("d.device_id")],
  ["isExcluded", column("0")],
  ["computerDnsName", column("d.name")],
  ["firstSeen", moment("d.first_seen")],
  ["lastSeen", moment("d.last_seen")],
  ["osPlatform", column("s.os_platform", true)],
  ["version", column("s.release", true)],
  ["osBuild", column("s.os_build", true)],
  ["lastIpAddress", column("json_extract(d.reported, '$.ipAddresses[0]')", true)],
  ["healthStatus", health],
  ["deviceValue", column("d.device_value")],
  ["rbacGroupId", column("d.group_id")],
  ["rbacGroupName", column("d.group_name", true)],
  ["riskScore", column("s.risk_score", true)],
  ["exposureLevel", column("s.exposure_level", true)],
  ["aadDeviceId", column("NULL", true)],
  ["onboardingStatus", column("'Onboarded'")],
  ["detectionTime", column("NULL", true)],
]);

/** Lists of a device, as tables of items. */
export const deviceLists: ReadonlyMap<string, string> = new Map([
  ["machineTags", "json_each(d.tags)"],
  ["ipAddresses", "json_each(d.reported, '$.ipAddresses')"],
]);

/** Properties of the items of `ipAddresses`: inventories name addresses only. */
export const itemColumns: ReadonlyMap<string, Column> = new Map([
  ["ipAddress", column("item.value")],
  ["macAddress", column("NULL", true)],
  ["type", column("'Other'")],
  ["operationalStatus", column("'Up'")],
]);

/** The item itself: a tag. */
export const itemValue: Column = column("item.value");
