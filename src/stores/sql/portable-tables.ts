import type { DeviceFacts } from "../../domain/fleet/inventory-content.ts";
import { nameKey } from "../device-store.ts";
import type { PortableValue, Portion } from "../portable-store.ts";
import { tagColumns } from "./tag-columns.ts";

type ColumnKind = "text" | "number" | "bytes";

/** A table that belongs to an installation; tables of all databases have these columns under these names. */
export interface PortableTable {
  readonly name: string;
  readonly key: readonly string[];
  readonly columns: Readonly<Record<string, ColumnKind>>;
  /** rows of a portion at most */
  readonly atOnce: number;
  /** rows that mean the same as none */
  readonly except?: string;
  /** the database has a row of that key from the start, which others may be waiting for */
  readonly isThere?: true;
}

const many = 500;
const text = "text";
const number = "number";

/**
 * What travels. Standings, walks and what walks read come again by themselves; epochs keep their numbers, so that none is given twice. Columns of devices that follow
 * from others are made anew. Documents and catalogs are large: few at once.
 */
export const portableTables: readonly PortableTable[] = [
  {
    name: "document",
    key: ["id"],
    columns: {
      ...{ id: text, revision: text, current_release: text, digest: text, content_digest: text, source: text, imported_at: text },
      body: "bytes",
    },
    atOnce: 4,
  },
  {
    name: "catalog",
    key: ["revision"],
    columns: { revision: number, content_hash: text, created_at: text, documents: text, compiled: "bytes" },
    atOnce: 1,
  },
  {
    name: "setting",
    key: ["name"],
    columns: { name: text, value: text },
    atOnce: 1,
    except: "name = 'generation' AND value = '0'",
    isThere: true,
  },
  { name: "tenant", key: ["tenant_id"], columns: { tenant_id: text, alias: text }, atOnce: many },
  { name: "inventory", key: ["digest"], columns: { digest: text, body: "bytes" }, atOnce: many },
  {
    name: "device",
    key: ["tenant_id", "device_id"],
    columns: {
      ...{ tenant_id: text, device_id: text, name: text, digest: text, first_seen: text, last_seen: text, received_at: text },
      ...{ reported: text, assigned_tags: text, removed_tags: text, device_value: text, changed_at: text, change: number },
    },
    atOnce: many,
  },
  {
    name: "device_history",
    key: ["tenant_id", "device_id", "at"],
    columns: { tenant_id: text, device_id: text, at: text, digest: text },
    atOnce: many,
  },
  { name: "fleet_change", key: ["id"], columns: { id: number, value: number }, atOnce: 1, isThere: true },
  { name: "epoch", key: ["epoch"], columns: { epoch: number, content_hash: text, as_of: text, rules: text }, atOnce: many },
  {
    name: "client",
    key: ["client_id"],
    columns: {
      ...{ client_id: text, tenant_id: text, name: text, roles: text, secrets: text },
      ...{ created_at: number, revoked_at: number },
    },
    atOnce: many,
  },
  { name: "signing_key", key: ["kid"], columns: { kid: text, private_key: text, created_at: number }, atOnce: many },
  { name: "secret", key: ["name"], columns: { name: text, value: "bytes" }, atOnce: many },
  { name: "passing", key: ["kind", "key_hash"], columns: { kind: text, key_hash: text, value: text, expires_at: number }, atOnce: many },
];

/** What a database has before it is filled, and may lose. */
export const clearings: readonly string[] = ["tenant", "epoch", "standing", "walk", "device_past"].map((table) => `DELETE FROM ${table}`);

/** The next rows of a table in the order of its key; `mark` writes the n-th parameter: the key after which they begin, if any, then how many. */
export function nextRows({ name, key, columns, except }: PortableTable, isFirst: boolean, mark: (place: number) => string): string {
  const after = isFirst ? [] : [`(${key.join(", ")}) > (${key.map((_, index) => mark(index + 1)).join(", ")})`];
  const where = [...after, ...(except === undefined ? [] : [`NOT (${except})`])];
  const condition = where.length === 0 ? "" : ` WHERE ${where.join(" AND ")}`;
  const limit = mark(isFirst ? 1 : key.length + 1);
  return `SELECT ${Object.keys(columns).join(", ")} FROM ${name}${condition} ORDER BY ${key.join(", ")} LIMIT ${limit}`;
}

type NextRows = (
  table: PortableTable,
  isFirst: boolean,
  values: readonly PortableValue[],
) => Promise<readonly Readonly<Record<string, PortableValue>>[]>;

/** All tables, a portion at a time; `ask` runs the statement of `nextRows`. */
export async function* readPortions(ask: NextRows): AsyncGenerator<Portion> {
  for (const table of portableTables) {
    let after: readonly PortableValue[] | undefined;
    for (;;) {
      const rows = await ask(table, after === undefined, [...(after ?? []), table.atOnce]);
      const last = rows.at(-1);
      if (last === undefined) break;
      yield { table: table.name, rows: rows.map((row) => Object.keys(table.columns).map((column) => row[column] ?? null)) };
      if (rows.length < table.atOnce) break;
      after = table.key.map((column) => last[column] ?? null);
    }
  }
}

/** The table that a portion belongs to. */
export function tableOf({ table: name }: Portion): PortableTable {
  const table = portableTables.find((candidate) => candidate.name === name);
  if (table === undefined) throw new Error(`no table ${name} travels`);
  return table;
}

/** What follows from the other columns of a device. */
export interface FollowingColumns {
  readonly nameKey: string;
  /** JSON */
  readonly tags: string;
  readonly addresses: readonly string[];
  readonly groupId: number;
  readonly groupName: string | null;
}

const columnsOfDevice = Object.keys(portableTables.find(({ name }) => name === "device")?.columns ?? {});

/** Computes them as a check-in would. */
export function followingColumns(row: readonly PortableValue[]): FollowingColumns {
  const read = (column: string): string => String(row[columnsOfDevice.indexOf(column)]);
  const list = (column: string): readonly string[] => JSON.parse(read(column)) as string[];
  const { tags: reported, ipAddresses = [] } = JSON.parse(read("reported")) as Partial<DeviceFacts>;
  const [tags, groupId, groupName] = tagColumns(reported ?? [], list("assigned_tags"), list("removed_tags"));
  return { nameKey: nameKey(read("name")), tags, addresses: ipAddresses, groupId, groupName };
}
