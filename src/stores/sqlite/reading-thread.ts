import { parentPort, workerData } from "node:worker_threads";
import Database from "better-sqlite3";
import type { Statement } from "../sql/device-list.ts";
import { type Rows, readTogether } from "./read-together.ts";

/** What the thread answers. */
export type ReadingAnswer = { readonly rows: readonly Rows[] } | { readonly message: string; readonly code: string };

const database = new Database(workerData as string, { readonly: true, fileMustExist: true });
database.pragma("query_only = ON");
// Lists are read from one end to the other: hardly any page is asked for twice, and a mapped file would count as memory in use.
database.pragma("cache_size = -2000");
const read = readTogether(database);

parentPort?.on("message", (statements: readonly Statement[]) => {
  parentPort?.postMessage(answer(statements));
});

function answer(statements: readonly Statement[]): ReadingAnswer {
  try {
    return { rows: read(statements) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return { message: error instanceof Error ? error.message : String(error), code };
  }
}
