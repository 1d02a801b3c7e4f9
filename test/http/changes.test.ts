import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { anInventory, aServer, type TestServer } from "./a-server.ts";
import {
  type DirectAnswers,
  directAnswers,
  type GrowingMonths,
  growingMonths,
  type Reported,
  sampleFleet,
  walkThrough,
} from "./fleet-at-work.ts";

let months: GrowingMonths;
let server: TestServer;
let now = 0;
const setClock = (time: string): void => {
  now = Date.parse(time);
};
beforeAll(() => {
  months = growingMonths();
});
beforeEach(async () => {
  setClock("2026-03-15T12:00:00Z");
  server = await aServer({ documents: months.first(5), now: () => new Date(now) });
});
afterEach(() => server.close());
afterAll(() => months.remove());

const report = (name: string, day: string, ubr: number, more: object = {}): Reported =>
  anInventory(name, ubr, { ...more, collectedAt: `${day}T08:00:00Z` }) as Reported;

const changesUrl = "/api/machines/SoftwareVulnerabilityChangesByMachine";

async function changes(since: string, more = ""): Promise<readonly Record<string, unknown>[]> {
  const { status, json } = await server.ask(`${changesUrl}?sinceTime=${since}${more}`);
  expect(status).toBe(200);
  return json.value;
}

const counted = (rows: readonly Record<string, unknown>[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { deviceName, status } of rows) counts[`${deviceName} ${status}`] = (counts[`${deviceName} ${status}`] ?? 0) + 1;
  return counts;
};

describe("what changed since a moment", () => {
  test("patched: fixed; rolled out: new; an update published since: new or updated; nothing: no row", async () => {
    // The update of March, published on the 10th, brings Windows 10 22H2 to 7058 (or above), that of February to 6937.
    await server.ingest([
      report("patched", "2026-03-01", 2965),
      report("as it was", "2026-03-01", 2965),
      report("good", "2026-03-01", 9999),
    ]);
    await server.ingest([report("patched", "2026-03-12", 9999), report("rolled out", "2026-03-12", 2965)]);
    const whole = counted(await changes("2026-03-11T00:00:00Z"));
    expect(Object.keys(whole).sort()).toEqual(["patched Fixed", "rolled out New"]);
    expect(whole["patched Fixed"]).toBe(whole["rolled out New"]);
    const before = counted(await changes("2026-03-05T00:00:00Z"));
    expect(Object.keys(before).sort()).toEqual(["as it was New", "as it was Updated", "patched Fixed", "rolled out New"]);
    expect(before["rolled out New"]).toBe((before["as it was New"] ?? 0) + (before["as it was Updated"] ?? 0));
    expect(await changes("2026-03-13T00:00:00Z")).toEqual([]);
    expect(await changes("2026-03-20T00:00:00Z")).toEqual([]);
  });

  test("a row says when: with the report that changed it, else with the knowledge that did", async () => {
    await server.ingest([report("patched", "2026-03-01", 2965), report("as it was", "2026-03-01", 2965)]);
    await server.ingest([report("patched", "2026-03-12", 9999)]);
    const times = new Set((await changes("2026-03-05T00:00:00Z")).map((row) => `${row["deviceName"]} ${row["eventTimestamp"]}`));
    expect(times).toEqual(new Set(["patched 2026-03-12T08:00:00.000Z", "as it was 2026-03-15T12:00:00.000Z"]));
  });

  test("a device of which nothing is known any more has nothing fixed", async () => {
    await server.ingest([report("lost", "2026-03-01", 2965), report("found", "2026-03-01", 2965, { os: { build: 99_999 } })]);
    await server.ingest([
      { ...report("lost", "2026-03-12", 0), os: { build: 19045 }, installedKbs: null },
      report("found", "2026-03-12", 2965),
    ]);
    expect(Object.keys(counted(await changes("2026-03-11T00:00:00Z")))).toEqual(["found New"]);
  });

  test("is the difference of two days, for a fleet of all kinds", async () => {
    const fleet = sampleFleet();
    const history = fleet.slice(0, 120).map((device, index): readonly Reported[] => {
      const early = { ...device, collectedAt: "2026-03-02T00:00:00Z" };
      const late = { ...(fleet[(index * 7 + 120) % 300] as Reported), deviceName: device.deviceName, collectedAt: "2026-03-12T00:00:00Z" };
      return [[early], [late], [early, late]][index % 3] as readonly Reported[];
    });
    for (const reports of history) for (const each of reports) await server.ingest([each]);
    const since = "2026-03-05";
    const [then, today] = [await directAnswers(server.store, since), await directAnswers(server.store, "2026-03-15")];
    const expected = history.flatMap((reports) => {
      const former = reports.filter(({ collectedAt }) => collectedAt <= since).at(-1);
      const latest = reports.at(-1) as Reported;
      return differences(former === undefined ? new Map() : openOn(then, former), openOn(today, latest), today, latest);
    });
    const rows = (await changes(`${since}T00:00:00Z`)).map(
      (row) => `${row["deviceName"]} ${row["softwareName"]} ${row["cveId"]} ${row["recommendedSecurityUpdateId"]} ${row["status"]}`,
    );
    expect([...rows].sort()).toEqual([...expected].sort());
    expect(new Set(rows.map((row) => row.split(" ").at(-1)))).toEqual(new Set(["New", "Fixed", "Updated"]));
    const { rows: paged } = await walkThrough(server, `${changesUrl}?sinceTime=${since}&pageSize=100`, () =>
      server.ingest(
        fleet.slice(0, 20).map((device) => ({ ...device, collectedAt: "2026-03-14T00:00:00Z", os: { build: 26100, ubr: 9999 } })),
      ),
    );
    expect(paged.length).toBe(rows.length);
    expect((await server.ask(`${changesUrl}/$count?sinceTime=${since}`)).text).not.toBe(String(rows.length));
  });

  test.each([
    { query: "", code: "MissingRequiredParameter", message: /sinceTime is missing/ },
    { query: "?pageSize=5", code: "MissingRequiredParameter", message: /sinceTime is missing/ },
    { query: "?sinceTime=2026-03-01T11:59:59Z", code: "InvalidInput", message: /more than 14 days back/ },
    { query: "?sinceTime=2026-02-01", code: "InvalidInput", message: /more than 14 days back/ },
    { query: "?sinceTime=yesterday", code: "ODataError", message: /sincetime/i },
  ])("is refused for $query", async ({ query, code, message }) => {
    const { status, json } = await server.ask(changesUrl + query);
    expect([status, json.error.code]).toEqual([400, code]);
    expect(json.error.message).toMatch(message);
  });

  test("fourteen days back is not too far, and a walk that began in time may end", async () => {
    await server.ingest([report("a", "2026-03-12", 2965), report("b", "2026-03-12", 2965)]);
    const { rows } = await walkThrough(server, `${changesUrl}?sinceTime=2026-03-01T12:00:00Z&pageSize=3`, async () => {
      now += 60_000;
    });
    expect(new Set(rows.map(({ deviceName }) => deviceName))).toEqual(new Set(["a", "b"]));
  });
});

type Open = ReadonlyMap<string, string>;

/** The CVEs that are open by software, with the update that closes each. */
function openOn({ examine, catalog }: DirectAnswers, inventory: Reported): Open {
  const { open } = examine(inventory).shortfall;
  return new Map(
    open.flatMap(({ softwareId, kb, cves }) => cves.map((cve) => [`${softwareId} ${catalog.content.cves[cve]?.id}`, kb] as const)),
  );
}

function differences(then: Open, today: Open, { missingKbs }: DirectAnswers, latest: Reported): readonly string[] {
  if (missingKbs(latest) === undefined) return [];
  const name = latest.deviceName;
  const opened = [...today].flatMap(([key, kb]) => {
    if (!then.has(key)) return [`${name} ${key} ${kb} New`];
    return then.get(key) === kb ? [] : [`${name} ${key} ${kb} Updated`];
  });
  return [...opened, ...[...then].flatMap(([key, kb]) => (today.has(key) ? [] : [`${name} ${key} ${kb} Fixed`]))];
}

describe("MissingKbsByMachine since a moment", () => {
  const url = "/api/machines/MissingKbsByMachine";
  const names = async (since: string): Promise<readonly string[]> => {
    const { rows } = await walkThrough(server, `${url}?sinceTime=${since}&pageSize=2`);
    return [...new Set(rows.map(({ deviceName }) => deviceName))].sort();
  };

  test("has the devices whose report changed since, and no others", async () => {
    await server.ingest(["same", "changed", "lost"].map((name) => report(name, "2026-03-01", 2965)));
    setClock("2026-03-16T12:00:00Z");
    await server.ask("/api/inventories", {
      method: "POST",
      body: [report("same", "2026-03-16", 2965), report("changed", "2026-03-16", 4000)],
    });
    await server.ingest([
      report("new", "2026-03-16", 2965),
      { ...report("lost", "2026-03-16", 1), os: { build: 19045 }, installedKbs: null },
    ]);
    await server.ask("/api/machines/same/tags", { method: "POST", body: { Value: "x", Action: "Add" } });
    expect(await names("2026-03-16T00:00:00Z")).toEqual(["changed", "lost", "new"]);
    expect(await names("2026-03-16T12:00:01Z")).toEqual([]);
    expect(await names("2026-03-15T00:00:00Z")).toEqual(["changed", "lost", "new", "same"]);
  });

  test("has all devices once new knowledge came into force since, however old it is, and the pages agree", async () => {
    await server.close();
    server = await aServer({ documents: months.first(4), now: () => new Date(now) });
    await server.ingest(["a", "b", "c", "d"].map((name) => report(name, "2026-03-01", 2965)));
    setClock("2026-03-17T00:00:00Z");
    await server.ingest([report("a", "2026-03-17", 4000), report("b", "2026-03-17", 4000), report("c", "2026-03-17", 4000)]);
    const since = "2026-03-16T00:00:00Z";
    const { rows } = await walkThrough(server, `${url}?sinceTime=${since}&pageSize=1`, async (pages) => {
      setClock("2026-03-17T00:10:00Z");
      if (pages === 1) await server.sync(months.first(5));
    });
    expect([...new Set(rows.map(({ deviceName }) => deviceName))].sort()).toEqual(["a", "b", "c"]);
    expect(await names(since)).toEqual(["a", "b", "c", "d"]);
    expect(await names("2026-03-17T00:05:00Z")).toEqual(["a", "b", "c", "d"]);
    expect(await names("2026-03-17T00:10:01Z")).toEqual([]);
  });

  test("has all devices once a day came that changes answers", async () => {
    setClock("2026-03-09T23:59:00Z");
    await server.close();
    server = await aServer({ documents: months.first(5), now: () => new Date(now) });
    await server.ingest([report("a", "2026-03-01", 2965)]);
    expect(await names("2026-03-09T23:59:30Z")).toEqual([]);
    setClock("2026-03-10T00:00:30Z");
    await server.server.lookForKnowledge();
    expect(await names("2026-03-10T00:00:10Z")).toEqual(["a"]);
    expect(await names("2026-03-10T00:00:40Z")).toEqual([]);
  });
});
