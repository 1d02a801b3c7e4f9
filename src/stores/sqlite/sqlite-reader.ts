import type Database from "better-sqlite3";
import type { Statement } from "../sql/device-list.ts";
import type { Rows } from "./read-together.ts";
import { gatherRows, readTogether } from "./read-together.ts";
import { startReadingThreads } from "./reading-threads.ts";
import { withDatabaseErrors } from "./sqlite-errors.ts";

/** Reads lists. */
export interface Reader {
  /** runs statements that only read, all within one transaction: they see one state */
  readonly read: (statements: readonly Statement[]) => Promise<readonly Rows[]>;
  readonly close: () => Promise<void>;
}

/** In threads of their own where the database is a file that others can open, else in the connection that is open. */
export function openReader(file: string, database: Database.Database): Reader {
  if (database.memory) {
    const here = readTogether(database);
    const read = (statements: readonly Statement[]): readonly Rows[] => {
      const { rows, take } = gatherRows(statements.length);
      here(statements, take);
      return rows;
    };
    return { read: async (statements) => withDatabaseErrors(file, () => read(statements)), close: async () => undefined };
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
  return { read, close: threads.close };
}
