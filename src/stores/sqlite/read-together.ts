import type Database from "better-sqlite3";
import type { Statement } from "../sql/device-list.ts";

/** Rows as arrays of columns. */
export type Rows = readonly (readonly unknown[])[];

/** So many rows are handed over at a time. */
const rowsAtOnce = 500;

/** Runs statements that only read in one transaction, and hands over the rows of each in turn, some at a time. */
export function readTogether(
  database: Database.Database,
): (statements: readonly Statement[], take: (statement: number, rows: Rows) => void) => void {
  return database.transaction((statements: readonly Statement[], take: (statement: number, rows: Rows) => void) => {
    for (const [index, { sql, values }] of statements.entries()) {
      const prepared = database.prepare<unknown[], readonly unknown[]>(sql).raw();
      let rows: (readonly unknown[])[] = [];
      for (const row of prepared.iterate(...values)) {
        if (rows.push(row) < rowsAtOnce) continue;
        take(index, rows);
        rows = [];
      }
      take(index, rows);
    }
  });
}

/** Puts together again what was handed over. */
export function gatherRows(statements: number): { readonly rows: readonly Rows[]; readonly take: (statement: number, rows: Rows) => void } {
  const rows: (readonly unknown[])[][] = Array.from({ length: statements }, () => []);
  return { rows, take: (statement, some) => void rows[statement]?.push(...some) };
}
