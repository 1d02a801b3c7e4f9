import type { ApiClient, ClientStore, SecretHash } from "../../auth/issuer/client-store.ts";
import type { SigningKeyStore, StoredSigningKey } from "../../auth/issuer/signing-key-store.ts";
import type { AuthStore } from "../auth-store.ts";
import type { Asking, Connections } from "./connections.ts";
import { postgresSessions } from "./postgres-session-store.ts";

type AskingSoon = Asking & Pick<Connections, "allSoon">;

/** Clients, signing keys, sessions and secrets. */
export function postgresAuth(asking: AskingSoon): AuthStore {
  return {
    clients: clientsOf(asking),
    signingKeys: signingKeysOf(asking),
    sessions: postgresSessions(asking),
    secret: secretsOf(asking),
  };
}

/** A client as it stands in its table: lists are JSON. */
interface ClientRow extends Omit<ApiClient, "roles" | "secrets" | "revokedAt"> {
  readonly roles: string;
  readonly secrets: string;
  readonly revokedAt: number | null;
}

const clientColumns = `client_id AS "clientId", tenant_id AS "tenantId", name, roles, secrets, created_at AS "createdAt", revoked_at AS "revokedAt"`;

function clientsOf({ all, run, allSoon }: AskingSoon): ClientStore {
  const byId = `SELECT ${clientColumns} FROM client WHERE client_id = $1`;
  const byTenant = `SELECT ${clientColumns} FROM client WHERE tenant_id = $1 ORDER BY created_at, client_id`;
  return {
    find: async (clientId) => {
      const [row] = await allSoon<ClientRow>(byId, [clientId]);
      return row === undefined ? undefined : toClient(row);
    },
    list: async (tenantId) => (await all<ClientRow>(byTenant, [tenantId])).map(toClient),
    add: async ({ clientId, tenantId, name, roles, secrets, createdAt, revokedAt = null }) => {
      await run(
        "INSERT INTO client (client_id, tenant_id, name, roles, secrets, created_at, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        [clientId, tenantId, name, JSON.stringify(roles), JSON.stringify(secrets), createdAt, revokedAt],
      );
    },
    revoke: async (clientId, at) =>
      (await run("UPDATE client SET revoked_at = $1 WHERE client_id = $2 AND revoked_at IS NULL", [at, clientId])) === 1,
  };
}

function signingKeysOf({ all, run }: Asking): SigningKeyStore {
  return {
    list: () =>
      all<StoredSigningKey>(`SELECT kid, private_key AS "privateKey", created_at AS "createdAt" FROM signing_key ORDER BY created_at, kid`),
    // A kid is made from its key: the same name is the same key.
    add: async ({ kid, privateKey, createdAt }) => {
      await run("INSERT INTO signing_key (kid, private_key, created_at) VALUES ($1, $2, $3) ON CONFLICT (kid) DO NOTHING", [
        ...[kid, privateKey],
        createdAt,
      ]);
    },
    remove: async (kid) => {
      await run("DELETE FROM signing_key WHERE kid = $1", [kid]);
    },
  };
}

/** A secret never changes, so writing "where there is none" and then reading is enough for all to get the same. */
function secretsOf({ all, run }: Asking): AuthStore["secret"] {
  const read = async (name: string): Promise<Uint8Array | undefined> => {
    const [row] = await all<{ readonly value: Uint8Array }>("SELECT value FROM secret WHERE name = $1", [name]);
    return row === undefined ? undefined : new Uint8Array(row.value);
  };
  return async (name, make) => {
    const kept = await read(name);
    if (kept !== undefined) return kept;
    const made = make();
    await run("INSERT INTO secret (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING", [name, made]);
    return (await read(name)) ?? made;
  };
}

function toClient({ roles, secrets, revokedAt, ...row }: ClientRow): ApiClient {
  const client = { ...row, roles: JSON.parse(roles) as string[], secrets: JSON.parse(secrets) as SecretHash[] };
  return revokedAt === null ? client : { ...client, revokedAt };
}
