import { afterAll, beforeAll, expect, test } from "vitest";
import { anInventory, aServer, type TestServer } from "./a-server.ts";

let server: TestServer;
const changes = "/api/machines/SoftwareVulnerabilityChangesByMachine?sinceTime=2026-03-25T00:00:00Z";

/** Nothing can be said of it: neither a revision nor a hotfix list. */
const unreadable = {
  collectedAt: "2026-03-30T08:15:00Z",
  os: { caption: "Microsoft Windows 10 Pro", build: 19045, installationType: "Client", architecture: "x64" },
  installedKbs: null,
};

beforeAll(async () => {
  server = await aServer();
  await server.ingest(["patched", "unreadable"].map((name) => anInventory(name, 5965, { collectedAt: "2026-03-20T08:15:00Z" })));
  await server.ingest([anInventory("patched", 7058), anInventory("unreadable", 0, unreadable)]);
});
afterAll(() => server.close());

test("what an update closed is Fixed", async () => {
  const { status, json } = await server.ask(`${changes}&$filter=deviceName%20eq%20'patched'`);
  expect(status).toBe(200);
  expect(json.value.length).toBeGreaterThan(0);
  expect(new Set(json.value.map((row: { status: string }) => row.status))).toEqual(new Set(["Fixed"]));
});

test("nothing is Fixed on a device of which nothing is known any more", async () => {
  expect((await server.ask("/api/machines/unreadable/getmissingkbs")).status).toBe(404);
  expect((await server.ask(`${changes}&$filter=deviceName%20eq%20'unreadable'`)).json.value).toEqual([]);
});
