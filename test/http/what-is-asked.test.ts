/** Which questions a request puts to the store, and when: counted, for what they cost is a matter of the database. */
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { newClient } from "../../src/auth/issuer/client-secret.ts";
import { anInventory, aServer, type TestServer } from "./a-server.ts";
import { connectTo, requestBytes } from "./on-the-wire.ts";

const devices = 3000;
const log: string[] = [];
let server: TestServer;
let deviceId: string;

beforeAll(async () => {
  server = await aServer({ log });
  await server.ingest(Array.from({ length: devices }, (_, index) => anInventory(`pc-${index}`, 2965 + (index % 3))));
  deviceId = (await server.ask("/api/machines?$top=1")).json.value[0].id;
});
beforeEach(() => void vi.restoreAllMocks());
afterAll(() => server.close());

describe("getmissingkbs", () => {
  /** A client of its own, and a token of it. */
  async function aClient(roles: readonly ["Software.Read.All"] | readonly ["Machine.Read.All"]) {
    const tenantId = server.tenants.get("default")?.id ?? "";
    const { client, secret } = newClient({ tenantId, name: "a script", roles, createdAt: Date.now() });
    await server.store.clients.add(client);
    const form = { grant_type: "client_credentials", client_id: client.clientId, client_secret: secret };
    const body = new URLSearchParams({ ...form, resource: "https://api.securitycenter.microsoft.com" });
    const asked = await fetch(`${server.origin}/${tenantId}/oauth2/token`, { method: "POST", body });
    return { clientId: client.clientId, token: ((await asked.json()) as { access_token: string }).access_token };
  }

  test("the device is looked up while it is asked whether the client may still come", async () => {
    const { token } = await aClient(["Software.Read.All"]);
    const digestAsked = Promise.withResolvers<void>();
    const { find } = server.store.clients;
    const { digestsOf } = server.store;
    vi.spyOn(server.store, "digestsOf").mockImplementation((...asked) => {
      digestAsked.resolve();
      return digestsOf(...asked);
    });
    // Answered only when the other question was put: one after the other they would wait for ever.
    vi.spyOn(server.store.clients, "find").mockImplementation(async (id) => {
      await digestAsked.promise;
      return find(id);
    });
    const { status, json } = await server.ask(`/api/machines/${deviceId}/getmissingkbs`, { token });
    expect([status, json.value.length > 0]).toEqual([200, true]);
    expect(server.store.digestsOf).toHaveBeenCalledTimes(1);
  });

  test("by name, with options and as HEAD it answers what it answers by id", async () => {
    const { token } = await aClient(["Software.Read.All"]);
    const path = `/api/machines/${deviceId}/getmissingkbs`;
    const whole = await server.ask(path, { token });
    const name = (await server.ask(`/api/machines/${deviceId}`)).json.computerDnsName as string;
    expect((await server.ask(`/api/machines/${name}/getmissingkbs`, { token })).json).toEqual(whole.json);
    const first = await server.ask(`${path}?$top=1`, { token });
    expect(first.json.value).toEqual(whole.json.value.slice(0, 1));
    const head = await server.ask(path, { token, method: "HEAD" });
    expect([head.status, head.text, head.headers.get("Content-Length")]).toEqual([200, "", whole.headers.get("Content-Length")]);
  });

  test("a client that was revoked is told nothing of what was looked up, not even that it failed", async () => {
    const { token, clientId } = await aClient(["Software.Read.All"]);
    await server.store.clients.revoke(clientId, Date.now());
    const digestsOf = vi.spyOn(server.store, "digestsOf").mockRejectedValue(new Error("of no concern to you"));
    for (const id of [deviceId, "0".repeat(40)]) {
      const { status, text } = await server.ask(`/api/machines/${id}/getmissingkbs`, { token });
      expect([status, text]).toEqual([401, expect.stringContaining("may no longer sign in")]);
    }
    expect(digestsOf).toHaveBeenCalled();
  });

  test("without the permission, or with a token that is not good, nothing is looked up", async () => {
    const { token } = await aClient(["Machine.Read.All"]);
    const digestsOf = vi.spyOn(server.store, "digestsOf");
    const path = `/api/machines/${deviceId}/getmissingkbs`;
    const statuses = [(await server.ask(path, { token })).status, (await server.ask(path, { token: `${token.slice(0, -4)}AAAA` })).status];
    expect(statuses).toEqual([403, 401]);
    expect(digestsOf).not.toHaveBeenCalled();
  });

  test("whoever goes while being let in is nobody's failure", async () => {
    const { token } = await aClient(["Software.Read.All"]);
    const { find } = server.store.clients;
    const [asked, gone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    vi.spyOn(server.store.clients, "find").mockImplementation(async (id) => {
      asked.resolve();
      await gone.promise;
      return find(id);
    });
    const socket = connectTo(server.origin);
    socket.write(requestBytes("GET", `/api/machines/${deviceId}/getmissingkbs`, { Authorization: `Bearer ${token}` }));
    await asked.promise;
    socket.destroy();
    await setTimeout(100);
    log.length = 0;
    gone.resolve();
    await setTimeout(100);
    expect(log.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
  }, 10_000);

  test("what cannot be looked up is an error for whoever may ask", async () => {
    const { token } = await aClient(["Software.Read.All"]);
    vi.spyOn(server.store, "digestsOf").mockRejectedValue(new Error("of our own concern"));
    const { status, text } = await server.ask(`/api/machines/${deviceId}/getmissingkbs`, { token });
    expect(status).toBe(500);
    expect(text).not.toContain("concern");
  });
});

describe("MissingKbsByMachine", () => {
  test.each([
    ["all rows", "", Number.POSITIVE_INFINITY],
    ["five", "?$top=5", 5],
  ])("%s: few questions, none of them for more devices than are worth it", async (_, options, most) => {
    const limits: number[] = [];
    const { listDevices } = server.store;
    vi.spyOn(server.store, "listDevices").mockImplementation((tenantId, query) => {
      limits.push(query.limit);
      return listDevices(tenantId, query);
    });
    const { json } = await server.ask(`/api/machines/MissingKbsByMachine${options}`);
    const rows: readonly { readonly deviceId: string; readonly id: string }[] = json.value;
    const ids = rows.map((row) => row.deviceId);
    expect(new Set(ids).size).toBe(Math.min(most, devices));
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(rows.map((row) => `${row.deviceId} ${row.id}`)).size).toBe(rows.length);
    // Three thousand devices: some, and all others.
    const reads = limits.filter((limit) => limit > 0);
    expect(reads.length).toBeLessThanOrEqual(most === 5 ? 2 : 4);
    expect(Math.max(...reads)).toBeLessThanOrEqual(most === 5 ? 20 : 2000);
  });

  test("the next devices are asked for before the rows of the first are made", async () => {
    const { listDevices } = server.store;
    const { fleet } = server.server;
    const summaries = fleet.summaries.bind(fleet);
    const log: string[] = [];
    vi.spyOn(server.store, "listDevices").mockImplementation((tenantId, query) => {
      log.push(query.after === "" ? "asked for the first" : "asked for the next");
      return listDevices(tenantId, query);
    });
    vi.spyOn(fleet, "summaries").mockImplementation((...wanted) => {
      log.push("made");
      return summaries(...wanted);
    });
    await server.ask("/api/machines/MissingKbsByMachine");
    expect(log.slice(log.indexOf("asked for the first")).slice(0, 3)).toEqual(["asked for the first", "asked for the next", "made"]);
  });
});
