import type Database from "better-sqlite3";

/** A number that changes when another connection has written. Ask before reading what is to be remembered: what is written from then on changes it. */
export type DataVersion = () => number | undefined;

/** What another process wrote is seen so much later at most: looking takes locks, and would be among the costliest parts of a short answer. */
export const seenAfterMs = 2;

/** Looks at the version of an open database, once for all that ask within `seenAfterMs`. */
export function dataVersionOf(database: Database.Database): DataVersion {
  let look: Database.Statement<[], number> | undefined;
  let version: number | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (now - lookedAt < seenAfterMs) return version;
    lookedAt = now;
    // Prepared when it is first asked for: most that open a store never look.
    look ??= database.prepare<[], number>("PRAGMA data_version").pluck();
    version = look.get();
    return version;
  };
}

/** Makes a question: whether no other connection has written since it was asked last. */
export function watchOthers(dataVersion: DataVersion): () => boolean {
  let seen: number | undefined;
  return () => {
    const before = seen;
    seen = dataVersion();
    return seen === before;
  };
}
