import { randomBytes, randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hasSecret, newClient } from "../../src/auth/issuer/client-secret.ts";
import type { ApiClient } from "../../src/auth/issuer/client-store.ts";
import { mintToken } from "../../src/auth/issuer/mint-token.ts";
import { SigningKeys } from "../../src/auth/issuer/signing-keys.ts";
import type { AuthStore } from "../../src/stores/auth-store.ts";
import { hostileNames } from "../fixtures/hostile-names.ts";

/** An open store. */
interface Opened extends AuthStore {
  close(): Promise<void>;
}

/** A place that stores of one kind can be opened on, more than once at a time. */
export interface AuthStorePlace {
  open(): Promise<Opened>;
  remove(): Promise<void>;
}

const tenantId = "11111111-1111-4111-8111-111111111111";
const otherTenantId = "22222222-2222-4222-8222-222222222222";
const start = Date.UTC(2026, 2, 1, 12);

function aClient(facts: Partial<ApiClient> = {}): ApiClient {
  const { client } = newClient({ tenantId, name: "reporting", roles: ["Machine.Read.All", "Score.Read.All"], createdAt: start });
  return { ...client, ...facts };
}

/** What every store of clients, signing keys and secrets promises. */
export function describeAuthStore(name: string, makePlace: () => Promise<AuthStorePlace>): void {
  describe(`${name} keeps the contract of a store for the issuer`, () => {
    let place: AuthStorePlace;
    let store: Opened;
    let other: Opened;
    beforeEach(async () => {
      place = await makePlace();
      store = await place.open();
      other = await place.open();
    });
    afterEach(async () => {
      await store.close();
      await other.close();
      await place.remove();
    });

    async function reopened(): Promise<AuthStore> {
      await store.close();
      store = await place.open();
      return store;
    }

    test("has no client and no key at first", async () => {
      expect(await store.clients.list(tenantId)).toEqual([]);
      expect(await store.clients.find(randomUUID())).toBeUndefined();
      expect(await store.clients.revoke(randomUUID(), start)).toBe(false);
      expect(await store.signingKeys.list()).toEqual([]);
      await store.signingKeys.remove("unknown");
    });

    test("a client is seen at once by everybody, survives, and may sign in with its secret", async () => {
      const { client, secret } = newClient({ tenantId, name: "reporting", roles: ["Machine.Read.All"], createdAt: start });
      await store.clients.add(client);
      for (const open of [() => store, () => other, reopened]) {
        const found = await (await open()).clients.find(client.clientId);
        expect(found).toEqual(client);
        expect(hasSecret(found, secret)).toBe(true);
      }
    });

    test("clients are listed by tenant, in the order in which they were made", async () => {
      const made = [3, 1, 2].map((minute) => aClient({ createdAt: start + minute * 60_000, name: `number ${minute}` }));
      const foreign = aClient({ tenantId: otherTenantId });
      for (const client of [...made, foreign]) await store.clients.add(client);
      expect((await other.clients.list(tenantId)).map((client) => client.name)).toEqual(["number 1", "number 2", "number 3"]);
      expect(await other.clients.list(otherTenantId)).toEqual([foreign]);
      expect(await other.clients.list(randomUUID())).toEqual([]);
    });

    test("a revoked client is so for everybody, at the time of the first revocation, and stays listed", async () => {
      const [client, spared] = [aClient(), aClient({ createdAt: start + 1 })];
      for (const each of [client, spared]) await store.clients.add(each);
      expect(await other.clients.revoke(client.clientId, start + 5)).toBe(true);
      expect(await store.clients.revoke(client.clientId, start + 6)).toBe(false);
      const revoked = { ...client, revokedAt: start + 5 };
      expect(await store.clients.find(client.clientId)).toEqual(revoked);
      expect(await (await reopened()).clients.list(tenantId)).toEqual([revoked, spared]);
    });

    test("a client that is there cannot be overwritten: a revoked one stays revoked", async () => {
      const client = aClient();
      await store.clients.add(client);
      await store.clients.revoke(client.clientId, start);
      await expect(Promise.resolve(other.clients.add(client))).rejects.toMatchObject({ code: "database" });
      expect(await store.clients.find(client.clientId)).toMatchObject({ revokedAt: start });
    });

    test("of two that revoke at once one has done it", async () => {
      const client = aClient();
      await store.clients.add(client);
      const answers = await Promise.all([store, other, store, other].map(({ clients }) => clients.revoke(client.clientId, start)));
      expect(answers.filter((isDone) => isDone)).toHaveLength(1);
    });

    test("keeps several secrets, none, and no role", async () => {
      const clients = [
        aClient({ secrets: [...aClient().secrets, ...aClient().secrets] }),
        aClient({ secrets: [] }),
        aClient({ roles: [] }),
      ];
      for (const client of clients) {
        await store.clients.add(client);
        expect(await other.clients.find(client.clientId)).toEqual(client);
      }
    });

    test.each(hostileNames)("keeps the name %j as it is", async (hostile) => {
      const client = aClient({ name: hostile, roles: [hostile] });
      await store.clients.add(client);
      expect(await other.clients.find(client.clientId)).toEqual(client);
    });

    test("a thousand clients are found one by one and listed whole", async () => {
      const clients = Array.from({ length: 1000 }, (_, index) => aClient({ createdAt: start + index, name: `client ${index}` }));
      for (const client of clients) await store.clients.add(client);
      expect(await other.clients.list(tenantId)).toEqual(clients);
      expect(await other.clients.find(clients[777]?.clientId ?? "")).toEqual(clients[777]);
    });

    test("signing keys are seen by everybody, the oldest first, until they are removed", async () => {
      const keys = [2, 1].map((number) => ({ kid: `key-${number}`, privateKey: `-----${number}-----\n`, createdAt: start + number }));
      for (const key of keys) await store.signingKeys.add(key);
      await other.signingKeys.add(keys[0] ?? expect.fail());
      expect(await other.signingKeys.list()).toEqual([...keys].reverse());
      await other.signingKeys.remove("key-1");
      expect(await (await reopened()).signingKeys.list()).toEqual([keys[0]]);
    });

    test("a token signed over one opening is verified over the other, and after a restart", async () => {
      const now = (): number => start;
      const signer = new SigningKeys({ store: store.signingKeys, now });
      const { kid, key } = await signer.signingKey();
      const facts = { tenantId, clientId: randomUUID(), audience: "https://api.example", roles: [], now: start };
      expect((await mintToken(facts, { kid, key })).token).toMatch(/^eyJ/);
      const verifier = new SigningKeys({ store: other.signingKeys, now });
      expect((await verifier.find(kid))?.kid).toBe(kid);
      const restarted = new SigningKeys({ store: (await reopened()).signingKeys, now });
      expect((await restarted.signingKey()).kid).toBe(kid);
    });

    const session = { kind: "session", keyHash: `sha256:${"a".repeat(64)}` } as const;
    const entry = { value: '{"name":"a b é 漢 \\u0000"}', expiresAt: start + 1000 };

    test("what passes is seen at once by everybody, survives, and is not there any more when its time has come", async () => {
      await store.sessions.keep(session, entry, start);
      for (const open of [() => store, () => other, reopened])
        expect(await (await open()).sessions.find(session, start + 999)).toEqual(entry);
      expect(await other.sessions.find(session, start + 1000)).toBeUndefined();
      expect(await other.sessions.take(session, start + 1000)).toBeUndefined();
      expect(await other.sessions.prolong(session, start + 9000, start + 1000)).toBe(false);
    });

    test("kinds and names are apart", async () => {
      await store.sessions.keep(session, entry, start);
      for (const name of [
        { ...session, kind: "sign-in-code" },
        { ...session, keyHash: `sha256:${"A".repeat(64)}` },
      ] as const) {
        expect(await other.sessions.find(name, start)).toBeUndefined();
        expect(await other.sessions.take(name, start)).toBeUndefined();
        await other.sessions.keep(name, { ...entry, value: name.kind }, start);
        expect(await store.sessions.find(name, start)).toEqual({ ...entry, value: name.kind });
      }
      expect(await store.sessions.find(session, start)).toEqual(entry);
    });

    test("what is prolonged lives on; what is gone is not called back by it", async () => {
      await store.sessions.keep(session, entry, start);
      expect(await other.sessions.prolong(session, start + 9000, start + 500)).toBe(true);
      expect(await store.sessions.find(session, start + 8999)).toEqual({ ...entry, expiresAt: start + 9000 });
      expect(await store.sessions.take(session, start + 600)).toEqual({ ...entry, expiresAt: start + 9000 });
      expect(await other.sessions.prolong(session, start + 9000, start + 600)).toBe(false);
      expect(await other.sessions.find(session, start + 600)).toBeUndefined();
    });

    test("of all that take at once one gets it", async () => {
      await store.sessions.keep(session, entry, start);
      const taken = await Promise.all([store, other, store, other].map(({ sessions }) => sessions.take(session, start)));
      expect(taken.filter((each) => each !== undefined)).toEqual([entry]);
    });

    test("a name that is there cannot be overwritten, one whose time has come can", async () => {
      await store.sessions.keep(session, entry, start);
      const later = { value: "later", expiresAt: start + 5000 };
      await expect(Promise.resolve(other.sessions.keep(session, later, start + 999))).rejects.toMatchObject({ code: "database" });
      expect(await store.sessions.find(session, start)).toEqual(entry);
      await other.sessions.keep(session, later, start + 1000);
      expect(await store.sessions.find(session, start)).toEqual(later);
    });

    test("keeping one forgets those whose time has come, and no other", async () => {
      const names = ["b", "c", "d"].map((sign) => ({ kind: "session", keyHash: `sha256:${sign.repeat(64)}` }) as const);
      const [first = session, second = session, third = session] = names;
      await store.sessions.keep(first, { value: "first", expiresAt: start + 10 }, start);
      await store.sessions.keep(second, { value: "second", expiresAt: start + 100 }, start);
      await other.sessions.keep(third, { value: "third", expiresAt: start + 100 }, start + 50);
      // Even a clock that was set back finds nothing of the first.
      expect(await store.sessions.find(first, start)).toBeUndefined();
      expect((await store.sessions.find(second, start))?.value).toBe("second");
      expect((await store.sessions.find(third, start))?.value).toBe("third");
    });

    test("a secret is made once, kept, and the same for all who ask at once", async () => {
      let made = 0;
      const make = (): Uint8Array => {
        made++;
        return new Uint8Array(randomBytes(32));
      };
      const first = await store.secret("page-session", make);
      expect(first).toHaveLength(32);
      expect(await other.secret("page-session", make)).toEqual(first);
      expect(await (await reopened()).secret("page-session", make)).toEqual(first);
      expect(made).toBe(1);
      expect(await store.secret("another", make)).not.toEqual(first);
      const asked = await Promise.all([store, other, store, other].map((each) => each.secret("at-once", make)));
      expect(new Set(asked.map((secret) => Buffer.from(secret).toString("hex"))).size).toBe(1);
    });

    test("a secret may be any bytes", async () => {
      const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
      await store.secret("bytes", () => bytes);
      expect(await other.secret("bytes", () => expect.fail())).toEqual(bytes);
      expect(await store.secret("empty", () => new Uint8Array())).toEqual(new Uint8Array());
      expect(await other.secret("empty", () => expect.fail())).toEqual(new Uint8Array());
    });
  });
}
