import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fleetDevices, fleetDocuments, fleetTime, idOf, listless, odd, xp } from "./a-fleet.ts";
import { type AskOptions, anInventory, aServer, type TestServer } from "./a-server.ts";
import { documentsFolder } from "./documents-folder.ts";

const documents = documentsFolder(fleetDocuments);
afterAll(() => rmSync(documents, { recursive: true }));
const details = ["getmissingkbs", "software", "vulnerabilities", "recommendations"];

describe("a device of which nobody knows what it misses", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await aServer({ documents, now: () => new Date(fleetTime) });
    await server.ingest([...fleetDevices, xp, odd, listless]);
  });
  afterAll(() => server.close());

  const unknown: readonly (readonly [digit: string, status: string, http: number, code: string, reason: RegExp])[] = [
    ["7", "unsupported", 400, "OsPlatformNotSupported", /Windows XP is no longer served/],
    ["8", "unknown", 404, "ResourceNotFound", /build 31000/],
    ["9", "unknown", 404, "ResourceNotFound", /hotfix list could not be read/],
  ];

  test.each(unknown)("device %s is %s: its details are refused with %i %s and the reason", async (digit, _status, http, code, reason) => {
    for (const name of details) {
      for (const query of ["", "?$top=5", "?$count=true"]) {
        const answer = await server.ask(`/api/machines/${idOf(digit)}/${name}${query}`);
        expect([answer.status, answer.json.error.code]).toEqual([http, code]);
        expect(answer.json.error.message).toMatch(reason);
      }
    }
  });

  test.each(unknown)("device %s is %s: its rich view says so", async (digit, status, _http, _code, reason) => {
    const { json, ...answer } = await server.ask(`/api/machines/${idOf(digit)}/missingupdates`);
    expect(answer.status).toBe(200);
    expect(json).toMatchObject({ machineId: idOf(digit), status, value: null, pendingRestart: false });
    expect(json.notes.join()).toMatch(reason);
  });

  test.each(unknown)("device %s is %s: it has a row in the bulk call that says so", async (digit, status, _http, _code, reason) => {
    const { json } = await server.ask("/api/machines/MissingKbsByMachine");
    const rows = json.value.filter(({ deviceId }: { deviceId: string }) => deviceId === idOf(digit));
    const nothing = { recommendedSecurityUpdateId: null, recommendedSecurityUpdate: null, cveAddressed: null, productsNames: [] };
    expect(rows).toMatchObject([{ status, note: expect.stringMatching(reason), ...nothing }]);
    const asked = await server.ask(`/api/machines/MissingKbsByMachine?$filter=status eq '${status}'`);
    expect(asked.json.value).toContainEqual(rows[0]);
  });

  test("whoever is known to miss nothing has no such row, and an empty list", async () => {
    const { json } = await server.ask("/api/machines/MissingKbsByMachine");
    const known = json.value.filter(({ deviceId }: { deviceId: string }) => deviceId === idOf("3"));
    expect(known).toEqual([]);
    expect((await server.ask(`/api/machines/${idOf("3")}/getmissingkbs`)).json.value).toEqual([]);
    expect((await server.ask(`/api/machines/${idOf("3")}/missingupdates`)).json).toMatchObject({ status: "assessed", value: [] });
  });

  test.each(["7", "8", "9"])("device %s is in the list of devices, without a risk", async (digit) => {
    const { json } = await server.ask(`/api/machines/${idOf(digit)}`);
    expect(json).toMatchObject({ id: idOf(digit), riskScore: null, exposureLevel: null });
  });

  test("no list of vulnerable devices takes them for open or closed", async () => {
    const { json } = await server.ask("/api/vulnerabilities/machinesVulnerabilities");
    const owners = new Set(json.value.map(({ machineId }: { machineId: string }) => machineId.slice(0, 1)));
    expect([...owners].join("")).toBe("1246");
  });

  test("what it reports later is believed", async () => {
    const name = { deviceId: idOf("b") };
    await server.ingest([anInventory("later", 7058, { ...name, os: { build: 31000 }, collectedAt: "2026-03-29T00:00:00Z" })]);
    expect((await server.ask(`/api/machines/${idOf("b")}/getmissingkbs`)).status).toBe(404);
    await server.ingest([anInventory("later", 7058, name)]);
    expect((await server.ask(`/api/machines/${idOf("b")}/getmissingkbs`)).json.value).toEqual([]);
  });
});

describe("before there is any knowledge", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await aServer({ documents: null, now: () => new Date(fleetTime) });
    await server.ingest(fleetDevices);
  });
  afterAll(() => server.close());

  /** Without knowledge these can be answered all the same. */
  const independent = new Set([
    "GET /api/machines",
    "GET /api/machines/findbytag",
    "GET /api/machines/findbyip/:args",
    "GET /api/machines/:id",
    "GET /api/machines/:id/inventory",
    "PATCH /api/machines/:id",
    "POST /api/machines/:id/tags",
    "POST /api/machines/:id/setDeviceValue",
    "POST /api/machines/AddOrRemoveTagForMultipleMachines",
    "POST /api/inventories",
  ]);

  test("every call that depends on it is answered with 503 and a time to try again", async () => {
    const routes = server.server.routes.filter(({ may }) => may !== "anyone");
    const asked = routes.filter(({ method, path }) => !independent.has(`${method} ${path}`));
    expect(asked.length).toBeGreaterThan(30);
    for (const { path } of asked) {
      const filled = path
        .replace("machines/:id", `machines/${idOf("1")}`)
        .replace(":id", "microsoft-_-windows_10")
        .replace(":kb", "5078885");
      const answer = await server.ask(`${filled}?sinceTime=2026-03-30`);
      expect([path, answer.status, answer.json?.error?.code]).toEqual([path, 503, "ServiceUnavailable"]);
      expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
      expect(answer.headers.get("x-patchgap-catalog")).toBe("revision=0");
    }
  });

  test("devices are there, with nothing claimed of them; a path that names none is 404", async () => {
    const { json } = await server.ask("/api/machines");
    expect(json.value).toHaveLength(6);
    for (const machine of json.value) expect(machine).toMatchObject({ riskScore: null, exposureLevel: null });
    expect((await server.ask(`/api/machines/${idOf("0")}/getmissingkbs`)).status).toBe(404);
  });

  test("it lives and is not ready, until knowledge comes", async () => {
    expect((await server.ask("/healthz", { token: null })).status).toBe(200);
    const before = await server.ask("/readyz", { token: null });
    expect([before.status, before.headers.get("retry-after")]).toEqual([503, "5"]);
    await server.sync(documents);
    expect((await server.ask("/readyz", { token: null })).status).toBe(200);
    expect((await server.ask(`/api/machines/${idOf("1")}/getmissingkbs`)).json.value).toMatchObject([{ id: "5078885" }]);
    expect((await server.ask("/api/machines")).json.value[0]).toMatchObject({ riskScore: "High" });
  });
});

describe("what every answer says of its knowledge", () => {
  const time = { now: new Date(fleetTime) };
  let server: TestServer;
  beforeAll(async () => {
    server = await aServer({ documents, now: () => time.now, settings: { staleAfter: 45 } });
    await server.ingest(fleetDevices);
  });
  afterAll(() => server.close());

  const answers: readonly (readonly [what: string, path: string, options: AskOptions, status: number])[] = [
    ["a list", "/api/machines", {}, 200],
    ["a stream of rows", "/api/machines/MissingKbsByMachine", {}, 200],
    ["a device's updates", `/api/machines/${idOf("1")}/getmissingkbs`, {}, 200],
    ["a device that is none", "/api/machines/nobody/getmissingkbs", {}, 404],
    ["a wrong question", "/api/machines?$filter=x", {}, 400],
    ["a path that is none", "/api/nothing", {}, 404],
    ["a path that is no text", "/api/%C3%28", {}, 400],
    ["another method", "/api/machines", { method: "DELETE" }, 405],
    ["a missing role", "/api/machines", { roles: ["Software.Read.All"] }, 403],
    ["a missing token", "/api/machines", { token: null }, 401],
    ["what is for anyone", "/healthz", { token: null }, 200],
  ];

  test.each(answers)("%s", async (_what, path, options, status) => {
    time.now = new Date(fleetTime);
    const answer = await server.ask(path, options);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("x-patchgap-catalog")).toBe("revision=1; newest=2026-Mar; age=21");
    expect(answer.headers.get("warning")).toBeNull();
  });

  test("past the age that was set there is a warning as well", async () => {
    // the document is of 10 March
    time.now = new Date("2026-04-24T12:00:00Z");
    expect((await server.ask("/api/machines")).headers.get("warning")).toBeNull();
    time.now = new Date("2026-04-25T12:00:00Z");
    for (const [, path, options] of answers) {
      const { headers } = await server.ask(path, options);
      expect(headers.get("warning")).toBe('110 - "knowledge is stale"');
      expect(headers.get("x-patchgap-catalog")).toBe("revision=1; newest=2026-Mar; age=46");
    }
    const { json } = await server.ask(`/api/machines/${idOf("3")}/missingupdates`);
    expect(json.notes.join()).toMatch(/the newest document is 2026-Mar/);
  });
});
