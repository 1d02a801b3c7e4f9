import type Database from "better-sqlite3";

/**
 * Makes a question: whether no other connection has written since it was asked last. Ask before reading what is to be remembered: whatever
 * is written from then on makes the next answer "no".
 */
export function watchOthers(database: Database.Database): () => boolean {
  const dataVersion = database.prepare<[], number>("PRAGMA data_version").pluck();
  let seen: number | undefined;
  return () => {
    const before = seen;
    seen = dataVersion.get();
    return seen === before;
  };
}
