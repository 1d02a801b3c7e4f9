import { rmSync } from "node:fs";
import Database from "better-sqlite3";

/** What the lines of a bench cost without the product: a table with a key on the same disk, with the same sync. */
export interface RawDatabase {
  /** in one commit */
  readonly insert: (ids: readonly string[], bodies: readonly string[]) => void;
  /** and removes the file */
  readonly close: () => void;
}

/** Syncs and copies its log as the store does. */
export function configureRaw(database: Database.Database): Database.Database {
  for (const setting of ["journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 16000"]) database.pragma(setting);
  return database;
}

/** A new SQLite file. */
export function openRawDatabase(file: string): RawDatabase {
  const database = configureRaw(new Database(file));
  database.exec("CREATE TABLE raw (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT");
  const insert = database.prepare("INSERT INTO raw (id, body) VALUES (?, ?)");
  const close = (): void => {
    database.close();
    for (const end of ["", "-wal", "-shm"]) rmSync(file + end, { force: true });
  };
  const insertAll = database.transaction((ids: readonly string[], bodies: readonly string[]) => {
    for (const [index, body] of bodies.entries()) insert.run(ids[index], body);
  });
  return { insert: insertAll, close };
}

/** Inserts a second, of bodies with ids in no order that a key would profit from, as the ids of devices. */
export function rawRate(file: string, bodies: readonly string[], together: number): number {
  const ids = bodies.map((_, index) => `${(index * 2_654_435_761) % 4_294_967_296}`.padStart(40, "0"));
  const database = openRawDatabase(file);
  const started = performance.now();
  for (let from = 0; from < bodies.length; from += together) {
    database.insert(ids.slice(from, from + together), bodies.slice(from, from + together));
  }
  const ms = performance.now() - started;
  database.close();
  return (bodies.length * 1000) / ms;
}
