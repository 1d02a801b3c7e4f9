import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { newClient } from "../../src/auth/issuer/client-secret.ts";
import { mintToken } from "../../src/auth/issuer/mint-token.ts";
import { aServer, type TestServer } from "./a-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await aServer({ documents: null, tenants: ["other"], settings: { quota: "3/min" } });
});
afterAll(() => server.close());

const allRoles = ["Machine.Read.All", "Software.Read.All"] as const;

/** A client that has called nothing yet, and its token. */
async function aClient(alias = "default"): Promise<string> {
  const tenantId = server.tenants.get(alias)?.id ?? "";
  const { client } = newClient({ tenantId, name: "a program", roles: allRoles, createdAt: Date.now() });
  await server.store.clients.add(client);
  return tokenOf(client.clientId, alias);
}

async function tokenOf(clientId: string, alias = "default"): Promise<string> {
  const facts = {
    tenantId: server.tenants.get(alias)?.id ?? "",
    clientId,
    roles: allRoles,
    now: Date.now(),
  };
  return (await mintToken({ ...facts, audience: "https://api.securitycenter.microsoft.com" }, await server.server.keys.signingKey())).token;
}

const statuses = async (token: string, times: number): Promise<readonly number[]> => {
  const found: number[] = [];
  for (let time = 0; time < times; time++) found.push((await server.ask("/api/machines", { token })).status);
  return found;
};

test("the fourth call within a minute is refused, in Defender's words and with the time to wait", async () => {
  const token = await aClient();
  expect(await statuses(token, 3)).toEqual([200, 200, 200]);
  const { status, headers, json } = await server.ask("/api/machines", { token });
  expect(status).toBe(429);
  const seconds = Number(headers.get("retry-after"));
  expect(Number.isInteger(seconds) && seconds >= 1 && seconds <= 60).toBe(true);
  expect(json.error).toEqual({
    code: "429",
    message: `API calls quota exceeded! Maximum allowed 3 per 00:01:00 for the key Destination+TenantID+AppID. You can send requests again in ${seconds} seconds.`,
    target: expect.stringMatching(/./),
  });
});

test("calls that were refused for another reason count as well, and every path counts together", async () => {
  const token = await aClient();
  for (const path of ["/api/machines/nobody", "/api/machines?$filter=x", "/api/machines"]) await server.ask(path, { token });
  expect((await server.ask("/api/machines", { token })).status).toBe(429);
});

test("whoever has used a quota up is told that, whatever became of what was looked up ahead", async () => {
  const token = await aClient();
  await statuses(token, 3);
  const digestsOf = vi.spyOn(server.store, "digestsOf").mockRejectedValue(new Error("of no concern to you"));
  try {
    expect((await server.ask(`/api/machines/${"0".repeat(40)}/getmissingkbs`, { token })).status).toBe(429);
    expect(digestsOf).toHaveBeenCalled();
  } finally {
    digestsOf.mockRestore();
  }
});

test("each client has a quota of its own, whichever token of it is shown", async () => {
  const [one, other] = [await aClient(), await aClient()];
  expect(await statuses(one, 4)).toEqual([200, 200, 200, 429]);
  expect(await statuses(other, 1)).toEqual([200]);
  const { appid } = JSON.parse(Buffer.from(one.split(".")[1] ?? "", "base64url").toString());
  expect(await statuses(await tokenOf(appid), 1)).toEqual([429]);
});

test("each tenant has a quota of its own", async () => {
  const roles = ["Machine.Read.All"] as const;
  const ask = async (tenant: string): Promise<number> => (await server.ask("/api/machines", { tenant, roles })).status;
  expect([await ask("default"), await ask("default"), await ask("default"), await ask("default")]).toEqual([200, 200, 200, 429]);
  expect([await ask("other"), await ask("other")]).toEqual([200, 200]);
});

test("what is for anyone has no quota, and neither does whoever may not", async () => {
  for (let time = 0; time < 5; time++) {
    expect((await server.ask("/healthz", { token: null })).status).toBe(200);
    expect((await server.ask("/api/machines", { token: null })).status).toBe(401);
  }
});

test("several limits hold together", async () => {
  const both = await aServer({ documents: null, settings: { quota: "100/min,2/h" } });
  const ask = () => both.ask("/api/machines");
  await ask();
  await ask();
  const { status, headers, json } = await ask();
  expect(status).toBe(429);
  expect(json.error.message).toContain("Maximum allowed 2 per 01:00:00 for the key");
  expect(Number(headers.get("retry-after"))).toBeGreaterThan(3500);
  await both.close();
});
