import { ProductError } from "../../domain/errors.ts";
import type { Asking, Connections } from "./connections.ts";
import { deviceTables, smallTables } from "./migrations.ts";

/** Where tables lie: all on one server, or as `patchgap database distribute` left them. */
export type Placement = "one-server" | "distributed";

/** A table of Citus whose rows are one at least on every node that has devices, so that something can be asked of each. */
export const nodeTable = "device_node";

/** How Citus keeps a table; one that it does not keep is in no list. */
export interface PlacedTable {
  readonly name: string;
  readonly kind: "by-device" | "everywhere" | "otherwise";
  /** tables of one number have the rows of a device on the same node */
  readonly colocation: number;
}

/** What Citus keeps of our tables; undefined: the database has no Citus. */
export async function placedTables({ all }: Pick<Asking, "all">): Promise<readonly PlacedTable[] | undefined> {
  const [found] = await all<{ readonly isThere: boolean }>(`SELECT to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL AS "isThere"`);
  return found?.isThere === true ? all<PlacedTable>(placed, [[...deviceTables, ...smallTables, nodeTable]]) : undefined;
}

const placed = `SELECT c.relname::text AS name, p.colocationid AS colocation,
    CASE WHEN p.partmethod = 'h' AND column_to_column_name(p.logicalrelid, p.partkey) = 'device_id' THEN 'by-device'
      WHEN p.partmethod = 'n' AND p.repmodel = 't' THEN 'everywhere' ELSE 'otherwise' END AS kind
  FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid
  WHERE c.oid = to_regclass(quote_ident(c.relname)) AND c.relname = ANY($1)`;

/** @throws ProductError for a database that was distributed in part only: nothing is right there until that is finished */
export async function findPlacement(connections: Connections): Promise<Placement> {
  const tables = (await placedTables(connections)) ?? [];
  if (tables.length === 0) return "one-server";
  if (unplaced(tables).length === 0) return "distributed";
  throw new ProductError("database", `the database is distributed in part: not yet ${unplaced(tables).join(", ")}`, {
    place: { source: connections.place },
    hint: "Let `patchgap database distribute` finish; after it was broken off, run it again.",
  });
}

/** Tables that do not lie where they should, in the order in which they are to be moved. */
export function unplaced(tables: readonly PlacedTable[]): readonly string[] {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const together = byName.get("device")?.colocation;
  const isByDevice = (name: string): boolean => byName.get(name)?.kind === "by-device" && byName.get(name)?.colocation === together;
  return [
    ...smallTables.filter((name) => byName.get(name)?.kind !== "everywhere"),
    ...[...deviceTables, nodeTable].filter((name) => !isByDevice(name)),
  ];
}
