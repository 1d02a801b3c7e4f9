import { ProductError } from "../../domain/errors.ts";
import { checkNodes } from "./citus-nodes.ts";
import { type Asking, type Connections, openConnections } from "./connections.ts";
import { migrate } from "./migrate.ts";
import { deviceTables, smallTables } from "./migrations.ts";
import { nodeTable, type PlacedTable, placedTables, unplaced } from "./placement.ts";
import type { PostgresSettings } from "./postgres-settings.ts";

/** A table and where its rows are. */
export interface DistributedTable {
  readonly table: string;
  readonly rows: number;
  readonly place: "by device" | "on every node";
}

/** What a database came to. */
export interface Distribution {
  readonly place: string;
  readonly workers: number;
  readonly shards: number;
  readonly tables: readonly DistributedTable[];
  /** tables that were moved by this call; none: it was done before */
  readonly moved: number;
}

export interface DistributeOptions {
  /** into how many parts devices are cut; absent: `citus.shard_count` of the database */
  readonly shards?: number;
  /** told before a table is moved, with its rows, and after */
  readonly report?: (table: string, rows: number, state: "moving" | "moved") => void;
}

/** Copying a large table is one statement. */
const dayMs = 24 * 60 * 60_000;

/**
 * Has Citus distribute the tables of a database, empty or filled: devices by their id, all others onto every node. One table after another, each in a
 * transaction: broken off at any moment, it goes on where it was when it is called again. Servers must not run meanwhile.
 */
export async function distributeDatabase(settings: PostgresSettings, options: DistributeOptions = {}): Promise<Distribution> {
  // One connection for all: any other that is there is somebody else's.
  const connections = openConnections({ ...settings, timeoutMs: dayMs, connectMs: settings.timeoutMs, connections: 2 });
  try {
    const { workers } = await checkNodes(connections);
    await migrate(connections);
    const missing = unplaced(await placed(connections));
    if (missing.length > 0) await refuseOthers(connections);
    const [first, ...others] = missing;
    if (first !== undefined) await moveFirst(connections, first, options);
    for (const table of others) await move(connections, table, options);
    await fillNodes(connections);
    return { place: connections.place, workers, moved: missing.length, ...(await outcome(connections)) };
  } finally {
    await connections.close();
  }
}

async function placed(asking: Asking): Promise<readonly PlacedTable[]> {
  return (await placedTables(asking)) ?? [];
}

/** From then on no server starts; one that started just before is seen now, and nothing has happened yet that it would not bear. */
async function moveFirst(connections: Connections, table: string, options: DistributeOptions): Promise<void> {
  await move(connections, table, options);
  try {
    await refuseOthers(connections);
  } catch (error) {
    if ((await placed(connections)).length === 1) await connections.all("SELECT undistribute_table($1)", [table]);
    throw error;
  }
}

/** Servers that go on as if the tables lay on one server would write what they must not. */
async function refuseOthers({ all, place }: Connections): Promise<void> {
  const [others] = await all<{ readonly count: number }>(
    "SELECT count(*) AS count FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'patchgap' AND pid <> pg_backend_pid()",
  );
  if (others === undefined || others.count === 0) return;
  throw new ProductError("busy", `patchgap is at work on the database (other connections: ${others.count})`, {
    place: { source: place },
    hint: "Stop all servers, ingest and sync, then try again; what was done so far stays.",
  });
}

async function move(connections: Connections, table: string, { shards, report }: DistributeOptions): Promise<void> {
  await connections.write(async (asking) => {
    // Of several that do this at once, one does.
    await asking.all("SELECT version FROM patchgap_schema WHERE id = 1 FOR UPDATE");
    if (!unplaced(await placed(asking)).includes(table)) return;
    if (table === nodeTable) await asking.run(`CREATE TABLE IF NOT EXISTS ${nodeTable} (device_id text COLLATE "C" PRIMARY KEY)`);
    const rows = await countRows(asking, table);
    report?.(table, rows, "moving");
    if (smallTables.includes(table)) await asking.all("SELECT create_reference_table($1)", [table]);
    else if (table === deviceTables[0]) {
      const parts = shards ?? (await defaultShards(asking));
      await asking.all("SELECT create_distributed_table($1, 'device_id', colocate_with => 'none', shard_count => $2)", [table, parts]);
    } else await asking.all("SELECT create_distributed_table($1, 'device_id', colocate_with => 'device')", [table]);
    // Citus keeps the rows where they were as well, out of sight.
    await asking.all("SELECT truncate_local_data_after_distributing_table($1)", [table]);
    report?.(table, rows, "moved");
  });
}

async function defaultShards({ all }: Asking): Promise<number> {
  const [row] = await all<{ readonly shards: number }>("SELECT current_setting('citus.shard_count')::integer AS shards");
  return row?.shards ?? 32;
}

/** A row in every shard: nodes without any have no devices. Shards that were cut since get theirs. */
async function fillNodes(connections: Connections): Promise<void> {
  await connections.write(async (asking) => {
    const shards = await countShards(asking);
    await asking.run(
      `INSERT INTO ${nodeTable} (device_id) SELECT min(number::text) FROM generate_series(1, $1::integer) AS number
       GROUP BY get_shard_id_for_distribution_column('${nodeTable}', number::text) ON CONFLICT DO NOTHING`,
      [shards * 60],
    );
  });
}

async function countShards({ all }: Asking): Promise<number> {
  const [row] = await all<{ readonly shards: number }>(
    "SELECT count(*) AS shards FROM pg_dist_shard WHERE logicalrelid = to_regclass($1)",
    [nodeTable],
  );
  return row?.shards ?? 0;
}

async function outcome(connections: Connections): Promise<Pick<Distribution, "shards" | "tables">> {
  const tables: DistributedTable[] = [];
  for (const table of [...deviceTables, ...smallTables]) {
    const place = deviceTables.includes(table) ? "by device" : "on every node";
    tables.push({ table, rows: await countRows(connections, table), place });
  }
  return { shards: await countShards(connections), tables };
}

async function countRows({ all }: Asking, table: string): Promise<number> {
  const [row] = await all<{ readonly rows: number }>(`SELECT count(*) AS rows FROM ${table}`);
  return row?.rows ?? 0;
}
