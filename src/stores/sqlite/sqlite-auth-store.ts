import type Database from "better-sqlite3";
import type { ApiClient, ClientStore, SecretHash } from "../../auth/issuer/client-store.ts";
import type { SigningKeyStore, StoredSigningKey } from "../../auth/issuer/signing-key-store.ts";
import type { AuthStore } from "../auth-store.ts";
import { once } from "./sqlite-device-store.ts";
import type { Guarded } from "./sqlite-errors.ts";
import { sqliteSessions } from "./sqlite-session-store.ts";
import { type DataVersion, watchOthers } from "./watch-others.ts";

/** Clients, signing keys, sessions and secrets of an open database. Statements are prepared when they are first needed. */
export function sqliteAuth(database: Database.Database, guarded: Guarded, dataVersion: DataVersion): AuthStore {
  return {
    clients: clientsOf(database, guarded, dataVersion),
    signingKeys: signingKeysOf(database, guarded),
    sessions: sqliteSessions(database, guarded),
    secret: secretsOf(database, guarded),
  };
}

/** A client as it stands in its table: lists are JSON. */
interface ClientRow extends Omit<ApiClient, "roles" | "secrets" | "revokedAt"> {
  readonly roles: string;
  readonly secrets: string;
  readonly revokedAt: number | null;
}

const clientColumns =
  "client_id AS clientId, tenant_id AS tenantId, name, roles, secrets, created_at AS createdAt, revoked_at AS revokedAt";

const mostClientsKnown = 1000;

function clientsOf(database: Database.Database, guarded: Guarded, dataVersion: DataVersion): ClientStore {
  const byId = once(() => database.prepare<[string], ClientRow>(`SELECT ${clientColumns} FROM client WHERE client_id = ?`));
  const byTenant = once(() =>
    database.prepare<[string], ClientRow>(`SELECT ${clientColumns} FROM client WHERE tenant_id = ? ORDER BY created_at, client_id`),
  );
  const insert = once(() =>
    database.prepare<[ClientRow]>(
      `INSERT INTO client (client_id, tenant_id, name, roles, secrets, created_at, revoked_at)
       VALUES (@clientId, @tenantId, @name, @roles, @secrets, @createdAt, @revokedAt)`,
    ),
  );
  const revoke = once(() =>
    database.prepare<[number, string]>("UPDATE client SET revoked_at = ? WHERE client_id = ? AND revoked_at IS NULL"),
  );
  const known = once(() => new Map<string, ApiClient>());
  const isUnchanged = watchOthers(dataVersion);
  // Every request asks for its client: it is read again once anybody has written.
  const find = (clientId: string): ApiClient | undefined => {
    if (!isUnchanged() || known().size >= mostClientsKnown) known().clear();
    const client = known().get(clientId) ?? clientOf(byId().get(clientId));
    if (client !== undefined) known().set(clientId, client);
    return client;
  };
  const change = <T>(work: () => T): T => {
    known().clear();
    return work();
  };
  return {
    find: (clientId) => guarded(() => find(clientId)),
    list: (tenantId) => guarded(() => byTenant().all(tenantId).map(toClient)),
    add: (client) => guarded(() => change(() => void insert().run(toRow(client)))),
    revoke: (clientId, at) => guarded(() => change(() => revoke().run(at, clientId).changes === 1)),
  };
}

function signingKeysOf(database: Database.Database, guarded: Guarded): SigningKeyStore {
  const all = once(() =>
    database.prepare<[], StoredSigningKey>(
      "SELECT kid, private_key AS privateKey, created_at AS createdAt FROM signing_key ORDER BY created_at, kid",
    ),
  );
  // A kid is made from its key: the same name is the same key.
  const insert = once(() =>
    database.prepare<[StoredSigningKey]>(
      "INSERT INTO signing_key (kid, private_key, created_at) VALUES (@kid, @privateKey, @createdAt) ON CONFLICT (kid) DO NOTHING",
    ),
  );
  const remove = once(() => database.prepare<[string]>("DELETE FROM signing_key WHERE kid = ?"));
  return {
    list: () => guarded(() => all().all()),
    add: (key) => guarded(() => void insert().run(key)),
    remove: (kid) => guarded(() => void remove().run(kid)),
  };
}

/** A secret never changes, so writing "where there is none" and then reading is enough for all to get the same. */
function secretsOf(database: Database.Database, guarded: Guarded): AuthStore["secret"] {
  const find = once(() => database.prepare<[string], { readonly value: Uint8Array }>("SELECT value FROM secret WHERE name = ?"));
  const insert = once(() =>
    database.prepare<[string, Uint8Array]>("INSERT INTO secret (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING"),
  );
  const read = (name: string): Uint8Array | undefined => find().get(name)?.value;
  return async (name, make) => {
    const kept = await guarded(() => read(name));
    if (kept !== undefined) return new Uint8Array(kept);
    const made = make();
    return guarded(() => {
      insert().run(name, made);
      return new Uint8Array(read(name) ?? made);
    });
  };
}

function clientOf(row: ClientRow | undefined): ApiClient | undefined {
  return row === undefined ? undefined : toClient(row);
}

function toClient({ roles, secrets, revokedAt, ...row }: ClientRow): ApiClient {
  const client = { ...row, roles: JSON.parse(roles) as string[], secrets: JSON.parse(secrets) as SecretHash[] };
  return revokedAt === null ? client : { ...client, revokedAt };
}

function toRow({ roles, secrets, revokedAt, ...client }: ApiClient): ClientRow {
  return { ...client, roles: JSON.stringify(roles), secrets: JSON.stringify(secrets), revokedAt: revokedAt ?? null };
}
