import { createHash } from "node:crypto";
import { chmodSync } from "node:fs";
import { dirname } from "node:path";
import pg from "pg";
import { openRawDatabase } from "../raw-database.ts";
import { batchesOf, type FleetFile } from "./fleet-file.ts";

/** Lines a second that a database takes without the product: the time of its inserts alone, not that of reading the file. */
export type RawRate = (fleet: FleetFile) => Promise<number>;

/** As the bulk import groups its lines. */
const linesTogether = 500;

/** Into a table with a key, as many a commit as the import has, with the same sync. */
export function rawSqliteRate(file: string): RawRate {
  return async (fleet) => {
    const database = openRawDatabase(file);
    const rate = await rateOf(fleet, async (ids, bodies) => database.insert(ids, bodies));
    database.close();
    return rate;
  };
}

/** The same in PostgreSQL: one statement a commit with all its rows. */
export function rawPostgresRate(url: string): RawRate {
  return (fleet) =>
    withClient(url, async (client) => {
      await client.query("CREATE TABLE raw (id text PRIMARY KEY, body text NOT NULL)");
      const rate = await rateOf(fleet, async (ids, bodies) => {
        await client.query({
          name: "insert",
          text: "INSERT INTO raw SELECT * FROM unnest($1::text[], $2::text[])",
          values: [[...ids], [...bodies]],
        });
      });
      await client.query("DROP TABLE raw");
      return rate;
    });
}

/** PostgreSQL's own bulk load: the server reads the file, into a table without any key, in one transaction. */
export function copyRate(url: string): RawRate {
  return ({ file, devices }) =>
    withClient(url, async (client) => {
      // The server may be another user.
      chmodSync(dirname(file), 0o711);
      chmodSync(file, 0o644);
      await client.query("CREATE TABLE copied (body text NOT NULL)");
      const started = performance.now();
      await client.query(`COPY copied FROM '${file.replaceAll("'", "''")}' WITH (FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01')`);
      const seconds = (performance.now() - started) / 1000;
      await client.query("DROP TABLE copied");
      return devices / seconds;
    });
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function rateOf(fleet: FleetFile, insert: (ids: readonly string[], bodies: readonly string[]) => Promise<void>): Promise<number> {
  let [ms, lines] = [0, 0];
  for await (const bodies of batchesOf(fleet, linesTogether)) {
    // In no order that a key would profit from, as the ids of devices.
    const ids = bodies.map((body) => createHash("sha1").update(body).digest("hex"));
    const started = performance.now();
    await insert(ids, bodies);
    ms += performance.now() - started;
    lines += bodies.length;
  }
  return (lines * 1000) / ms;
}
