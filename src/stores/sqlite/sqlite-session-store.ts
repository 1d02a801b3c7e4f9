import type Database from "better-sqlite3";
import type { Passing, SessionStore } from "../../auth/session/session-store.ts";
import { once } from "./sqlite-device-store.ts";
import type { Guarded } from "./sqlite-errors.ts";

/** Codes, sessions and sign-ins under way of an open database. */
export function sqliteSessions(database: Database.Database, guarded: Guarded): SessionStore {
  const insert = once(() => {
    const forget = database.prepare<[number]>("DELETE FROM passing WHERE expires_at <= ?");
    const add = database.prepare<[string, string, string, number]>(
      "INSERT INTO passing (kind, key_hash, value, expires_at) VALUES (?, ?, ?, ?)",
    );
    return database.transaction((kind: string, keyHash: string, { value, expiresAt }: Passing, now: number) => {
      forget.run(now);
      add.run(kind, keyHash, value, expiresAt);
    }).immediate;
  });
  const select = once(() =>
    database.prepare<[string, string, number], Passing>(
      "SELECT value, expires_at AS expiresAt FROM passing WHERE kind = ? AND key_hash = ? AND expires_at > ?",
    ),
  );
  const update = once(() =>
    database.prepare<[number, string, string, number]>(
      "UPDATE passing SET expires_at = ? WHERE kind = ? AND key_hash = ? AND expires_at > ?",
    ),
  );
  // One statement: nobody comes between looking and forgetting.
  const remove = once(() =>
    database.prepare<[string, string, number], Passing>(
      "DELETE FROM passing WHERE kind = ? AND key_hash = ? AND expires_at > ? RETURNING value, expires_at AS expiresAt",
    ),
  );
  return {
    keep: ({ kind, keyHash }, entry, now) => guarded(() => insert()(kind, keyHash, entry, now)),
    find: ({ kind, keyHash }, now) => guarded(() => select().get(kind, keyHash, now)),
    prolong: ({ kind, keyHash }, expiresAt, now) => guarded(() => update().run(expiresAt, kind, keyHash, now).changes === 1),
    take: ({ kind, keyHash }, now) => guarded(() => remove().get(kind, keyHash, now)),
  };
}
