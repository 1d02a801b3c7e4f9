import { rmSync } from "node:fs";
import Database from "better-sqlite3";
import pg from "pg";
import { configureRaw } from "../raw-database.ts";

/** Devices a second that a database takes when it is handed the finished rows, into tables of its own with all their keys and indexes. */
export type RowRate = () => Promise<number>;

/** As the bulk import groups its lines. */
const devicesTogether = 500;
const tables = ["device", "inventory"] as const;
type TableName = (typeof tables)[number];
type Row = Readonly<Record<string, unknown>>;
const ofDefault = "tenant_id = (SELECT tenant_id FROM tenant WHERE alias = 'default')";

/** Some devices in the order in which they were brought in, and the inventories that the ones before them had not. */
type Batch = Readonly<Record<TableName, readonly Row[]>>;

interface Source {
  /** the devices whose names come after */
  readonly devicesAfter: (name: string) => Promise<readonly Row[]>;
  readonly inventories: (digests: readonly string[]) => Promise<readonly Row[]>;
}

async function* batchesOf({ devicesAfter, inventories }: Source): AsyncGenerator<Batch> {
  const seen = new Set<unknown>();
  for (let name = ""; ; ) {
    const device = await devicesAfter(name);
    if (device.length === 0) return;
    name = String(device.at(-1)?.["name_key"]);
    const fresh = [...new Set(device.map(({ digest }) => String(digest)))].filter((digest) => !seen.has(digest));
    for (const digest of fresh) seen.add(digest);
    // In the order of their keys, as the store writes them.
    const byId = [...device].sort((a, b) => (String(a["device_id"]) < String(b["device_id"]) ? -1 : 1));
    yield { device: byId, inventory: await inventories(fresh.sort()) };
  }
}

/** The time of the inserts and commits alone, not that of reading the rows. */
async function rateOf(source: Source, insert: (batch: Batch) => Promise<void>): Promise<number> {
  let [ms, devices] = [0, 0];
  for await (const batch of batchesOf(source)) {
    const started = performance.now();
    await insert(batch);
    ms += performance.now() - started;
    devices += batch.device.length;
  }
  return (devices * 1000) / ms;
}

/** The rows of a database of the product, into a new file beside it with the same tables. */
export function sqliteRowRate(productFile: string, file: string): RowRate {
  return async () => {
    const [from, to] = [new Database(productFile, { readonly: true }), configureRaw(new Database(file))];
    to.pragma("cache_size = -32000");
    const schema = from.prepare<[], string>("SELECT sql FROM sqlite_schema WHERE tbl_name IN ('device', 'inventory') AND sql IS NOT NULL");
    for (const sql of schema.pluck().all()) to.exec(sql);
    const devices = from.prepare<[string, number], Row>(
      `SELECT * FROM device WHERE ${ofDefault} AND name_key > ? ORDER BY name_key LIMIT ?`,
    );
    const content = from.prepare<[string], Row>("SELECT * FROM inventory WHERE digest = ?");
    const put = { device: sqliteInsert(to, "device"), inventory: sqliteInsert(to, "inventory") };
    const putAll = to.transaction((batch: Batch) => {
      for (const table of tables) for (const row of batch[table]) put[table].run(Object.values(row));
    });
    const source: Source = {
      devicesAfter: async (name) => devices.all(name, devicesTogether),
      inventories: async (digests) => digests.flatMap((digest): readonly Row[] => content.all(digest)),
    };
    const rate = await rateOf(source, async (batch) => putAll(batch));
    for (const database of [from, to]) database.close();
    for (const end of ["", "-wal", "-shm"]) rmSync(file + end, { force: true });
    return rate;
  };
}

function sqliteInsert(database: Database.Database, table: TableName): Database.Statement {
  const columns = database.pragma(`table_info(${table})`) as readonly { readonly name: string }[];
  return database.prepare(`INSERT INTO ${table} VALUES (${columns.map(() => "?").join(", ")})`);
}

/** The same in PostgreSQL: one statement a table and commit with all its rows. */
export function postgresRowRate(url: string): RowRate {
  return async () => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      await client.query("CREATE SCHEMA raw");
      for (const table of tables) await client.query(`CREATE TABLE raw.${table} (LIKE public.${table} INCLUDING ALL)`);
      const put = { device: await postgresInsert(client, "device"), inventory: await postgresInsert(client, "inventory") };
      const ask = async (text: string, values: unknown[]): Promise<readonly Row[]> => (await client.query<Row>(text, values)).rows;
      const source: Source = {
        devicesAfter: (name) =>
          ask(`SELECT *, tags::text, addresses::text FROM device WHERE ${ofDefault} AND name_key > $1 ORDER BY name_key LIMIT $2`, [
            name,
            devicesTogether,
          ]),
        inventories: (digests) => ask("SELECT * FROM inventory WHERE digest = ANY($1)", [digests]),
      };
      return await rateOf(source, async (batch) => {
        await client.query("BEGIN");
        for (const table of tables) await put[table](batch[table]);
        await client.query("COMMIT");
      });
    } finally {
      await client.query("DROP SCHEMA IF EXISTS raw CASCADE");
      await client.end();
    }
  };
}

async function postgresInsert(client: pg.Client, table: TableName): Promise<(rows: readonly Row[]) => Promise<void>> {
  const { rows: columns } = await client.query<{ readonly name: string; readonly type: string }>(
    "SELECT column_name AS name, data_type AS type FROM information_schema.columns WHERE table_schema = 'raw' AND table_name = $1 ORDER BY ordinal_position",
    [table],
  );
  const names = columns.map(({ name }) => name).join(", ");
  const lists = columns.map(({ type }, index) => `$${index + 1}::${type === "jsonb" ? "text" : type}[]`).join(", ");
  const given = columns.map(({ name, type }) => (type === "jsonb" ? `${name}::jsonb` : name)).join(", ");
  const text = `INSERT INTO raw.${table} (${names}) SELECT ${given} FROM unnest(${lists}) AS given(${names})`;
  return async (rows) => {
    if (rows.length > 0)
      await client.query({ name: `raw-${table}`, text, values: columns.map(({ name }) => rows.map((row) => row[name])) });
  };
}
