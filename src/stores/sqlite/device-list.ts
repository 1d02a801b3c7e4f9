import type { DeviceValue } from "../../domain/fleet/device-tags.ts";
import type { Ordering } from "../../odata/property-lists.ts";
import type { DeviceQuery, FleetView, ListedDevice } from "../fleet-store.ts";
import { type Bind, deviceColumns } from "./device-properties.ts";
import { filterToSql } from "./filter-to-sql.ts";

/** SQL and what is bound in it, in order. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly (string | number | bigint)[];
}

/** The devices of a list. */
export function listStatement(tenantId: string, query: DeviceQuery): Statement {
  const values: (string | number | bigint)[] = [];
  const bind = binder(values);
  const keys = query.orderBy ?? [];
  const arms = tablesOf(query.view).map((table) => {
    const sortKeys = keys.map((ordering, index) => `, ${keySql(ordering, bind, query.view)} AS k${index}`).join("");
    return `SELECT ${listColumns}${sortKeys} ${source(table, tenantId, query, bind)}`;
  });
  const order = keys.length === 0 ? "device_id" : keys.map(({ descending }, index) => `k${index}${descending ? " DESC" : ""}`).join(", ");
  const sql = `${arms.join(" UNION ALL ")} ORDER BY ${order} LIMIT ${bind(query.limit)} OFFSET ${bind(query.skip ?? 0)}`;
  return { sql, values };
}

/** How many devices the list has on all pages together. */
export function countStatement(tenantId: string, query: Omit<DeviceQuery, "after">): Statement {
  const values: (string | number | bigint)[] = [];
  const bind = binder(values);
  const arms = tablesOf(query.view).map((table) => `SELECT count(*) AS n ${source(table, tenantId, query, bind)}`);
  return { sql: `SELECT sum(n) FROM (${arms.join(" UNION ALL ")})`, values };
}

/** Distinct inventories with their numbers of devices; by group where asked. */
export function digestsStatement(tenantId: string, view: FleetView, byGroup: boolean): Statement {
  const values: (string | number | bigint)[] = [];
  const bind = binder(values);
  const groups = byGroup ? ["group_id", "group_name"] : [];
  const columns = ["digest", ...groups].join(", ");
  const arms = tablesOf(view).map(
    (table) => `SELECT ${columns} FROM ${table} d WHERE d.tenant_id = ${bind(tenantId)}${asOf(table, view, bind)}`,
  );
  const shown = byGroup ? columns : "digest, 0, NULL";
  return { sql: `SELECT ${shown}, count(*) FROM (${arms.join(" UNION ALL ")}) GROUP BY ${columns} ORDER BY ${columns}`, values };
}

/** What `listStatement` selects, as arrays: thousands of rows are sent between threads. */
export type ListRow = readonly [
  deviceId: string,
  name: string,
  digest: string,
  firstSeen: string,
  lastSeen: string,
  tags: string,
  addresses: string | null,
  value: string,
  groupId: number,
  groupName: string | null,
  hasStanding: number,
  osPlatform: string | null,
  release: string | null,
  osBuild: number | null,
  architecture: string | null,
  exposureLevel: string | null,
  riskScore: string | null,
];

const listColumns = `d.device_id AS device_id, d.name, d.digest, d.first_seen, d.last_seen, d.tags, json_extract(d.reported, '$.ipAddresses'),
  d.device_value, d.group_id, d.group_name, s.digest IS NOT NULL, s.os_platform, s.release, s.os_build, s.architecture, s.exposure_level, s.risk_score`;

export function toListedDevice(row: ListRow): ListedDevice {
  const [deviceId, name, digest, firstSeen, lastSeen, tags, addresses, value, groupId, groupName, hasStanding, ...standing] = row;
  const [osPlatform, release, osBuild, architecture, exposureLevel, riskScore] = standing;
  return {
    ...{ deviceId, name, digest, firstSeen, lastSeen, groupId, groupName },
    tags: tags === "[]" ? [] : (JSON.parse(tags) as string[]),
    addresses: JSON.parse(addresses ?? "[]") as string[],
    value: value as DeviceValue,
    standing: hasStanding === 0 ? undefined : { osPlatform, release, osBuild, architecture, exposureLevel, riskScore },
  };
}

type Table = "device" | "device_past";

/** A pinned view also needs what devices were before they changed. */
function tablesOf({ change }: FleetView): readonly Table[] {
  return change === undefined ? ["device"] : ["device", "device_past"];
}

function asOf(table: Table, { change }: FleetView, bind: Bind): string {
  if (change === undefined) return "";
  return ` AND d.change <= ${bind(change)}${table === "device_past" ? ` AND d.until_change > ${bind(change)}` : ""}`;
}

function source(table: Table, tenantId: string, query: DeviceQuery | Omit<DeviceQuery, "after">, bind: Bind): string {
  const { view, filter, digests, changedSince } = query;
  const join = `LEFT JOIN standing s ON s.epoch = ${bind(view.epoch)} AND s.digest = d.digest`;
  const where = [
    `d.tenant_id = ${bind(tenantId)}${asOf(table, view, bind)}`,
    ...("after" in query && query.after !== undefined ? [`d.device_id > ${bind(query.after)}`] : []),
    ...(changedSince === undefined ? [] : [`d.changed_at >= ${bind(changedSince)}`]),
    ...(digests === undefined ? [] : [`d.digest IN (SELECT value FROM json_each(${bind(JSON.stringify(digests))}))`]),
    ...(filter === undefined ? [] : [`(${filterToSql(filter, bind, view)})`]),
  ];
  return `FROM ${table} d ${join} WHERE ${where.join(" AND ")}`;
}

function keySql({ operand }: Ordering, bind: Bind, view: FleetView): string {
  const sql = deviceColumns.get(operand.property ?? "")?.sql(bind, view);
  if (sql === undefined) throw new Error(`no column to order by: ${operand.property}`);
  return operand.ignoreCase ? `lower(${sql})` : sql;
}

function binder(values: (string | number | bigint)[]): Bind {
  return (value) => {
    values.push(value);
    return "?";
  };
}
