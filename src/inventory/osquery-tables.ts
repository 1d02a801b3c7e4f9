import { ProductError } from "../domain/errors.ts";
import { member } from "./json-fields.ts";
import { isJsonObject, type JsonObject, parseJson, tryJson } from "./json-text.ts";
import type { ProblemList } from "./problem-list.ts";

/** The tables that say something about updates. */
export const TABLES = ["os_version", "patches", "programs", "registry", "system_info"] as const;

/** The rows that one host sent, by table. A table that is not there was not asked for; one without rows was empty. */
export interface HostTables {
  readonly host: string | undefined;
  readonly tables: Map<TableName, readonly JsonObject[]>;
}

/** One of the tables read. */
export type TableName = (typeof TABLES)[number];

/** Cuts an osquery text into the tables of its hosts: one object of tables, bare rows of one table, or the log lines of osqueryd. */
export function tablesIn(text: string, source: string, problems: ProblemList): HostTables[] {
  const logLines = logLinesIn(text);
  if (logLines !== undefined) return hostsOfLog(logLines, problems);
  const value = parseJson(text, source);
  if (Array.isArray(value)) return tablesOfArray(value, source, problems);
  if (isJsonObject(value))
    return member(value, "snapshot") === undefined ? [tablesOfObject(value, problems)] : hostsOfLog([{ line: 1, value }], problems);
  throw new ProductError("unreadable-input", "this holds no osquery tables", { place: { source } });
}

function tablesOfObject(object: JsonObject, problems: ProblemList): HostTables {
  const tables: HostTables["tables"] = new Map();
  for (const name of TABLES) {
    const value = member(object, name);
    if (value === undefined || value === null) continue;
    const rows = rowsOf(value);
    if (rows === undefined) problems.add(`${name} is no list of rows and was left out`, { field: name });
    else tables.set(name, rows);
  }
  return { host: undefined, tables };
}

function tablesOfArray(value: readonly unknown[], source: string, problems: ProblemList): HostTables[] {
  if (value.some((item) => isJsonObject(item) && member(item, "hostIdentifier") !== undefined)) {
    return hostsOfLog(
      value.map((item) => ({ line: undefined, value: item })),
      problems,
    );
  }
  const rows = rowsOf(value) ?? [];
  const name = tableOf(rows[0]);
  if (name === undefined)
    throw new ProductError("unreadable-input", "these are rows of no osquery table that tells of updates", { place: { source } });
  return [{ host: undefined, tables: new Map([[name, rows]]) }];
}

/** osqueryi prints the rows without the name of their table, but its columns are its own. */
function tableOf(row: JsonObject | undefined): TableName | undefined {
  if (row === undefined) return undefined;
  const has = (...names: string[]): boolean => names.every((name) => Object.hasOwn(row, name));
  if (has("hotfix_id")) return "patches";
  if (has("platform", "build")) return "os_version";
  if (has("data", "key") || has("data", "path")) return "registry";
  if (has("hostname")) return "system_info";
  return has("name", "version") ? "programs" : undefined;
}

function rowsOf(value: unknown): readonly JsonObject[] | undefined {
  if (isJsonObject(value)) return [value];
  return Array.isArray(value) ? value.filter(isJsonObject) : undefined;
}

interface LogLine {
  readonly line: number | undefined;
  readonly value: unknown;
}

/** osqueryd writes one object a line, each naming its host. */
function logLinesIn(text: string): LogLine[] | undefined {
  if (!/^\s*\{[^\n]*"hostIdentifier"/m.test(text) || "value" in tryJson(text)) return undefined;
  return text.split("\n").flatMap((content, index) => {
    if (content.trim() === "") return [];
    const parsed = tryJson(content);
    return [{ line: index + 1, value: "value" in parsed ? parsed.value : undefined }];
  });
}

function hostsOfLog(lines: readonly LogLine[], problems: ProblemList): HostTables[] {
  const hosts = new Map<string, HostTables>();
  for (const { line, value } of lines) {
    const result = snapshotOf(value);
    if (typeof result === "string") {
      problems.add(result, line === undefined ? {} : { line });
      continue;
    }
    const known = hosts.get(result.host.toLowerCase()) ?? { host: result.host, tables: new Map() };
    hosts.set(result.host.toLowerCase(), known);
    if (result.table !== undefined) known.tables.set(result.table, result.rows);
  }
  return [...hosts.values()];
}

interface Snapshot {
  readonly host: string;
  readonly table: TableName | undefined;
  readonly rows: readonly JsonObject[];
}

/** One line of osqueryd's log, or why it was left out. */
function snapshotOf(value: unknown): Snapshot | string {
  const host = isJsonObject(value) ? member(value, "hostIdentifier") : undefined;
  if (!isJsonObject(value) || typeof host !== "string") return "the line is no result of osqueryd and was left out";
  const rows = rowsOf(member(value, "snapshot"));
  if (rows === undefined) return "the line is a difference, not a snapshot: it does not say what is installed, and was left out";
  return { host, rows, table: tableOf(rows[0]) ?? tableInName(member(value, "name")) };
}

/** An empty snapshot has no columns; the name of its query may still name the table (`pack_inventory_patches`). */
function tableInName(name: unknown): TableName | undefined {
  return typeof name === "string"
    ? TABLES.find((table) => name === table || name.endsWith(`_${table}`) || name.endsWith(`/${table}`))
    : undefined;
}
