import { afterAll, beforeAll, expect, test } from "vitest";
import { aServer, type TestServer } from "./a-server.ts";
import { type Reported, sampleFleet, walkThrough } from "./fleet-at-work.ts";

const deviceCount = 10_000;
const connections = 12;

/** Some hundred different inventories, dealt out to ten thousand devices. */
const contents = sampleFleet().map(
  ({ deviceName, collectedAt, os, installedKbs, ...more }): Reported => ({
    ...{ deviceName, collectedAt, os, installedKbs },
    ...Object.fromEntries(Object.entries(more).filter(([name]) => name !== "tags" && name !== "ipAddresses")),
  }),
);
const devices: readonly Reported[] = Array.from({ length: deviceCount }, (_, index) => {
  const content = contents[(index * 17) % contents.length] as Reported;
  return { ...content, deviceName: `pc-${index}`, collectedAt: "2026-03-30T08:00:00Z" };
});
const unlike = new Set(contents.map(({ deviceName: _, collectedAt: _at, ...content }) => JSON.stringify(content)));

interface Told {
  readonly status: number;
  /** of what is missing, in the words that both calls have */
  readonly rows: readonly object[];
}

let server: TestServer;
beforeAll(async () => {
  server = await aServer();
  await server.ingest(devices);
});
afterAll(() => server.close());

/** One call a device, some at a time over connections that are kept: as clients do for want of a better call. */
async function sweep(swept: readonly Reported[] = devices): Promise<ReadonlyMap<string, Told>> {
  const token = await server.token(["Software.Read.All"]);
  const told = new Map<string, Told>();
  const names = swept.map(({ deviceName }) => deviceName).values();
  const client = async (): Promise<void> => {
    for (const name of names) {
      const { status, json } = await server.ask(`/api/machines/${name}/getmissingkbs`, { token });
      const rows =
        status !== 200
          ? []
          : json.value.map(({ url: _, machineMissedOn, ...row }: { url: string; machineMissedOn: number }) => {
              if (machineMissedOn !== 1) throw new Error(`${name}: machineMissedOn ${machineMissedOn}`);
              return row;
            });
      told.set(name, { status, rows });
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  return told;
}

/** The same of the export: devices that nothing is missing on have no row. */
async function exported(): Promise<ReadonlyMap<string, Told>> {
  const { rows, pages } = await walkThrough(server, "/api/machines/MissingKbsByMachine?pageSize=3000");
  expect(pages.length).toBeGreaterThan(1);
  const told = new Map<string, { status: number; rows: object[] }>(
    devices.map(({ deviceName }) => [deviceName, { status: 200, rows: [] }]),
  );
  for (const { deviceName, status, recommendedSecurityUpdateId: id, recommendedSecurityUpdate: name, ...row } of rows) {
    const own = told.get(deviceName);
    if (own === undefined) throw new Error(`nobody has stored ${deviceName}`);
    if (status === "assessed")
      own.rows.push({ id, name, osBuild: row.osBuild, productsNames: row.productsNames, cveAddressed: row.cveAddressed });
    else {
      expect([id, row.cveAddressed, typeof row.note, own.rows.length, own.status]).toEqual([null, null, "string", 0, 200]);
      own.status = status === "unsupported" ? 400 : 404;
    }
  }
  return told;
}

const byId = (told: ReadonlyMap<string, Told>): ReadonlyMap<string, Told> =>
  new Map(
    [...told].map(([name, { status, rows }]) => [
      name,
      { status, rows: [...rows].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))) },
    ]),
  );

test("ten thousand single calls, the export, and a second sweep say the same, for one evaluation a posture", async () => {
  const { fleet } = server.server;
  const first = await sweep();
  const { size, postures } = fleet.epoch;
  expect([size, fleet.epoch.evaluations]).toEqual([unlike.size, postures]);
  expect(postures).toBeLessThan(unlike.size / 2);
  expect(byId(await exported())).toEqual(byId(first));
  const statuses = [...first.values()].map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200, 400, 404]));
  const repeated = devices.map((device) => ({ ...device, collectedAt: "2026-03-31T08:00:00Z" }));
  const posted = await server.ask("/api/inventories", { method: "POST", body: repeated });
  expect(posted.json.counts).toEqual({ new: 0, updated: 0, unchanged: deviceCount, older: 0, refused: 0 });
  const some = devices.filter((_, index) => index % 4 === 0);
  expect(await sweep(some)).toEqual(new Map(some.map(({ deviceName }) => [deviceName, first.get(deviceName)])));
  expect(fleet.epoch.evaluations).toBe(postures);

  const fixing = new Map<string, Set<string>>();
  const { rows } = await walkThrough(server, "/api/vulnerabilities/machinesVulnerabilities?$select=id,machineId,fixingKbId");
  for (const { machineId, fixingKbId } of rows) fixing.set(machineId, (fixing.get(machineId) ?? new Set()).add(fixingKbId));
  const closing = await walkThrough(server, "/api/machines/MissingKbsByMachine?$filter=cumulativeCves gt 0".replaceAll(" ", "%20"));
  const expected = new Map<string, Set<string>>();
  for (const { deviceId, recommendedSecurityUpdateId: id } of closing.rows)
    expected.set(deviceId, (expected.get(deviceId) ?? new Set()).add(id));
  expect(fixing).toEqual(expected);
  expect(fleet.epoch.evaluations).toBe(postures);
}, 180_000);
