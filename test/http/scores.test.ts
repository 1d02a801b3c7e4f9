import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fleetDevices, fleetDocuments, fleetTime, idOf, odd, xp } from "./a-fleet.ts";
import { aServer, type TestServer } from "./a-server.ts";
import { documentsFolder } from "./documents-folder.ts";

let server: TestServer;
const documents = documentsFolder(fleetDocuments);
beforeAll(async () => {
  server = await aServer({ documents, now: () => new Date(fleetTime) });
  await server.ingest([...fleetDevices, xp, odd]);
});
afterAll(async () => {
  await server.close();
  rmSync(documents, { recursive: true });
});

const risks: readonly (readonly [device: string, risk: string | null, why: string])[] = [
  ["1", "High", "it misses one update in name, and with it the CVE of February that attackers use"],
  ["2", "Low", "of what it misses, nothing is critical"],
  ["3", "None", "it misses nothing"],
  ["4", "High", "the same as the first, on a server"],
  ["6", "High", "a device that nobody has seen for months lacks what it lacked"],
  ["7", null, "its system is served no more"],
  ["8", null, "nobody knows its build"],
];

test.each(risks)("the risk of device %s is %s: %s", async (digit, risk) => {
  expect((await server.ask(`/api/machines/${idOf(digit)}`)).json.riskScore).toBe(risk);
});

test("a device that lags behind loses points for what has waited, though the update it misses in name is new", async () => {
  const { json } = await server.ask("/api/configurationScore");
  // three devices have all points, three lose those for time and for the CVE in use, two could not be assessed
  expect(json.score).toBeCloseTo((3 * 1000 + 3 * 200) / 8);
});

test("the exposure of a fleet is the mean over the devices that could be assessed", async () => {
  const { json } = await server.ask("/api/exposureScore");
  const byGroups = (await server.ask("/api/exposureScore/ByMachineGroups")).json.value;
  expect(byGroups.map(({ rbacGroupId }: { rbacGroupId: number }) => rbacGroupId)).toEqual([0, 1234]);
  // four of the assessed are in no group, two are in one
  expect(json.score).toBeCloseTo((byGroups[0].score * 4 + byGroups[1].score * 2) / 6);
});
