import type { DeviceValue } from "../../domain/fleet/device-tags.ts";
import type { Ordering } from "../../odata/property-lists.ts";
import type { DeviceList, DeviceQuery, FleetView, GroupCount, ListedDevice } from "../fleet-store.ts";
import { columnsOf } from "./device-properties.ts";
import type { Bind, Dialect } from "./dialect.ts";
import { filterToSql, type Wording } from "./filter-to-sql.ts";

/** SQL and what is bound in it, in order. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly (string | number | bigint)[];
}

/** The statements of lists in the words of one database. */
export interface ListStatements {
  /** the devices of a list */
  readonly listStatement: (tenantId: string, query: DeviceQuery) => Statement;
  /** how many devices the list has on all pages together */
  readonly countStatement: (tenantId: string, query: Omit<DeviceQuery, "after">) => Statement;
  /** what a query asks for beside its devices, in the order in which `askedBeside` takes the answers; whether all were examined is not for views as of a change */
  readonly besideStatements: (tenantId: string, query: DeviceQuery) => readonly Statement[];
  /** distinct inventories with their numbers of devices; by group where asked */
  readonly digestsStatement: (tenantId: string, view: FleetView, byGroup: boolean) => Statement;
}

/** Writes the statements of lists for a database. */
export function listStatements(dialect: Dialect): ListStatements {
  const columns = columnsOf(dialect);
  const writing = (view: FleetView): Wording & Pick<Statement, "values"> => {
    const values: (string | number | bigint)[] = [];
    const bind: Bind = (value) => dialect.mark(values.push(value), value);
    return { dialect, columns, view, bind, values };
  };
  const countStatement: ListStatements["countStatement"] = (tenantId, query) => countOf(tenantId, query, writing(query.view));
  return {
    listStatement: (tenantId, query) => listOf(tenantId, query, writing(query.view)),
    countStatement,
    besideStatements: (tenantId, { after: _, ...query }) => [
      ...(query.count === true ? [countStatement(tenantId, query)] : []),
      ...(query.asksIfExamined === true ? [examinedOf(tenantId, writing(query.view))] : []),
    ],
    digestsStatement: (tenantId, view, byGroup) => digestsOf(tenantId, byGroup, writing(view)),
  };
}

type Writing = Wording & Pick<Statement, "values">;

function listOf(tenantId: string, query: DeviceQuery, writing: Writing): Statement {
  const { bind, values, dialect } = writing;
  const keys = query.orderBy ?? [];
  const isCut = dialect.cutsParts === true && keys.length === 0 && tablesOf(query.view).length > 1;
  const selected = query.isBrief === true ? briefColumns : `${briefColumns}, ${otherColumns}, ${dialect.addresses}`;
  const arms = tablesOf(query.view).map((table) => {
    const sortKeys = keys.map((ordering, index) => `, ${keySql(ordering, writing)} AS k${index}`).join("");
    const arm = `SELECT ${selected}${sortKeys} ${source(table, tenantId, query, writing)}`;
    return isCut ? `SELECT * FROM (${arm} ORDER BY device_id LIMIT ${bind(query.limit + (query.skip ?? 0))}) AS ${table}_part` : arm;
  });
  const direction = (isDown: boolean): string => (isDown ? " DESC NULLS LAST" : " NULLS FIRST");
  const order = keys.length === 0 ? "device_id" : keys.map(({ descending }, index) => `k${index}${direction(descending)}`).join(", ");
  const sql = `${allOf(arms, dialect)} ORDER BY ${order} LIMIT ${bind(query.limit)} OFFSET ${bind(query.skip ?? 0)}`;
  return { sql, values };
}

/** Over several nodes a union is read as one only within a query, and if each part has the key that the tables are distributed by. */
function allOf(arms: readonly string[], { isDistributed }: Dialect): string {
  const union = arms.join(" UNION ALL ");
  return arms.length > 1 && isDistributed === true ? `SELECT * FROM (${union}) AS arm` : union;
}

function countOf(tenantId: string, query: Omit<DeviceQuery, "after">, writing: Writing): Statement {
  if (writing.dialect.isDistributed === true) {
    const ids = tablesOf(query.view).map((table) => `SELECT d.device_id ${source(table, tenantId, query, writing)}`);
    return { sql: `SELECT count(*) FROM (${ids.join(" UNION ALL ")}) AS arm`, values: writing.values };
  }
  const arms = tablesOf(query.view).map((table) => `SELECT count(*) AS n ${source(table, tenantId, query, writing)}`);
  return { sql: `SELECT CAST(sum(n) AS BIGINT) FROM (${arms.join(" UNION ALL ")}) AS arm`, values: writing.values };
}

/** Inventories that have no standing under the epoch that the mark stands for. There are few where devices are many: whether a device has one is looked for afterwards. */
export const lacking = (epochMark: string): string =>
  `SELECT i.digest FROM inventory i WHERE NOT EXISTS (SELECT 1 FROM standing s WHERE s.epoch = ${epochMark} AND s.digest = i.digest)`;

/** Whether every device of the tenant has a standing. */
function examinedOf(tenantId: string, { bind, view, values, dialect }: Writing): Statement {
  const unexamined = lacking(bind(view.epoch));
  const own = `FROM device d WHERE d.tenant_id = ${bind(tenantId)}`;
  // What lies on every node cannot be asked whether a device has it.
  if (dialect.isDistributed === true) return { sql: `SELECT count(*) = 0 ${own} AND d.digest IN (${unexamined})`, values };
  const found = `SELECT 1 FROM lacking l WHERE EXISTS (SELECT 1 ${own} AND d.digest = l.digest)`;
  return { sql: `WITH lacking AS MATERIALIZED (${unexamined}) SELECT NOT EXISTS (${found})`, values };
}

function digestsOf(tenantId: string, byGroup: boolean, { bind, view, values, dialect }: Writing): Statement {
  const groups = byGroup ? ["group_id", "group_name"] : [];
  const columns = ["digest", ...groups].join(", ");
  const selected = dialect.isDistributed === true ? `device_id, ${columns}` : columns;
  const arms = tablesOf(view).map(
    (table) => `SELECT ${selected} FROM ${table} d WHERE d.tenant_id = ${bind(tenantId)}${asOf(table, view, bind)}`,
  );
  const shown = byGroup ? columns : "digest, 0, NULL";
  return { sql: `SELECT ${shown}, count(*) FROM (${arms.join(" UNION ALL ")}) AS arm GROUP BY ${columns} ORDER BY ${columns}`, values };
}

/** What `listStatement` selects, as arrays: thousands of rows are sent between threads. */
export type ListRow = readonly [
  deviceId: string,
  name: string,
  digest: string,
  firstSeen: string,
  lastSeen: string,
  groupId: number,
  groupName: string | null,
  // A brief list ends here.
  tags: string | undefined,
  value: string | undefined,
  hasStanding: number | boolean | undefined,
  osPlatform: string | null,
  release: string | null,
  osBuild: number | null,
  architecture: string | null,
  exposureLevel: string | null,
  riskScore: string | null,
  addresses: string | null | undefined,
];

const briefColumns = `d.device_id AS device_id, d.name, d.digest, d.first_seen, d.last_seen, d.group_id, d.group_name`;
const otherColumns = `d.tags, d.device_value, s.digest IS NOT NULL, s.os_platform, s.release, s.os_build, s.architecture, s.exposure_level, s.risk_score`;

/** The device of a row. */
export function toListedDevice(row: ListRow): ListedDevice {
  const [deviceId, name, digest, firstSeen, lastSeen, groupId, groupName, tags, value, hasStanding, ...standing] = row;
  const [osPlatform, release, osBuild, architecture, exposureLevel, riskScore, addresses] = standing;
  return {
    ...{ deviceId, name, digest, firstSeen, lastSeen, groupId, groupName },
    tags: tags === undefined || tags === "[]" ? [] : (JSON.parse(tags) as string[]),
    addresses: addresses === null || addresses === undefined ? [] : (JSON.parse(addresses) as string[]),
    value: (value ?? "Normal") as DeviceValue,
    standing: !hasStanding ? undefined : { osPlatform, release, osBuild, architecture, exposureLevel, riskScore },
  };
}

/** What `besideStatements` ask: how many devices there are on all pages, and whether all were examined. */
export function askedBeside(
  { count, asksIfExamined }: DeviceQuery,
  answers: readonly (readonly unknown[])[],
): Pick<DeviceList, "total" | "isExamined"> {
  const values = answers.map(([row]) => (row as readonly unknown[])[0]);
  return {
    ...(count === true ? { total: Number(values.shift()) } : {}),
    ...(asksIfExamined === true ? { isExamined: Boolean(values.shift()) } : {}),
  };
}

/** The count in a row of `digestsStatement`. */
export function toGroupCount(row: readonly unknown[]): GroupCount {
  const [digest, groupId, groupName, devices] = row as readonly [string, number, string | null, number];
  return { digest, groupId, groupName, devices };
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

function source(table: Table, tenantId: string, query: DeviceQuery | Omit<DeviceQuery, "after">, wording: Wording): string {
  const { bind, dialect } = wording;
  const { view, filter, digests, changedSince } = query;
  const join = `LEFT JOIN standing s ON s.epoch = ${bind(view.epoch)} AND s.digest = d.digest`;
  const where = [
    `d.tenant_id = ${bind(tenantId)}${asOf(table, view, bind)}`,
    ...("after" in query && query.after !== undefined ? [`d.device_id > ${bind(query.after)}`] : []),
    ...(changedSince === undefined ? [] : [`d.changed_at >= ${bind(changedSince)}`]),
    ...(digests === undefined ? [] : [dialect.isOneOf("d.digest", bind(JSON.stringify(digests)))]),
    ...(filter === undefined ? [] : [`(${filterToSql(filter, wording)})`]),
  ];
  return `FROM ${table} d ${join} WHERE ${where.join(" AND ")}`;
}

function keySql({ operand }: Ordering, { bind, view, columns, dialect }: Wording): string {
  const sql = columns.device.get(operand.property ?? "")?.sql(bind, view);
  if (sql === undefined) throw new Error(`no column to order by: ${operand.property}`);
  return operand.ignoreCase ? dialect.fold(sql) : sql;
}
