import { type BigIntStats, statSync } from "node:fs";
import type Database from "better-sqlite3";
import { ProductError } from "../../domain/errors.ts";
import { migrations } from "./migrations.ts";

/** A database that a newer patchgap has brought up to date. */
export function newerSchema(file: string, found: number): ProductError {
  return new ProductError("database", `the database has schema ${found}; this patchgap knows schemas up to ${migrations.length}`, {
    place: { source: file },
    hint: "It was written by a newer patchgap: run that one, or name another folder with --data.",
  });
}

/**
 * Makes a look at an open database: whether its file is still the one of that name, as what is written into a file that nobody finds any more is lost, and
 * whether its schema is still one that we know. @throws ProductError; call it within a transaction that writes, and nobody changes either until it ends.
 */
export function databaseWatch(database: Database.Database): () => void {
  const { name: file, memory } = database;
  const opened = memory ? undefined : identityOf(file);
  const schema = database.prepare<[], number>("PRAGMA user_version").pluck();
  return () => {
    const found = memory ? undefined : identityOf(file);
    if (found !== opened) throw gone(file, found);
    const version = schema.get() ?? 0;
    if (version > migrations.length) throw newerSchema(file, version);
  };
}

function identityOf(file: string): string | undefined {
  const stat: BigIntStats | undefined = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? undefined : `${stat.dev} ${stat.ino}`;
}

function gone(file: string, found: string | undefined): ProductError {
  const message = found === undefined ? "the database file is not there any more" : "another file has taken the place of the database";
  return new ProductError("database", message, {
    place: { source: file },
    hint:
      found === undefined
        ? "Put it back; nothing is written until it is there."
        : "Start patchgap again, and it is used; or put the former back.",
  });
}
