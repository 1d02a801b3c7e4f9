import { setTimeout as wait } from "node:timers/promises";
import type Database from "better-sqlite3";
import { ProductError } from "../../domain/errors.ts";
import { type Guarded, withDatabaseErrors } from "./sqlite-errors.ts";

/** How long is waited for another process to end what it writes. */
export interface Patience {
  /** by SQLite itself, and nothing else happens meanwhile */
  readonly blockingMs: number;
  /** in all */
  readonly patienceMs: number;
}

const usual: Patience = { blockingMs: 20, patienceMs: 15_000 };
const pauseMs = 20;

/**
 * Runs work on an open database. SQLite waits for locks by sleeping, and this process with it: it waits a moment only, and then the work is begun again
 * later, so that others are answered meanwhile. What is refused for a lock has changed nothing.
 */
export function patientGuard(file: string, database: Database.Database, { blockingMs, patienceMs }: Patience = usual): Guarded {
  database.pragma(`busy_timeout = ${blockingMs}`);
  // The driver answers at once; as the work of an async function, what it throws is a rejection.
  return async (work) => {
    try {
      return withDatabaseErrors(file, work);
    } catch (error) {
      if (!isLocked(error)) throw error;
      return again(() => withDatabaseErrors(file, work), performance.now() + patienceMs);
    }
  };
}

async function again<T>(work: () => T, until: number): Promise<T> {
  for (;;) {
    await wait(pauseMs);
    try {
      return work();
    } catch (error) {
      if (!isLocked(error) || performance.now() >= until) throw error;
    }
  }
}

function isLocked(error: unknown): boolean {
  const cause = error instanceof ProductError ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && /^SQLITE_BUSY/.test(String(cause.code));
}
