import { parentPort, workerData } from "node:worker_threads";
import Database from "better-sqlite3";
import type { Statement } from "../sql/device-list.ts";
import { type Rows, readTogether } from "./read-together.ts";

/** Some rows of one of the statements. */
export interface GivenRows {
  readonly statement: number;
  readonly rows: Rows;
}

/** What the thread answers after the last of them: that there are no more, or why not. */
export type ReadingEnd = { readonly isDone: true } | { readonly message: string; readonly code: string };

const database = new Database(workerData as string, { readonly: true, fileMustExist: true });
database.pragma("query_only = ON");
// Lists are read from one end to the other: hardly any page is asked for twice, and a mapped file would count as memory in use.
database.pragma("cache_size = -2000");
const read = readTogether(database);

parentPort?.on("message", (statements: readonly Statement[]) => {
  parentPort?.postMessage(answer(statements));
});

function answer(statements: readonly Statement[]): ReadingEnd {
  try {
    // A page of ten thousand devices never lies here as a whole.
    read(statements, (statement, rows) => parentPort?.postMessage({ statement, rows } satisfies GivenRows));
    return { isDone: true };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return { message: error instanceof Error ? error.message : String(error), code };
  }
}
