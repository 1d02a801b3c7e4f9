import { cpSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { createDatabase, type PostgresServer, postgresPrograms, rowsOf, startPostgres } from "../../test/postgres-servers.ts";
import { runChild } from "../child.ts";
import { copyRate, type RawRate, rawPostgresRate, rawSqliteRate } from "./raw-inserts.ts";
import { postgresRowRate, type RowRate, sqliteRowRate } from "./raw-rows.ts";

/** The program as a user starts it. */
export const program: string = fileURLToPath(new URL("../../bin/patchgap", import.meta.url));

/** What a database takes on disk, in bytes. */
export interface Disk {
  readonly all: number;
  /** of each table with its indexes, by name */
  readonly tables: ReadonlyMap<string, number>;
}

/** An installation in one kind of database, with the knowledge of another one and no devices. */
export interface Installation {
  readonly data: string;
  /** its file or URL */
  readonly database: string;
  /** of every command and server on it */
  readonly environment: Readonly<Record<string, string>>;
  readonly disk: () => Promise<Disk>;
  readonly raw: RawRate;
  /** once the fleet is in it */
  readonly rawRows: RowRate;
  /** in one statement, where the database has one for it */
  readonly copy?: RawRate;
  readonly remove: () => Promise<void>;
}

/** A kind of database to measure on. */
export interface Place {
  readonly name: string;
  /** `folder` is a new one of its own; `knowledge` the data folder that is copied */
  readonly install: (folder: string, knowledge: string) => Promise<Installation>;
  readonly close: () => Promise<void>;
}

/** Files in a folder, as installed by default. */
export const sqlitePlace: Place = {
  name: "SQLite",
  install: async (folder, knowledge) => {
    const data = join(folder, "data");
    cpSync(knowledge, data, { recursive: true });
    return {
      data,
      database: join(data, "patchgap.db"),
      environment: {},
      disk: async () => ({
        all: sum(readdirSync(data).map((name) => statSync(join(data, name)).size)),
        tables: sqliteTables(join(data, "patchgap.db")),
      }),
      raw: rawSqliteRate(join(folder, "raw.db")),
      rawRows: sqliteRowRate(join(data, "patchgap.db"), join(folder, "rows.db")),
      remove: async () => undefined,
    };
  },
  close: async () => undefined,
};

/** A server of the newest PostgreSQL at hand, which writes as durably as it is delivered, with memory for a machine that it shares. */
export async function openPostgresPlace(): Promise<Place> {
  const [newest] = await postgresPrograms();
  if (newest === undefined) throw new Error("there is no PostgreSQL for this platform");
  const settings = ["fsync=on", "shared_buffers=1GB", "effective_cache_size=8GB", "max_wal_size=4GB"];
  const server = await startPostgres(newest, settings);
  return { name: newest.name, install: (folder, knowledge) => installPostgres(server, folder, knowledge), close: server.remove };
}

async function installPostgres(server: PostgresServer, folder: string, knowledge: string): Promise<Installation> {
  const { url, drop } = await createDatabase(server.url);
  const raw = await createDatabase(server.url);
  runChild([program, "migrate-store", knowledge, url, "--quiet"]);
  const data = join(folder, "data");
  mkdirSync(data, { mode: 0o700 });
  return {
    data,
    database: url,
    environment: { PATCHGAP_DATABASE: url },
    disk: () => postgresDisk(url),
    raw: rawPostgresRate(raw.url),
    rawRows: postgresRowRate(url),
    copy: copyRate(raw.url),
    remove: async () => {
      await drop();
      await raw.drop();
    },
  };
}

function sqliteTables(file: string): ReadonlyMap<string, number> {
  const database = new Database(file, { readonly: true });
  const rows = database
    .prepare<[], readonly [string, number]>(
      "SELECT m.tbl_name, sum(s.pgsize) FROM dbstat s JOIN sqlite_schema m ON m.name = s.name WHERE s.aggregate = 1 GROUP BY m.tbl_name",
    )
    .raw()
    .all();
  database.close();
  return new Map(rows);
}

async function postgresDisk(url: string): Promise<Disk> {
  const [all] = await rowsOf(url, "SELECT pg_database_size(current_database()) AS bytes");
  const tables = await rowsOf(url, "SELECT relname, pg_total_relation_size(oid) AS bytes FROM pg_class WHERE relkind = 'r'");
  return { all: Number(all?.["bytes"]), tables: new Map(tables.map(({ relname, bytes }) => [String(relname), Number(bytes)])) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
