import { cpSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createDatabase, type PostgresServer, postgresPrograms, rowsOf, startPostgres } from "../../test/postgres-servers.ts";
import { runChild } from "../child.ts";
import { copyRate, type RawRate, rawPostgresRate, rawSqliteRate } from "./raw-inserts.ts";

/** The program as a user starts it. */
export const program: string = fileURLToPath(new URL("../../bin/patchgap", import.meta.url));

/** An installation in one kind of database, with the knowledge of another one and no devices. */
export interface Installation {
  readonly data: string;
  /** of every command and server on it */
  readonly environment: Readonly<Record<string, string>>;
  readonly diskMb: () => Promise<number>;
  readonly raw: RawRate;
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
      environment: {},
      diskMb: async () => sum(readdirSync(data).map((name) => statSync(join(data, name)).size)) / 1e6,
      raw: rawSqliteRate(join(folder, "raw.db")),
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
    environment: { PATCHGAP_DATABASE: url },
    diskMb: async () => Number((await rowsOf(url, "SELECT pg_database_size(current_database()) AS bytes"))[0]?.["bytes"]) / 1e6,
    raw: rawPostgresRate(raw.url),
    copy: copyRate(raw.url),
    remove: async () => {
      await drop();
      await raw.drop();
    },
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
