import { expect, test } from "vitest";
import { assessFleet, listDevices } from "../../src/app/assess-fleet.ts";
import { inventoryDigest } from "../../src/app/inventory-digest.ts";
import type { Assess } from "../../src/domain/assessment/assess.ts";
import type { Assessment, MissingUpdate } from "../../src/domain/assessment/assessment.ts";
import type { InventoryContent } from "../../src/domain/fleet/inventory-content.ts";
import { openSqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";

const distinct = 200;
const fleet = 10_000;

/** Who has revision n misses KB n modulo 7, Critical where n is even; every tenth cannot be judged. */
function madeUpAnswer(ubr: number): Assessment {
  const update: MissingUpdate = {
    id: String(5_000_000 + (ubr % 7)),
    name: "Updates",
    osBuild: 19045,
    productsNames: [ubr % 2 === 0 ? "windows_10" : "edge"],
    url: "https://example.com",
    machineMissedOn: 1,
    cveAddressed: 1,
    distinctCves: 1,
    cumulativeCves: 1,
    severity: ubr % 2 === 0 ? "Critical" : null,
    exploited: ubr === 33,
    releasedOn: `2026-01-0${1 + (ubr % 7)}`,
    supersedes: [],
    why: "",
  };
  const answer = { asOf: "2026-02-01", pendingRestart: false, notes: [], products: [] };
  return ubr % 10 === 0 ? { ...answer, status: "unknown", missing: null } : { ...answer, status: "assessed", missing: [update] };
}

async function fill(): Promise<ReturnType<typeof openSqliteStore> & { tenant: string }> {
  const store = openSqliteStore(":memory:");
  const tenant = (await store.tenants())[0]?.id ?? "";
  const devices = Array.from({ length: fleet }, (_, index) => {
    const content: InventoryContent = {
      os: { build: 19045, ubr: index % distinct },
      installedKbs: [],
      msiPatchKbs: null,
      software: [],
      pendingRestart: false,
      notes: [],
    };
    return {
      deviceId: index.toString(16).padStart(40, "0"),
      name: `PC-${index}`,
      at: "2026-02-01T00:00:00.000Z",
      receivedAt: "2026-02-01T00:00:00.000Z",
      digest: inventoryDigest(content),
      content,
      facts: { tags: [], ipAddresses: [] },
    };
  });
  await store.checkIn(tenant, devices);
  return { ...store, tenant };
}

test("ten thousand devices with two hundred distinct inventories cost two hundred evaluations, and the counts are those of a recount", async () => {
  const store = await fill();
  let evaluations = 0;
  const assess: Assess = ({ os }) => {
    evaluations++;
    return madeUpAnswer(os.ubr ?? 0);
  };
  const { devices, missing } = await assessFleet(store, store.tenant, assess);
  expect(evaluations).toBe(distinct);
  const lines = await listDevices(store, store.tenant, assess);
  expect(evaluations).toBe(2 * distinct);

  const answers = Array.from({ length: fleet }, (_, index) => madeUpAnswer(index % distinct));
  const unknown = answers.filter(({ status }) => status === "unknown").length;
  expect(devices).toEqual({ total: fleet, assessed: fleet - unknown, unknown, unsupported: 0, withMissing: fleet - unknown });
  const recount = new Map<string, number>();
  for (const { id } of answers.flatMap((answer) => answer.missing ?? [])) recount.set(id, (recount.get(id) ?? 0) + 1);
  expect(new Map(missing.map(({ id, machineMissedOn }) => [id, machineMissedOn]))).toEqual(recount);
  expect(missing.map(({ id }) => id)).toEqual([6, 5, 4, 3, 2, 1, 0].map((number) => String(5_000_000 + number)));
  expect(missing.map(({ severity }) => severity)).toEqual(Array(7).fill("Critical"));
  expect(missing.filter(({ exploited }) => exploited).map(({ id }) => id)).toEqual(["5000005"]);
  expect(missing[0]?.productsNames).toEqual(["edge", "windows_10"]);
  expect(lines).toHaveLength(fleet);
  expect(lines.filter((line) => line.missing === null)).toHaveLength(unknown);
  for (const line of lines) expect(line.missing).toBe(madeUpAnswer(line.os.ubr ?? 0).missing?.length ?? null);
  await store.close();
});

test("an empty fleet misses nothing and says so with zero devices", async () => {
  const store = openSqliteStore(":memory:");
  const never: Assess = () => {
    throw new Error("nothing to assess");
  };
  expect(await assessFleet(store, "nobody", never)).toEqual({
    devices: { total: 0, assessed: 0, unknown: 0, unsupported: 0, withMissing: 0 },
    missing: [],
  });
  expect(await listDevices(store, "nobody", never)).toEqual([]);
  await store.close();
});
