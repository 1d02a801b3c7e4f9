import { randomUUID } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signedIn } from "./a-page.ts";
import { type Asked, anInventory, aServer, type TestServer } from "./a-server.ts";
import { everyRoute, type Names, type RouteRow } from "./every-route.ts";

/** Texts that only the first tenant has. */
const canary = "canary-7c1d";
const strangerId = randomUUID();

let server: TestServer;
let own: Names;
let others: Names;

const unknown: Names = {
  device: "e".repeat(40),
  deviceName: "no-such-device",
  software: "nobody-_-nothing",
  recommendation: "va-_-nobody-_-nothing",
  cve: "CVE-1999-99999",
  kb: "4999999",
  address: "192.0.2.250",
  tag: "no-such-tag",
};

beforeAll(async () => {
  server = await aServer({ tenants: ["other"] });
  const app = { vendor: canary, name: `${canary}-app`, version: "1.2.3" };
  const more = (tag: string, ip: string): object => ({ tags: [tag, `group:${tag}`], ipAddresses: [ip], unknownMember: tag });
  await server.ingest([
    anInventory(`${canary}-pc.example`, 2965, { ...more(canary, "10.77.77.1"), software: [app], offeredKbs: ["7777777"] }),
    anInventory(`${canary}-pc-2.example`, 5965, more(`${canary}-2`, "10.77.77.2")),
    anInventory(`${canary}-pc-3.example`, 7058, more(`${canary}-2`, "10.77.77.3")),
  ]);
  const os = { caption: "Microsoft Windows 11 Pro", build: 26100, ubr: 4061, displayVersion: "24H2", installationType: "Client" };
  await server.ingest(
    [
      anInventory("theirs", 0, { os: { ...os, version: "10.0.26100", architecture: "x64" }, ...more("plain", "10.88.88.1") }),
      anInventory("theirs-2", 0, { os: { ...os, ubr: 6899, version: "10.0.26100", architecture: "x64" } }),
    ],
    "other",
  );
  own = await namesOf("default", "windows_10", { deviceName: `${canary}-pc.example`, address: "10.77.77.1", tag: canary });
  own = { ...own, software: `${canary}-_-${canary}-app` };
  others = await namesOf("other", "windows_11", { deviceName: "theirs", address: "10.88.88.1", tag: "plain" });
});
afterAll(() => server.close());

async function namesOf(tenant: string, system: string, given: Pick<Names, "deviceName" | "address" | "tag">): Promise<Names> {
  const read = async (path: string): Promise<Asked["json"]> => (await server.ask(path, { tenant })).json;
  const { value: devices } = await read("/api/machines");
  const device = devices.find((each: { computerDnsName: string }) => each.computerDnsName === given.deviceName).id;
  const kb = (await read(`/api/machines/${device}/getmissingkbs`)).value[0].id;
  const cve = (await read(`/api/machines/${device}/vulnerabilities`)).value[0].id;
  return { ...given, device, kb, cve, software: `microsoft-_-${system}`, recommendation: `va-_-microsoft-_-${system}` };
}

/** A token of the server's own issuer with any claims at all. */
async function tokenWith(tenantId: string, claims: object): Promise<string> {
  const { kid, key } = await server.server.keys.signingKey();
  const now = Math.floor(Date.now() / 1000);
  const who = { aud: "https://api.securitycenter.microsoft.com", iss: `https://sts.windows.net/${tenantId}/`, tid: tenantId };
  const times = { iat: now, nbf: now, exp: now + 3600 };
  const all = { ...who, ...times, appid: "00000000-0000-0000-0000-000000000c11", sub: "somebody", jti: randomUUID(), ver: "1.0" };
  return new SignJWT({ ...all, ...claims }).setProtectedHeader({ typ: "JWT", alg: "RS256", kid }).sign(key);
}

const roles = [
  "Machine.Read.All",
  "Machine.ReadWrite.All",
  "Software.Read.All",
  "Vulnerability.Read.All",
  "SecurityRecommendation.Read.All",
  "Score.Read.All",
  "Inventory.ReadWrite.All",
];
const scopes = roles.map((role) => role.replace(".All", ""));

/** What a token may say of its holder's permissions, with the name under which the tests speak of it. */
const holders: readonly (readonly [name: string, claims: object])[] = [
  ...roles.map((role) => [role, { roles: [role] }] as const),
  ...scopes.map((scope) => [scope, { scp: scope }] as const),
  ["nothing", {}],
  // Names count letter by letter, roles with roles and scopes with scopes.
  ["a role as a scope", { scp: roles.join(" ") }],
  ["a scope as a role", { roles: scopes }],
  ["small letters", { roles: roles.map((role) => role.toLowerCase()) }],
  ["a text for a list", { roles: roles.join(" ") }],
];

const tokens = new Map<string, Promise<string>>();

function tokenOf(tenant: string, name: string, claims: object): Promise<string> {
  const key = `${tenant} ${name}`;
  const made = tokens.get(key) ?? tokenWith(server.tenants.get(tenant)?.id ?? strangerId, claims);
  tokens.set(key, made);
  return made;
}

function call(method: string, row: RouteRow, names: Names, token: string | null): Promise<Asked> {
  return server.ask(row.path(names), { method, token, ...(row.body === undefined ? {} : { body: row.body(names) }) });
}

const closed = Object.entries(everyRoute).filter(([, { may }]) => may !== "anyone");
const split = (route: string): [method: string, path: string] => route.split(" ") as [string, string];

test("every route has a row that says who may, and every row a route", () => {
  const routes = server.server.routes.map(({ method, path, may }) => [`${method} ${path}`, may]);
  expect(Object.fromEntries(routes)).toEqual(Object.fromEntries(Object.entries(everyRoute).map(([route, { may }]) => [route, may])));
  expect(routes).toHaveLength(Object.keys(everyRoute).length);
});

/** The answer that a holder should get, in one line. */
function expected(row: RouteRow, tenant: string, [name, claims]: (typeof holders)[number]): string {
  const may = row.may as readonly string[];
  const needed = [...may, ...may.map((role) => role.replace(".All", ""))];
  if (tenant === "stranger") return "401 Unauthorized: Unauthorized request - Account is not provisioned.";
  if (needed.includes(name)) return tenant === "default" ? "200" : String(row.ofOthers ?? 404);
  if ("scp" in claims) {
    const asked = may.map((role) => role.replace(".All", "")).join(",");
    return `403 Forbidden: Missing application scopes. API required scopes: ${asked}, application scopes: ${String(claims.scp).replaceAll(" ", ",")}.`;
  }
  const held = "roles" in claims && Array.isArray(claims.roles) && name !== "small letters" ? claims.roles.join(",") : "";
  return `403 Forbidden: Missing application roles. API required roles: ${may.join(",")}, application roles: ${held}.`;
}

function told({ status, json }: Asked): string {
  return status === 401 || status === 403 ? `${status} ${json.error.code}: ${json.error.message}` : String(status);
}

describe.each(closed)("%s", (route, row) => {
  const [method] = split(route);

  test.each(["default", "other", "stranger"])("with every permission, for tenant %s", async (tenant) => {
    const wanted: Record<string, string> = {};
    const got: Record<string, string> = {};
    for (const holder of holders) {
      const [name, claims] = holder;
      // A role in a list of scopes is shown as it came.
      wanted[name] = expected(row, tenant, holder);
      got[name] = told(await call(method, row, own, await tokenOf(tenant, name, claims)));
    }
    expect(got).toEqual(wanted);
  });

  test("without a token, however the path is spelt", async () => {
    const path = row.path(own);
    const [bare = "", query] = path.split("?");
    const spelt = [
      bare,
      `${bare}/`,
      `${bare}%20`,
      bare.replace("/api/", "/API/"),
      bare.toUpperCase(),
      bare.replace("/api/", "/api/v1.0/"),
      bare.replace("/m", "/%6d").replace("/s", "/%73"),
      `${bare}/$count`,
    ];
    for (const each of spelt) {
      const asked = await server.ask(query === undefined ? each : `${each}?${query}`, { method, token: null });
      expect([each, told(asked)]).toEqual([each, "401 Unauthorized: Invalid Authorization payload. The request has no access token."]);
      expect(asked.headers.get("www-authenticate")).toBe("Bearer");
    }
    if (method === "GET") expect((await server.ask(path, { method: "HEAD", token: null })).status).toBe(401);
  });
});

test.each(["default", "other"])("a session of the page may what a token with its roles may, for tenant %s", async (tenant) => {
  for (const role of roles) {
    const cookie = await signedIn(server, { tenantId: server.tenants.get(tenant)?.id ?? "", roles: [role] });
    const headers = { Cookie: cookie, "X-Patchgap-Page": "1", "Sec-Fetch-Site": "same-origin" };
    for (const [route, row] of closed) {
      const body = row.body === undefined ? {} : { body: row.body(own) };
      const asked = await server.ask(row.path(own), { method: split(route)[0], token: null, headers, ...body });
      expect([role, route, told(asked)]).toEqual([role, route, expected(row, tenant, [role, { roles: [role] }])]);
    }
  }
});

/** Those that name a thing; what a CVE is everybody may know, and a test below is about it. */
const naming = closed.filter(([route, { ofOthers }]) => ofOthers === undefined || route.includes("/findby"));

test.each(naming)("%s answers about a thing of another tenant as about one that nobody has", async (route, row) => {
  const token = await tokenOf("other", "all", { roles });
  const [foreign, missing] = [await call(split(route)[0], row, own, token), await call(split(route)[0], row, unknown, token)];
  expect(foreign.status).toBe(row.ofOthers ?? 404);
  expect(shapeOf(foreign, own)).toEqual(shapeOf(missing, unknown));
});

/** An answer without what has to differ: the name that was asked for, and the id of the request. */
function shapeOf({ status, headers, text }: Asked, names: Names): object {
  const asked = Object.values(names).sort((a, b) => b.length - a.length);
  const body = asked.reduce((rest, name) => rest.replaceAll(name, "…"), text.replace(/"target":"[^"]*"/, ""));
  return { status, headers: [...headers.keys()].sort(), body };
}

test("a device's name is no better known abroad than its id", async () => {
  const token = await tokenOf("other", "all", { roles });
  for (const [route, row] of closed.filter(([each]) => each.includes("/machines/:id"))) {
    const [foreign, missing] = await Promise.all(
      [own.deviceName, unknown.deviceName].map((device) => call(split(route)[0], row, { ...unknown, device }, token)),
    );
    expect(foreign).toMatchObject({ status: 404, json: { error: { message: `Machine ${own.deviceName} was not found` } } });
    expect(missing).toMatchObject({ status: 404, json: { error: { message: `Machine ${unknown.deviceName} was not found` } } });
    expect([...(foreign as Asked).headers.keys()].sort()).toEqual([...(missing as Asked).headers.keys()].sort());
  }
});

test("a CVE that is open elsewhere only looks like one that is open nowhere", async () => {
  const ask = (path: string) => server.ask(path, { tenant: "other" });
  const [foreign, { json: theirs }] = [await ask(`/api/vulnerabilities/${own.cve}`), await ask("/api/vulnerabilities")];
  const { id, exposedMachines } = foreign.json;
  const here = new Set((await ask("/api/vulnerabilities/machinesVulnerabilities")).json.value.map((row: { cveId: string }) => row.cveId));
  expect(here.has(id)).toBe(exposedMachines > 0);
  for (const each of theirs.value) expect([each.id, each.exposedMachines > 0]).toEqual([each.id, here.has(each.id)]);
});

test("a walk of another tenant is no walk", async () => {
  for (const path of [
    "/api/machines",
    "/api/machines/MissingKbsByMachine",
    "/api/software",
    "/api/vulnerabilities/machinesVulnerabilities",
  ]) {
    const first = await server.ask(`${path}?pageSize=1`);
    const next = first.json["@odata.nextLink"];
    expect((await server.ask(next)).status).toBe(200);
    const invented = next.replace(/skiptoken=[^&]*/, () => {
      const token = [randomUUID(), null, null, null];
      return `skiptoken=${Buffer.from(JSON.stringify(token)).toString("base64url")}`;
    });
    const [foreign, missing] = [await server.ask(next, { tenant: "other" }), await server.ask(invented, { tenant: "other" })];
    expect(foreign.status).toBe(400);
    expect(shapeOf(foreign, unknown)).toEqual(shapeOf(missing, unknown));
  }
});

test("the address of an export file opens that file and no other", async () => {
  const { json } = await server.ask("/api/machines/SoftwareInventoryExport");
  const [file = ""] = json.exportFiles as string[];
  const opened = await fetch(file);
  expect([opened.status, opened.headers.get("content-type")]).toEqual([200, "application/gzip"]);
  expect(gunzipSync(Buffer.from(await opened.arrayBuffer())).toString()).toContain(canary);
  const [ownId, otherId] = ["default", "other"].map((tenant) => server.tenants.get(tenant)?.id ?? "");
  const theirs = (await server.ask("/api/machines/SoftwareInventoryExport", { tenant: "other" })).json.exportFiles[0] as string;
  const bent = [
    file.replace(ownId ?? "", otherId ?? ""),
    theirs.replace(otherId ?? "", ownId ?? ""),
    file.replace("/software/", "/vulnerabilities/"),
    file.replace(/\/(.)\.json\.gz/, (_, part: string) => `/${part === "0" ? "1" : "0"}.json.gz`),
    file.replace(/se=\d{4}/, "se=2099"),
    file.replace(/sig=./, "sig=_"),
    file.replace(/\?.*/, ""),
    file.replace(/\/exports\/[^/]+\/[^/]+/, `/exports/${ownId}/${randomUUID()}`),
  ];
  for (const each of bent) {
    const asked = await server.ask(each, { token: null });
    expect([each, told(asked)]).toEqual([each, "403 Forbidden: Server failed to authenticate the request. Signature did not match."]);
  }
});

test("what other tenants may not change has not changed", async () => {
  const before = (await server.ask("/api/machines")).text;
  const token = await tokenOf("other", "all", { roles });
  for (const [route, row] of closed.filter(([each]) => !each.startsWith("GET"))) await call(split(route)[0], row, own, token);
  for (const name of ["nothing", "Machine.Read.All"])
    for (const [route, row] of closed.filter(([each]) => !each.startsWith("GET")))
      await call(split(route)[0], row, own, await tokenOf("default", name, name === "nothing" ? {} : { roles: [name] }));
  expect((await server.ask("/api/machines")).text).toBe(before);
});

test.each(["other", "third"])("no answer to tenant %s holds a text that only another tenant has", async (tenant) => {
  const token = tenant === "other" ? await tokenOf(tenant, "all", { roles }) : await newTenantsToken(tenant);
  for (const [route, row] of Object.entries(everyRoute)) {
    for (const names of [others, unknown]) {
      const body = row.body === undefined ? {} : { body: row.body(names) };
      const { text, headers } = await server.ask(row.path(names), { method: split(route)[0], token, ...body });
      const whole = text + JSON.stringify([...headers]);
      for (const secret of [canary, "10.77.77", "7777777", own.device])
        expect([route, secret, whole.includes(secret)]).toEqual([route, secret, false]);
    }
  }
  const files = (await server.ask("/api/machines/SoftwareVulnerabilitiesExport", { token })).json.exportFiles as string[];
  expect(files.length > 0).toBe(true);
  for (const file of files) expect(gunzipSync(Buffer.from(await (await fetch(file)).arrayBuffer())).toString()).not.toContain(canary);
});

/** A tenant is known at the latest a second after it was looked for in vain. */
async function newTenantsToken(alias: string): Promise<string> {
  await server.store.addTenant({ id: strangerId, alias });
  const token = await tokenWith(strangerId, { roles });
  await expect.poll(async () => (await server.ask("/api/machines", { token })).status, { timeout: 5000 }).toBe(200);
  return token;
}

test("an inventory under the id and name of another tenant's device is a device of one's own", async () => {
  const before = (await server.ask(`/api/machines/${own.device}`)).text;
  const posted = await server.ask("/api/inventories", {
    method: "POST",
    tenant: "other",
    body: anInventory(own.deviceName, 7058, { deviceId: own.device }),
  });
  expect(posted).toMatchObject({ status: 200, json: { value: [{ deviceId: own.device, outcome: "new", problems: [] }] } });
  expect((await server.ask(`/api/machines/${own.device}`)).text).toBe(before);
  expect((await server.ask(`/api/machines/${own.device}`, { tenant: "other" })).json).toMatchObject({ machineTags: [], ipAddresses: [] });
});

test("the routes for anyone answer without a token, and say nothing of any device", async () => {
  const statuses: Record<string, number> = {};
  for (const [route, row] of Object.entries(everyRoute).filter(([, { may }]) => may === "anyone")) {
    const { status, text } = await call(split(route)[0], row, own, null);
    statuses[route] = status;
    expect([route, text.includes(canary)]).toEqual([route, false]);
  }
  expect(statuses).toEqual({
    // Its address has to be signed.
    "GET /exports/:tenant/:walk/:kind/:file": 403,
    // A form is expected.
    "POST /:tenant/oauth2/token": 400,
    "GET /:tenant/.well-known/openid-configuration": 200,
    "GET /:tenant/discovery/keys": 200,
    "POST /:tenant/oauth2/v2.0/token": 400,
    "GET /:tenant/v2.0/.well-known/openid-configuration": 200,
    "GET /:tenant/discovery/v2.0/keys": 200,
    // The page of tests is not built.
    "GET /": 404,
    "GET /ui": 404,
    "GET /ui/*": 404,
    "GET /ui/assets/*": 404,
    "GET /session/ways": 200,
    // JSON is expected.
    "POST /session": 415,
    "GET /session": 401,
    // Only the page may.
    "DELETE /session": 403,
    "GET /session/oidc/:provider": 404,
    "GET /session/oidc/callback": 401,
    "GET /reference": 200,
    "GET /reference.css": 200,
    "GET /api/$metadata": 200,
    "GET /openapi.json": 200,
    "GET /schemas/inventory-1.json": 200,
    "GET /healthz": 200,
    "GET /readyz": 200,
    // From this machine.
    "GET /metrics": 200,
  });
});
