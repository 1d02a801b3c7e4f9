import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { reportDevices, reportFleet } from "../../src/app/assess-fleet.ts";
import { hasRealData, loadSample, sampleTag, sampleTime } from "../../src/cli/load-sample.ts";
import { loadKnowledge, openPassingStore, openStore, packageFolder, type Store } from "../../src/compose.ts";
import type { StoredDevice } from "../../src/stores/device-store.ts";
import { SLOW_MACHINE } from "../slow-machine.ts";
import { runIn } from "./fake-io.ts";

const sampleDay = sampleTime.slice(0, 10);

function at(time: string): { readonly now: () => Date } {
  return { now: () => new Date(time) };
}

describe("loading", () => {
  let store: Store;
  beforeEach(async () => {
    store = await openPassingStore();
  });
  afterEach(() => store.close());

  async function tenantId(): Promise<string> {
    const [tenant] = await store.tenants();
    expect(tenant?.alias).toBe("default");
    return tenant?.id ?? "";
  }

  async function stored(): Promise<readonly StoredDevice[]> {
    return store.devices(await tenantId(), { limit: 1_000 });
  }

  test("brings in documents and devices, quickly", async () => {
    const start = performance.now();
    expect(await loadSample(store, at("2026-11-23T10:00:00Z"))).toEqual({ documents: 5, devices: 307, changes: 312, revision: 1 });
    expect(performance.now() - start).toBeLessThan(2_000 * SLOW_MACHINE);
  });

  test("has something of everything: up to date, behind, unknown and out of support", async () => {
    await loadSample(store, at(sampleTime));
    const { devices, missing } = await reportFleet(store, await tenantId(), await loadKnowledge(store), sampleDay);
    expect(devices).toEqual({ total: 307, assessed: 295, unknown: 8, unsupported: 4, withMissing: 165 });
    expect(Object.fromEntries(missing.map(({ id, machineMissedOn }) => [id, machineMissedOn]))).toMatchInlineSnapshot(`
      {
        "5002713": 5,
        "5002838": 14,
        "5002839": 7,
        "5002849": 14,
        "5077465": 3,
        "5077469": 2,
        "5078752": 15,
        "5078766": 16,
        "5078883": 29,
        "5078885": 37,
        "5078938": 14,
        "5079473": 48,
        "5081278": 8,
      }
    `);
  });

  test("most devices have a past: the page has something to look back on", async () => {
    await loadSample(store, at(sampleTime));
    const firstSeen = (await stored()).map(({ firstSeen }) => firstSeen.slice(0, 7));
    expect(firstSeen.filter((month) => month === "2025-11")).toHaveLength(291);
  });

  test("every device is plainly marked, whatever it reports itself, and was last seen by the sample's own time", async () => {
    await loadSample(store, at("2027-01-01T00:00:00Z"));
    const devices = await reportDevices(store, await tenantId(), await loadKnowledge(store), sampleDay);
    for (const { deviceName, tags } of devices.devices) {
      expect(deviceName).toMatch(/^sample-/i);
      expect(tags.filter((tag) => tag === sampleTag)).toEqual([sampleTag]);
    }
    for (const { lastSeen } of await stored()) expect(lastSeen <= sampleTime && lastSeen > "2026-02").toBe(true);
  });

  test("a second time nothing changes, however much later", async () => {
    await loadSample(store, at("2026-11-23T10:00:00Z"));
    const [before, catalog] = [await stored(), await store.holdings()];
    expect(await loadSample(store, at("2027-02-01T10:00:00Z"))).toEqual({ documents: 5, devices: 307, changes: 0, revision: 1 });
    expect(await stored()).toEqual(before);
    expect(await store.holdings()).toEqual(catalog);
  });
});

describe("whether there is real data", () => {
  let data: string;
  beforeEach(() => {
    data = join(mkdtempSync(join(tmpdir(), "patchgap-sample-")), "data");
  });
  afterEach(() => rmSync(join(data, ".."), { recursive: true }));

  test("none where there is no data folder, and none is made", async () => {
    expect(await hasRealData({ data })).toBe(false);
    expect(existsSync(data)).toBe(false);
  });

  test("none in a database without catalog and device", async () => {
    await (await openStore({ data })).close();
    expect(await hasRealData({ data })).toBe(false);
  });

  test.each([
    ["a catalog", ["sync", "--from", join(packageFolder, "sample", "documents")]],
    ["a device", ["ingest", join(packageFolder, "sample", "inventories", "sample-desk-02.native.json")]],
  ])("%s is some", async (_what, words) => {
    expect(await runIn({}, ...words, "--data", data)).toMatchObject({ exit: 0 });
    expect(await hasRealData({ data })).toBe(true);
  });

  test("a device of another tenant is some", async () => {
    expect(await runIn({}, "tenant", "add", "contoso", "--data", data)).toMatchObject({ exit: 0 });
    expect(await hasRealData({ data })).toBe(false);
    const file = join(packageFolder, "sample", "inventories", "sample-desk-02.native.json");
    expect(await runIn({}, "ingest", file, "--tenant", "contoso", "--data", data)).toMatchObject({ exit: 0 });
    expect(await hasRealData({ data })).toBe(true);
  });
});
