import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Asked, anInventory, aServer, type ServerOptions, sampleTime, type TestServer } from "./a-server.ts";
import { type GrowingMonths, growingMonths, type Reported, revisionOf, sampleFleet, walkThrough } from "./fleet-at-work.ts";

const fleet = sampleFleet();
const open: TestServer[] = [];
let months: GrowingMonths;
beforeAll(() => {
  months = growingMonths();
});
afterEach(async () => {
  for (const server of open.splice(0).reverse()) await server.close();
});
afterAll(() => months.remove());

async function serverWith(devices: readonly object[], options: ServerOptions = {}): Promise<TestServer> {
  const server = await aServer({ documents: months.first(4), ...options });
  open.push(server);
  await server.ingest(devices);
  return server;
}

const deviceOf = (index: number): Reported => fleet[index % fleet.length] as Reported;

/** Everything that can happen to a fleet between two pages. */
async function stir({ ask, ingest }: TestServer, round: number): Promise<void> {
  const later = "2026-03-31T11:00:00Z";
  const patched = (device: Reported): object => ({ ...device, collectedAt: later, os: { ...device.os, ubr: 9000 + round } });
  const reports = [
    anInventory(`new-${round}`, 4000 + round),
    ...[0, 7, 40, 90, 150, 220].map((index) => patched(deviceOf(index + round))),
    ...[3, 70, 130].map((index) => ({ ...deviceOf(index + round), collectedAt: later })),
    ...[5, 80].map((index) => ({ ...(patched(deviceOf(index + round)) as Reported), collectedAt: "2026-01-05T00:00:00Z" })),
    { ...deviceOf(200 + round), installedKbs: null, os: { build: 19045 }, collectedAt: later },
  ];
  const posted = await ask("/api/inventories", { method: "POST", body: reports });
  expect(posted.json.counts).toMatchObject({ new: 1, refused: 0 });
  expect(posted.json.counts.older).toBeGreaterThan(0);
  await ingest([anInventory(`elsewhere-${round}`, 5000 + round, { tags: ["group:elsewhere"] }), patched(deviceOf(111 + round))]);
  const machine = `/api/machines/${deviceOf(20 + round).deviceName}`;
  const tagged = await ask(`${machine}/tags`, { method: "POST", body: { Value: "group:moved", Action: "Add" } });
  expect(tagged.status).toBe(200);
  await ask(machine, { method: "PATCH", body: { machineTags: [`only-${round}`], deviceValue: "High" } });
}

const lists = [
  { path: "/api/machines", pageSize: 40 },
  { path: "/api/machines?$filter=exposureLevel in ('Low','Medium') and healthStatus eq 'Active'", pageSize: 20 },
  { path: "/api/machines?$filter=startswith(osPlatform,'Windows1')&$orderby=lastSeen desc", pageSize: 40 },
  { path: "/api/machines?$orderby=osBuild desc,computerDnsName", pageSize: 40 },
  { path: "/api/machines?$orderby=riskScore", pageSize: 70 },
  { path: "/api/machines?$select=id,computerDnsName,machineTags,deviceValue,lastSeen", pageSize: 40 },
  { path: "/api/machines?$filter=machineTags/any(t: t eq 'group:Lisbon')", pageSize: 20 },
  { path: "/api/machines?$skip=33", pageSize: 50 },
  { path: "/api/machines/findbytag?tag=group:&useStartsWithFilter=true", pageSize: 50 },
  { path: "/api/software/microsoft-_-windows_11/machineReferences", pageSize: 30 },
  { path: "/api/software/microsoft-_-windows_11/machineReferences?$orderby=computerDnsName desc", pageSize: 30 },
  { path: "/api/software/microsoft-_-windows_11/distributions", pageSize: 3 },
  { path: "/api/recommendations/va-_-microsoft-_-windows_11/machineReferences", pageSize: 20 },
  { path: "/api/software", pageSize: 5 },
  { path: "/api/software?$orderby=exposedMachines desc", pageSize: 5 },
  { path: "/api/vulnerabilities", pageSize: 10 },
  { path: "/api/vulnerabilities?$orderby=exposedMachines desc&$filter=severity eq 'High'", pageSize: 10 },
  { path: "/api/vulnerabilities/machinesVulnerabilities", pageSize: 250 },
  { path: "/api/vulnerabilities/machinesVulnerabilities?$orderby=cveId desc", pageSize: 400 },
  { path: "/api/vulnerabilities/machinesVulnerabilities?$orderby=machineId&$filter=severity eq 'High'&$skip=17", pageSize: 100 },
  { path: "/api/recommendations", pageSize: 3 },
  { path: "/api/missingupdates", pageSize: 5 },
  { path: "/api/missingupdates?$orderby=machineMissedOn desc", pageSize: 5 },
  { path: "/api/exposureScore/ByMachineGroups", pageSize: 2 },
  { path: "/api/machines/MissingKbsByMachine", pageSize: 30 },
  { path: "/api/machines/MissingKbsByMachine?$filter=status ne 'assessed' or cveAddressed gt 2", pageSize: 20 },
  { path: "/api/machines/SoftwareInventoryByMachine", pageSize: 150 },
  { path: "/api/machines/SoftwareVulnerabilitiesByMachine", pageSize: 300 },
  { path: "/api/machines/SoftwareVulnerabilityChangesByMachine?sinceTime=2026-03-28T00:00:00Z", pageSize: 40 },
];

function withOptions(path: string, more: string): string {
  return encodeURI(`${path}${path.includes("?") ? "&" : "?"}${more}`);
}

describe("whatever happens between pages, they are those of the moment the walk began", () => {
  test.each(lists)("$path", async ({ path, pageSize }) => {
    // Some changes lie before the walk, for the list of changes.
    const server = await serverWith(fleet.map((device) => ({ ...device, collectedAt: "2026-03-26T08:00:00Z" })));
    await stir(server, 50);
    const before = await server.ask(withOptions(path, "pageSize=200000&$count=true"));
    const rows = before.json.value;
    expect(before.json["@odata.nextLink"]).toBeUndefined();
    expect(rows.length).toBeGreaterThan(pageSize);
    const first = revisionOf(before);
    const walked = await walkThrough(server, withOptions(path, `pageSize=${pageSize}&$count=true`), async (pages) => {
      if (pages > 3) return;
      await stir(server, pages);
      if (pages === 2) await server.sync(months.first(5));
    });
    expect(walked.rows).toEqual(rows);
    expect(walked.pages.map(({ json }) => json.value.length)).toEqual(sizes(rows.length, pageSize));
    const skipped = Number(/\$skip=(\d+)/.exec(path)?.[1] ?? 0);
    expect(new Set(walked.pages.map(({ json }) => json["@odata.count"]))).toEqual(new Set([skipped + rows.length]));
    expect(walked.revisions).toEqual(new Set([first]));
    expect(walked.pages.every(({ json }) => json["@odata.context"] === before.json["@odata.context"])).toBe(true);
    if (walked.pages.length < 3) return;
    const after = await server.ask(withOptions(path, "pageSize=200000"));
    expect(revisionOf(after)).toBe(first + 1);
  });
});

function sizes(rows: number, pageSize: number): readonly number[] {
  return Array.from({ length: Math.ceil(rows / pageSize) }, (_, index) => Math.min(pageSize, rows - index * pageSize));
}

test("a walk of a device's own lists sees the device as it was", async () => {
  const behind = {
    ...(anInventory("pc", 2965) as Reported),
    software: [{ name: "Microsoft Office 2016 (64-bit edition)" }],
    msiPatchKbs: [],
  };
  const server = await serverWith([behind, ...fleet.slice(0, 50)]);
  for (const list of ["software", "vulnerabilities", "recommendations"]) {
    const path = `/api/machines/pc/${list}`;
    await server.ingest([{ ...behind, collectedAt: "2026-03-31T01:00:00Z", os: behind.os }]);
    const { json } = await server.ask(path);
    expect(json.value.length).toBeGreaterThan(1);
    const walked = await walkThrough(server, `${path}?pageSize=1`, async (pages) => {
      if (pages === 1)
        await server.ingest([{ ...behind, collectedAt: "2026-03-31T02:00:00Z", os: { ...behind.os, ubr: 9999 }, software: [] }]);
    });
    expect(walked.rows).toEqual(json.value);
    await server.ingest([{ ...behind, collectedAt: "2026-03-31T03:00:00Z" }]);
    await server.ingest([{ ...behind, collectedAt: "2026-03-31T04:00:00Z" }]);
  }
});

const bounds = [
  "/api/machines",
  "/api/machines?$orderby=computerDnsName",
  "/api/vulnerabilities",
  "/api/machines/MissingKbsByMachine",
  "/api/machines/MissingKbsByMachine?$orderby=deviceId desc",
];

test.each(bounds)("the last page of %s says that it is the last, wherever it ends", async (path) => {
  const server = await serverWith(fleet.slice(0, 60));
  const { json } = await server.ask(withOptions(path, "$top=5000"));
  const count = json.value.length;
  expect("@odata.nextLink" in json).toBe(false);
  expect(Number((await server.ask(withOptions(path, "").replace("?", "/$count?"))).text)).toBe(count);
  for (const pageSize of [count, count + 1, count - 1, Math.ceil(count / 2), Math.floor(count / 3), 100_000]) {
    const walked = await walkThrough(server, withOptions(path, `pageSize=${pageSize}`));
    expect(walked.rows).toEqual(json.value);
    expect(walked.pages.length).toBe(Math.ceil(count / pageSize));
    expect(walked.pages.map(({ json }) => "@odata.nextLink" in json)).toEqual(
      walked.pages.map((_, index) => index < walked.pages.length - 1),
    );
  }
  for (const skip of [1, 30, count - 1, count, count + 5]) {
    const walked = await walkThrough(server, withOptions(path, `pageSize=25&$skip=${skip}&$count=true`));
    expect(walked.rows).toEqual(json.value.slice(skip));
    expect(walked.pages[0]?.json["@odata.count"]).toBe(count);
  }
});

const refused = (answer: Asked): void => {
  expect(answer).toMatchObject({ status: 400, json: { error: { code: "BadRequest" } } });
  expect(answer.json.error.message).toMatch(/walk through pages has ended.*begin again without \$skiptoken/);
};

test.each(["/api/machines?pageSize=10", "/api/machines/SoftwareInventoryByMachine?pageSize=10"])(
  "%s goes on for two epochs, and not for a third",
  async (path) => {
    const server = await serverWith(fleet.slice(0, 60), { documents: months.first(2) });
    const { rows } = await walkThrough(server, path);
    const first = await server.ask(path);
    const next: string = first.json["@odata.nextLink"];
    const second = (await server.ask(next)).text;
    for (const count of [3, 4] as const) {
      await server.sync(months.first(count));
      const again = await server.ask(next);
      expect([again.text, revisionOf(again)]).toEqual([second, revisionOf(first)]);
    }
    expect((await walkThrough(server, next)).rows).toEqual(rows.slice(10));
    await server.sync(months.first(5));
    refused(await server.ask(next));
  },
);

test("a walk expires when nobody goes on with it, and stays while somebody does", async () => {
  let now = Date.parse(sampleTime);
  const server = await serverWith(fleet.slice(0, 60), { now: () => new Date(now) });
  const [walked, left] = [await server.ask("/api/machines?pageSize=10"), await server.ask("/api/machines?pageSize=11")];
  const expected = (await server.ask("/api/machines")).json.value.map(({ id }: { id: string }) => id);
  const { rows } = await walkThrough(server, walked.json["@odata.nextLink"], async () => {
    now += 20 * 60_000;
    await server.ask("/api/inventories", { method: "POST", body: anInventory(`new-${now}`, 1) });
  });
  expect(rows.map(({ id }) => id)).toEqual(expected.slice(10));
  refused(await server.ask(left.json["@odata.nextLink"]));
});

test("a walk is the tenant's own, and no other text is a token", async () => {
  const server = await serverWith(fleet.slice(0, 30), { tenants: ["other"] });
  const next: string = (await server.ask("/api/machines?pageSize=10")).json["@odata.nextLink"];
  refused(await server.ask(next, { tenant: "other" }));
  const made = Buffer.from(JSON.stringify(["11111111-1111-4111-8111-111111111111", null, null, null])).toString("base64url");
  refused(await server.ask(`/api/machines?$skiptoken=${made}`));
  expect(await server.ask("/api/machines?$skiptoken=x")).toMatchObject({ status: 400, json: { error: { code: "ODataError" } } });
});

test("a server that is started again goes on with the walks of its former self", async () => {
  const server = await serverWith(fleet);
  const paths = ["/api/machines?pageSize=100", "/api/machines/MissingKbsByMachine?pageSize=50", "/api/vulnerabilities?pageSize=15"];
  const firsts = await Promise.all(paths.map((path) => server.ask(path)));
  const rests = await Promise.all(firsts.map(({ json }) => walkThrough(server, json["@odata.nextLink"])));
  await server.server.stop();
  const again = await aServer({ folder: server.folder });
  open.push(again);
  await again.ask("/api/inventories", { method: "POST", body: fleet.map((device) => ({ ...device, os: { ...device.os, ubr: 9999 } })) });
  for (const [index, first] of firsts.entries()) {
    const next = new URL(first.json["@odata.nextLink"]);
    const walked = await walkThrough(again, next.pathname + next.search);
    expect(walked.rows).toEqual(rests[index]?.rows);
    expect(walked.revisions).toEqual(new Set([revisionOf(first)]));
  }
});
