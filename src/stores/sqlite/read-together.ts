import type Database from "better-sqlite3";
import type { Statement } from "../sql/device-list.ts";

/** Rows as arrays of columns. */
export type Rows = readonly (readonly unknown[])[];

/** Runs statements that only read in one transaction, and answers with the rows of each in turn. */
export function readTogether(database: Database.Database): (statements: readonly Statement[]) => readonly Rows[] {
  return database.transaction((statements: readonly Statement[]) =>
    statements.map(({ sql, values }) =>
      database
        .prepare<unknown[], readonly unknown[]>(sql)
        .raw()
        .all(...values),
    ),
  );
}
