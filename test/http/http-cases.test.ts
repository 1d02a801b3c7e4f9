/**
 * Every row of the shared HTTP cases over a socket, byte by byte, against `patchgap serve` in a process of its own. Rows about things that
 * are not here (enrolment, a CSV export, administration, a feed address) hold when their path is refused in the shape of every error.
 */
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Permission, permissions } from "../../src/auth/permissions.ts";
import { SLOW_MACHINE } from "../slow-machine.ts";
import { aServedProcess, type ServedProcess } from "./a-served-process.ts";
import { anInventory } from "./a-server.ts";
import { bytesOf, filled, type HttpCase, readHttpCases } from "./http-cases.ts";
import { onTheWire, requestBytes, type WireAnswer } from "./on-the-wire.ts";

const cases = readHttpCases();

/** Rows that no single request can hold: sequences are tests of their own, the others say why not. */
const elsewhere: ReadonlyMap<string, string> = new Map([
  ["size-cl-lie-big", "slow-clients.test.ts"],
  ["wire-http09", "slow-clients.test.ts"],
  ["slow-headers", "slow-clients.test.ts"],
  ["slow-read", "slow-clients.test.ts"],
  ["slow-keepalive", "slow-clients.test.ts"],
  ["slow-rst", "slow-clients.test.ts"],
  ["load-burst", "slow-clients.test.ts"],
  ["load-mixed", "slow-clients.test.ts"],
  ["agent-agent-revoked", "jwt-over-http.test.ts"],
  ["agent-replay-old", "inventory-bodies.test.ts"],
  ["agent-skew-plus", "inventory-bodies.test.ts"],
  ["agent-flood-one", "slow-clients.test.ts"],
  ["agent-disconnect", "inventory-streams.test.ts"],
  [
    "agent-agent-other-id",
    "not checked: a token is an application's, which may hand in any inventory of its tenant; there is no key of one device",
  ],
  ["import-zip-ratio", "not checked: archives are refused by their media type, or by their first bytes, whatever would come out of them"],
]);

/** Paths that are not here. */
const absent = /\{\{(?:ENROLL|EXPORT_CSV|ADMIN_LIST|SET_FEED_URL)\}\}/;
const reads = permissions.filter((permission) => permission.includes(".Read."));
const roles: Readonly<Record<string, readonly Permission[]>> = {
  valid: reads,
  t2: reads,
  agent: ["Inventory.ReadWrite.All"],
  admin: permissions,
};

/** What must not be in any answer. */
const inside = /\n\s+at |node_modules|\.ts:\d|\/src\/|\/tmp\/|SQLITE|sqlite|\bSELECT\b.*\bFROM\b|root:.*:0:0|-----BEGIN|pgs_/;

let server: ServedProcess;
let values: Readonly<Record<string, string>>;
let tokens: Readonly<Record<string, string>>;
let before: string;
let logged = 0;

beforeAll(async () => {
  if (cases === undefined) return;
  server = await aServedProcess(["second"]);
  const ids = { M1: await post("T1-CANARY-1", "default"), M2: await post("T2-CANARY-1", "second") };
  for (const name of ["T1-CANARY-2", "T1-CANARY-3"]) await post(name, "default");
  const paths = { CHECKIN: "/api/inventories", IMPORT: "/api/inventories", ENROLL: "/api/enroll", EXPORT_CSV: "/api/machines.csv" };
  const more = { ADMIN_LIST: "/api/admin/tenants", SET_FEED_URL: "/api/settings/feed", PORT: new URL(server.origin).port };
  const T2 = server.tenants.get("second")?.id ?? "";
  values = { ...ids, ...paths, ...more, S1: "microsoft-_-windows_10", T2, FORCED_500: "/api/none" };
  const names = Object.entries(roles).map(
    async ([auth, may]) => [auth, await server.token(may, auth === "t2" ? "second" : "default")] as const,
  );
  tokens = Object.fromEntries(await Promise.all(names));
  before = await everythingOf("second");
  await setTimeout(100);
});
afterAll(() => server?.close());

async function ask(path: string, token: string, init: RequestInit = {}): Promise<Response> {
  return fetch(server.origin + path, { ...init, headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` } });
}

async function post(name: string, tenant: string): Promise<string> {
  const body = JSON.stringify(anInventory(name, 2965, { tags: [`${name}-tag`] }));
  const answer = await ask("/api/inventories", await server.token(permissions, tenant), { method: "POST", body });
  return ((await answer.json()) as { value: { deviceId: string }[] }).value[0]?.deviceId ?? "";
}

async function everythingOf(tenant: string): Promise<string> {
  const answer = await ask("/api/machines", await server.token(permissions, tenant));
  return JSON.stringify(((await answer.json()) as { value: unknown }).value);
}

function headersOf({ auth, headers }: HttpCase): Readonly<Record<string, string>> {
  const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, filled(value, values)]));
  return { ...(tokens[auth] === undefined ? {} : { Authorization: `Bearer ${tokens[auth]}` }), ...own };
}

/** The requests of a row: one but for those that say what is sent in words. */
function requestsOf(row: HttpCase): readonly Buffer[] {
  const path = filled(row.path, values);
  const made = (body: Buffer | undefined, headers = headersOf(row)): Buffer => requestBytes(row.method, path, headers, body);
  if (row.method === "RAW") return [bytesOf(row.body, values) ?? Buffer.alloc(0)];
  if (row.body?.file !== undefined) {
    const archive = row.body.file === "empty" ? Buffer.alloc(0) : anArchive(row.why);
    return [made(archive), made(archive, { ...headersOf(row), "Content-Type": "application/json" })];
  }
  if (row.body?.sequence !== undefined) return ['""', "null", "[]", "{}", '{"secret":""}'].map((text) => made(Buffer.from(text)));
  return [made(bytesOf(row.body, values))];
}

/** Enough of a ZIP for whoever would look into one: a local header with a name. */
function anArchive(name: string): Buffer {
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(Buffer.byteLength(name), 26);
  return Buffer.concat([head, Buffer.from(name)]);
}

/** Refusals that a row could not think of. */
function expected(row: HttpCase): readonly number[] {
  if (absent.test(row.path)) return [404, 405];
  return row.group === "import" ? [...row.expect, 415] : row.expect;
}

function holdShape(row: HttpCase, { status, headers, body }: WireAnswer): void {
  const mayBeEmpty = row.body_check === "error-json-or-empty";
  const isError = row.body_check.startsWith("error-json") || status >= 400;
  if (!isError || status < 400 || (mayBeEmpty && body === "")) return;
  expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(headers.get("cache-control")).toBe("no-store");
  const text = expect.stringMatching(/\S/);
  expect(JSON.parse(body)).toEqual({ error: { code: text, message: text, target: expect.stringMatching(/^[\da-f-]{36}$/) } });
  if (status === 405) expect(headers.get("allow")).toMatch(/^[A-Z]+(?:, [A-Z]+)*$/);
  if (status === 401) expect(headers.get("www-authenticate")).toMatch(/^Bearer/);
}

function holdSecrets({ auth }: HttpCase, { text }: WireAnswer): void {
  expect(text).not.toMatch(inside);
  expect(text).not.toContain(server.folder);
  for (const token of Object.values(tokens)) expect(text).not.toContain(token.split(".")[2]);
  if (auth === "t2") expect(text).not.toContain("T1-CANARY");
  else expect(text).not.toMatch(new RegExp(`T2-CANARY|${values["T2"]}|${values["M2"]}`));
  if (auth === "none" || auth === "agent") expect(text).not.toContain("CANARY");
  expect(text).not.toContain("evil.test");
}

const headerChecks: Readonly<Record<string, (answer: WireAnswer) => void>> = {
  "resp-cache": ({ headers }) => {
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("vary")).toMatch(/\bAuthorization\b/);
  },
  // The page where it was built, else the sentence that says how to: page.test.ts holds the page's own policy.
  "resp-csp": ({ headers }) => {
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none';.*frame-ancestors 'none'/);
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
  },
  "resp-server": ({ headers }) => expect([headers.get("server"), headers.get("x-powered-by")]).toEqual([undefined, undefined]),
  "resp-nextlink": ({ body }) => expect(body.match(/https?:\/\/[^/"]+/g)?.every((origin) => origin === server.origin)).toBe(true),
};

/** The log lines since the last look: JSON without control characters, and one of them says what became of the request. */
async function holdLog(token: string | undefined): Promise<void> {
  let lines: readonly string[] = [];
  for (let tries = 0; tries < 50 && !lines.some((line) => /"msg":"(?:answered|a request was not HTTP)"/.test(line)); tries++) {
    await setTimeout(tries);
    lines = server.log.slice(logged);
  }
  logged += lines.length;
  const entries = lines.map((line) => JSON.parse(line) as { msg: string; path?: string });
  for (const line of lines) expect(line).not.toMatch(/\p{Cc}/u);
  if (token !== undefined) expect(lines.join("\n")).not.toContain(token.split(".")[2]);
  // One whose body breaks off was a request first.
  const wasHttp = entries.some(({ msg }) => msg === "the client went away");
  const told = entries.filter(
    ({ msg }) => msg === "answered" || msg === "the client went away" || (msg === "a request was not HTTP" && !wasHttp),
  );
  expect(told, lines.join("\n")).toHaveLength(1);
}

/** One answer, and after a refusal of the request as such nothing more. */
function holdEnd({ status, statuses, isClosed }: WireAnswer): void {
  expect(statuses).toHaveLength(1);
  if (status === 400) expect(isClosed).toBe(true);
}

async function holdHealth(): Promise<void> {
  const from = server.log.length;
  const started = performance.now();
  const health = await fetch(`${server.origin}/healthz`);
  expect([health.status, await health.text()]).toEqual([200, '{"status":"ok"}']);
  expect(performance.now() - started).toBeLessThan(100 * SLOW_MACHINE);
  expect(server.child.exitCode).toBeNull();
  // Its own line must not be taken for one of the next request.
  const isTold = (): boolean => server.log.slice(from).some((line) => line.includes('"path":"/healthz"'));
  for (let tries = 0; tries < 100 && !isTold(); tries++) await setTimeout(tries);
  expect(isTold()).toBe(true);
}

/** MiB that one small request may leave behind; garbage is not collected at once. */
const usualMemory = 64;

/** Refused by Node.js before anything of ours sees it, so that our log cannot tell. */
const unseen = new Set(["wire-no-host"]);

describe.skipIf(cases === undefined)("the shared HTTP cases", () => {
  const rows = cases ?? [];

  test("are all there, and each is held here or named with the place or the reason", () => {
    expect(rows.length).toBeGreaterThanOrEqual(157);
    const ids = new Set(rows.map(({ id }) => id));
    expect([...elsewhere.keys()].filter((id) => !ids.has(id))).toEqual([]);
  });

  test.each(rows.filter(({ id }) => !elsewhere.has(id)))("$id: $method $why", async (row) => {
    for (const request of requestsOf(row)) {
      logged = server.log.length;
      const held = server.memory();
      const answer = await onTheWire(server.origin, request);
      expect(expected(row), answer.text.slice(0, 500)).toContain(answer.status);
      holdShape(row, answer);
      holdSecrets(row, answer);
      headerChecks[row.id]?.(answer);
      if (row.method === "RAW") holdEnd(answer);
      if (!unseen.has(row.id)) await holdLog(tokens[row.auth]);
      await holdHealth();
      const more = ((server.memory() ?? 0) - (held ?? 0)) / 1_048_576;
      expect(more).toBeLessThan(row.max_rss_delta_mib ?? usualMemory);
    }
  });

  test("nothing that was sent changed another tenant's devices, nor made any in one's own that was not named there", async () => {
    expect(await everythingOf("second")).toBe(before);
    const names = [...(await everythingOf("default")).matchAll(/"computerDnsName":"([^"]*)"/g)].map(([, name]) => name);
    expect(names.sort()).toEqual(["T1-CANARY-1", "T1-CANARY-2", "T1-CANARY-3"]);
  });
});
