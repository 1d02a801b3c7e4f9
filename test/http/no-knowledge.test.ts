import { afterAll, beforeAll, expect, test } from "vitest";
import { anInventory, aServer, type TestServer } from "./a-server.ts";
import { everyRoute } from "./every-route.ts";

let server: TestServer;
let device: string;

beforeAll(async () => {
  server = await aServer({ documents: null });
  const posted = await server.ask("/api/inventories", { method: "POST", body: anInventory("pc-1", 2965, { tags: ["a"] }) });
  expect(posted.status).toBe(200);
  device = posted.json.value[0].deviceId;
});
afterAll(() => server.close());

/** What has nothing to do with updates. */
const answered = [
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
];

const closed = Object.entries(everyRoute).filter(([, { may }]) => may !== "anyone");

test.each(closed)("before any knowledge is there, %s answers only what does not depend on it", async (route, row) => {
  const [method = ""] = route.split(" ");
  const names = { device, deviceName: "pc-1", software: "microsoft-_-windows_10", recommendation: "va-_-microsoft-_-windows_10" };
  const all = { ...names, cve: "CVE-2024-0001", kb: "5078885", address: "10.0.0.7", tag: "a" };
  const asked = await server.ask(row.path(all), { method, ...(row.body === undefined ? {} : { body: row.body(all) }) });
  expect([asked.status, asked.headers.get("retry-after")]).toEqual(answered.includes(route) ? [200, null] : [503, "30"]);
});

test("and it is not ready", async () => {
  const { status, headers } = await server.ask("/readyz", { token: null });
  expect([status, headers.get("retry-after")]).toEqual([503, "5"]);
});
