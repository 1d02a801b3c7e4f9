import type Database from "better-sqlite3";
import { ProductError } from "../../domain/errors.ts";
import type { Statement } from "../sql/device-list.ts";
import type { Rows } from "./read-together.ts";
import { gatherRows, readTogether } from "./read-together.ts";
import { startReadingThreads } from "./reading-threads.ts";
import { type Guarded, withDatabaseErrors } from "./sqlite-errors.ts";

/** Reads lists. */
export interface Reader {
  /** runs statements that only read, all within one transaction: they see one state */
  readonly read: (statements: readonly Statement[]) => Promise<readonly Rows[]>;
  /** the same for a short one that may not wait for lists, nor be refused because of them: where a thread is free there, else in the open connection */
  readonly readSoon: (statement: Statement) => Promise<Rows>;
  readonly close: () => Promise<void>;
}

/** In threads of their own where the database is a file that others can open, else in the connection that is open. */
export function openReader(file: string, database: Database.Database, guarded: Guarded): Reader {
  const together = readTogether(database);
  const here = (statements: readonly Statement[]): readonly Rows[] => {
    const { rows, take } = gatherRows(statements.length);
    together(statements, take);
    return rows;
  };
  const soonHere = (statement: Statement): Promise<Rows> => guarded(() => here([statement])[0] ?? []);
  if (database.memory) {
    const read = async (statements: readonly Statement[]): Promise<readonly Rows[]> => withDatabaseErrors(file, () => here(statements));
    return { read, readSoon: soonHere, close: async () => undefined };
  }
  const threads = startReadingThreads(file);
  const read: Reader["read"] = async (statements) => {
    try {
      return await threads.read(statements);
    } catch (error) {
      return withDatabaseErrors(file, () => {
        throw error;
      });
    }
  };
  const readSoon: Reader["readSoon"] = async (statement) => {
    // A database that is gone, or newer, is refused as everywhere.
    await guarded(() => undefined);
    if (!threads.areFree()) return soonHere(statement);
    try {
      return (await read([statement]))[0] ?? [];
    } catch (error) {
      if (error instanceof ProductError && error.code === "busy") return soonHere(statement);
      throw error;
    }
  };
  return { read, readSoon, close: threads.close };
}
