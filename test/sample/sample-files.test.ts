import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { makeDocuments } from "../../sample/make-documents.ts";
import { makeEarlier } from "../../sample/make-earlier.ts";
import { makeFleet } from "../../sample/make-fleet.ts";
import { applicationUpdates, systems } from "../../sample/updates.ts";
import { vulnerabilities } from "../../sample/vulnerabilities.ts";
import { assessInventories } from "../../src/app/assess-inventories.ts";
import { syncCatalog } from "../../src/app/sync-catalog.ts";
import { loadKnowledge, openFeed, openPassingStore, readDevices, syncTools } from "../../src/compose.ts";

const sample = fileURLToPath(new URL("../../sample", import.meta.url));

function read(...path: readonly string[]): string {
  return readFileSync(join(sample, ...path), "utf8");
}

function namesIn(folder: string): readonly string[] {
  return readdirSync(join(sample, folder)).sort();
}

describe("the files are what the scripts write", () => {
  test("documents: node sample/make-documents.ts", () => {
    const made = makeDocuments();
    expect(namesIn("documents")).toEqual([...made.keys()].sort());
    for (const [name, text] of made) expect(read("documents", name) === text, name).toBe(true);
  });

  test("devices: node sample/make-fleet.ts", () => {
    expect(namesIn("fleet")).toEqual(["sample-company.ndjson"]);
    expect(read("fleet", "sample-company.ndjson") === makeFleet()).toBe(true);
  });

  test("what they reported before: node sample/make-earlier.ts", () => {
    expect(namesIn("earlier")).toEqual(["sample-company.ndjson"]);
    expect(read("earlier", "sample-company.ndjson") === makeEarlier()).toBe(true);
  });
});

test("the sample is small", () => {
  const sizes = ["documents", "earlier", "fleet", "inventories"].flatMap((part) =>
    namesIn(part).map((name) => statSync(join(sample, part, name)).size),
  );
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(650_000);
});

test("every document is read without an oddity, and says in its title that it is a sample", async () => {
  const store = await openPassingStore();
  try {
    const feed = await openFeed(join(sample, "documents"));
    const { documents } = await syncCatalog({ feed }, await syncTools(store, () => new Date("2026-03-31T12:00:00Z")));
    expect(documents.map(({ id }) => id).sort()).toEqual(["2025-Dec", "2025-Nov", "2026-Feb", "2026-Jan", "2026-Mar"]);
    for (const { outcome, warnings, remark } of documents) {
      expect({ outcome, warnings, remark }).toEqual({ outcome: "new", warnings: [], remark: undefined });
    }
    for await (const { title } of store.readDocuments()) expect(title).toMatch(/ Security Updates \(sample\)$/);
  } finally {
    await store.close();
  }
});

test("every update of an application fixes something, and every CVE is fixed by something", () => {
  const rows = Object.values(vulnerabilities).flat();
  const used = new Set(rows.flatMap(({ kbs }) => kbs));
  expect(applicationUpdates.map(({ kb }) => kb).filter((kb) => !used.has(kb))).toEqual([]);
  expect(rows.filter(({ systems, kbs }) => systems.length + kbs.length === 0)).toEqual([]);
  expect(new Set(rows.map(({ cve }) => cve)).size).toBe(rows.length);
});

test.each(namesIn("inventories"))("%s is read without a problem", async (name) => {
  const bytes = readFileSync(join(sample, "inventories", name));
  const { devices, problems } = await readDevices([{ source: name, bytes }], { merge: false });
  expect(problems).toEqual([]);
  for (const { deviceName } of devices) expect(deviceName).toMatch(/^sample-/i);
});

test("every device of the company is read without a problem and is plainly made up", async () => {
  const bytes = new TextEncoder().encode(makeFleet());
  const { devices, problems } = await readDevices([{ source: "fleet", bytes }], { merge: false });
  expect(problems).toEqual([]);
  expect(devices).toHaveLength(300);
  expect(new Set(devices.map(({ deviceName }) => deviceName)).size).toBe(300);
  const addresses = devices.flatMap(({ ipAddresses = [] }) => ipAddresses);
  expect(new Set(addresses).size).toBe(addresses.length);
  for (const { deviceName, tags, collectedAt } of devices) {
    expect(deviceName).toMatch(/^sample-/);
    expect(tags).toContain("sample");
    expect(collectedAt?.slice(0, 7)).toMatch(/^2026-0[23]$/);
  }
  // Set aside for examples by RFC 5737 and RFC 3849.
  expect(addresses.filter((address) => !/^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$|^2001:db8::/.test(address))).toEqual([]);
});

test("the company's devices have a past: each of their reports is without a problem, newer than the one before, and no older update is on it", async () => {
  const read = async (text: string) => readDevices([{ source: "fleet", bytes: new TextEncoder().encode(text) }], { merge: false });
  const [now, before] = [await read(makeFleet()), await read(makeEarlier())];
  expect(before.problems).toEqual([]);
  const past = new Set(before.devices.map(({ deviceName }) => deviceName));
  expect(past.size).toBe(291);
  for (const name of past) {
    const all = [
      ...before.devices.filter(({ deviceName }) => deviceName === name),
      ...now.devices.filter(({ deviceName }) => deviceName === name),
    ];
    const told = all.map(({ collectedAt = "" }) => collectedAt);
    expect(told.length).toBeGreaterThan(1);
    expect(told).toEqual([...new Set(told)].sort());
    const revisions = all.flatMap(({ os }) => (os.hotpatch === true || os.ubr === undefined ? [] : [os.ubr]));
    expect(revisions, name).toEqual([...revisions].sort((one, other) => one - other));
    expect(new Set(all.map(({ os }) => os.build)).size).toBe(1);
  }
  const months = new Set(before.devices.map(({ collectedAt }) => collectedAt?.slice(0, 7)));
  expect([...months].sort()).toEqual(["2025-11", "2025-12", "2026-01", "2026-02", "2026-03"]);
});

test("a device misses the newest cumulative update of its system unless it runs that, or the hotpatch of the month, or cannot be assessed", async () => {
  const store = await openPassingStore();
  const feed = await openFeed(join(sample, "documents"));
  await syncCatalog({ feed }, await syncTools(store, () => new Date("2026-03-31T12:00:00Z")));
  const { devices } = await readDevices([{ source: "fleet", bytes: new TextEncoder().encode(makeFleet()) }], { merge: false });
  const report = assessInventories(devices, await loadKnowledge(store), { asOf: "2026-03-31" });
  await store.close();
  const checked = { current: 0, behind: 0 };
  for (const [index, { status, missing, deviceName }] of report.devices.entries()) {
    const { os, installedKbs = null } = devices[index] as (typeof devices)[number];
    const newest = Object.values(systems).find(({ build }) => build === os.build)?.updates["2026-Mar"];
    if (status !== "assessed" || newest === undefined) continue;
    const { kb, ubr, hotpatch } = newest;
    const isCurrent = os.ubr === undefined ? installedKbs?.includes(kb) : os.ubr === ubr || (os.hotpatch && os.ubr === hotpatch?.ubr);
    expect(
      missing?.some(({ id }) => id === kb),
      deviceName,
    ).toBe(!isCurrent);
    checked[isCurrent ? "current" : "behind"]++;
  }
  expect(checked).toEqual({ current: 135, behind: 155 });
});
