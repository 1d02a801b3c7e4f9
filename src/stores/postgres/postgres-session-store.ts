import type { Passing, SessionStore } from "../../auth/session/session-store.ts";
import type { Asking } from "./connections.ts";

interface PassingRow {
  readonly value: string;
  readonly expiresAt: number;
}

const columns = `value, expires_at AS "expiresAt"`;

/** Codes, sessions and sign-ins under way. */
export function postgresSessions({ all, run }: Asking): SessionStore {
  return {
    // What is over may be replaced; what is not keeps its name. The two need not be one transaction: forgetting what is over harms nobody.
    keep: async ({ kind, keyHash }, { value, expiresAt }, now) => {
      await run("DELETE FROM passing WHERE expires_at <= $1", [now]);
      await run("INSERT INTO passing (kind, key_hash, value, expires_at) VALUES ($1, $2, $3, $4)", [kind, keyHash, value, expiresAt]);
    },
    find: async ({ kind, keyHash }, now) =>
      first(
        await all<PassingRow>(`SELECT ${columns} FROM passing WHERE kind = $1 AND key_hash = $2 AND expires_at > $3`, [kind, keyHash, now]),
      ),
    prolong: async ({ kind, keyHash }, expiresAt, now) =>
      (await run("UPDATE passing SET expires_at = $1 WHERE kind = $2 AND key_hash = $3 AND expires_at > $4", [
        expiresAt,
        kind,
        keyHash,
        now,
      ])) === 1,
    // One statement: nobody comes between looking and forgetting.
    take: async ({ kind, keyHash }, now) =>
      first(
        await all<PassingRow>(`DELETE FROM passing WHERE kind = $1 AND key_hash = $2 AND expires_at > $3 RETURNING ${columns}`, [
          kind,
          keyHash,
          now,
        ]),
      ),
  };
}

function first([row]: readonly PassingRow[]): Passing | undefined {
  return row === undefined ? undefined : { value: row.value, expiresAt: row.expiresAt };
}
