import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fleet, type NumberedCatalog } from "../../src/app/fleet/fleet.ts";
import { TotalsKeeper } from "../../src/app/fleet/fleet-totals.ts";
import { sightNow } from "../../src/app/fleet/walks.ts";
import { inventoryDigest } from "../../src/app/inventory-digest.ts";
import { type Examination, examiner } from "../../src/domain/assessment/examine.ts";
import { Catalog } from "../../src/domain/catalog/catalog.ts";
import { compileCatalog } from "../../src/domain/catalog/compile-catalog.ts";
import type { UpdateDocument } from "../../src/domain/catalog/document.ts";
import { NO_ERRATA } from "../../src/domain/catalog/errata.ts";
import type { Inventory } from "../../src/domain/fleet/inventory.ts";
import { contentOf, factsOf } from "../../src/domain/fleet/inventory-content.ts";
import type { CheckIn } from "../../src/stores/device-store.ts";
import { openSqliteStore, type SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { aDocument, aVulnerability } from "../builders/documents.ts";
import { aDevice } from "../cases/ask.ts";
import { catalogs, devices as randomDevices, runs } from "../properties/made-up.ts";

const now = new Date("2026-01-20T12:00:00.000Z");
const products = [
  ["1", "Windows 11 Version 24H2 for x64-based Systems"],
  ["2", "Windows Server 2022"],
] as const;

function knowledgeOf(revision: number, catalog: Catalog): NumberedCatalog {
  return { revision, createdAt: "2026-01-15T00:00:00.000Z", contentHash: `hash of ${revision}`, catalog };
}

function compiled(documents: readonly UpdateDocument[]): Catalog {
  return new Catalog(compileCatalog(documents, { errata: NO_ERRATA }));
}

/** January: one update for Windows 11. Later: another one, for Server 2022 alone. */
const january = aDocument({
  products: [...products],
  vulnerabilities: [
    {
      ...aVulnerability("CVE-2026-1"),
      fixes: [{ kb: "5074109", productIds: ["1"], subType: "Security Update", supersedes: [], fixedBuild: "10.0.26100.7623" }],
    },
    {
      ...aVulnerability("CVE-2026-2"),
      fixes: [{ kb: "5073457", productIds: ["2"], subType: "Security Update", supersedes: [], fixedBuild: "10.0.20348.4648" }],
    },
  ],
});
const withOneMore: UpdateDocument = {
  ...january,
  revision: "2",
  vulnerabilities: [
    ...january.vulnerabilities,
    {
      ...aVulnerability("CVE-2026-3"),
      fixes: [{ kb: "5077800", productIds: ["2"], subType: "Security Update", supersedes: ["5073457"], fixedBuild: "10.0.20348.4650" }],
    },
  ],
};

/** So many postures: revisions of two systems, one in ten waiting for a restart. */
const postureCount = 60;
/** So many inventories: each posture with browsers, captions and KBs that no document knows. */
const digestCount = 1_200;
const deviceCount = 100_000;

function inventory(digest: number): Inventory {
  const posture = digest % postureCount;
  const spread = Math.floor(digest / postureCount);
  const isServer = posture % 3 === 0;
  const caption = `Microsoft Windows ${isServer ? "Server 2022" : "11"} ${["Pro", "Enterprise", "Standard"][spread % 3]}`;
  return aDevice({
    os: {
      build: isServer ? 20348 : 26100,
      ubr: 1 + posture,
      caption,
      architecture: "x64",
      installationType: isServer ? "Server" : "Client",
    },
    installedKbs: ["5074109", String(3_000_000 + spread)],
    software: [{ vendor: "Mozilla", name: "Mozilla Firefox (x64 en-US)", version: `${100 + spread}.0` }],
    pendingRestart: posture % 10 === 0,
  });
}

function checkInOf(name: number, device: Inventory): CheckIn {
  const content = contentOf(device);
  const deviceId = name.toString(16).padStart(40, "0");
  const at = "2026-01-18T00:00:00.000Z";
  return { deviceId, name: `pc-${name}`, at, receivedAt: at, digest: inventoryDigest(content), content, facts: factsOf(device) };
}

async function withFleet(
  work: (fleet: Fleet, tenant: string, store: SqliteStore) => Promise<void>,
  wrap: (store: SqliteStore) => Partial<SqliteStore> = () => ({}),
): Promise<void> {
  const inner = openSqliteStore(":memory:");
  try {
    const fleet = await Fleet.open({ store: { ...inner, ...wrap(inner) }, now: () => now, rules: "test" });
    await work(fleet, (await inner.tenants())[0]?.id ?? "", inner);
  } finally {
    await inner.close();
  }
}

/** What a fleet comes to, one device after the other. */
function recount(answers: readonly Examination[]): {
  readonly updates: ReadonlyMap<string, number>;
  readonly exposed: ReadonlyMap<number, number>;
  readonly software: ReadonlyMap<string, number>;
} {
  const [updates, exposed, software] = [new Map<string, number>(), new Map<number, number>(), new Map<string, number>()];
  const count = <K>(counts: Map<K, number>, keys: Iterable<K>): void => {
    for (const key of new Set(keys)) counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  for (const { assessment, shortfall, products: own } of answers) {
    count(
      updates,
      (assessment.missing ?? []).map(({ id }) => id),
    );
    count(
      exposed,
      shortfall.open.flatMap(({ cves }) => cves),
    );
    count(
      software,
      own.map(({ vendor, softwareId }) => `${vendor}-_-${softwareId}`),
    );
  }
  return { updates, exposed, software };
}

async function counted(fleet: Fleet, tenant: string): Promise<ReturnType<typeof recount>> {
  const { totals } = await new TotalsKeeper(fleet).of(await sightNow(fleet, tenant));
  return {
    updates: new Map(totals.updates.map(({ id, devices }) => [id, devices])),
    exposed: totals.exposed,
    software: new Map([...totals.software].filter(([, { installed }]) => installed > 0).map(([key, { installed }]) => [key, installed])),
  };
}

describe("a hundred thousand devices with twelve hundred inventories of sixty postures", () => {
  const contents = Array.from({ length: digestCount }, (_, digest) => inventory(digest));
  const prepared = contents.map((device) => checkInOf(0, device));
  const devicesFrom = (first: number, count: number): CheckIn[] =>
    Array.from({ length: count }, (_, index) => {
      const number = first + index;
      return { ...(prepared[number % digestCount] as CheckIn), deviceId: number.toString(16).padStart(40, "0"), name: `pc-${number}` };
    });
  const checkInAll = async (fleet: Fleet, tenant: string): Promise<void> => {
    for (let first = 0; first < deviceCount; first += 5_000) await fleet.checkIn(tenant, devicesFrom(first, 5_000));
  };
  const expected = (catalog: Catalog, asOf: string) => {
    const examine = examiner(catalog, { asOf });
    const answers = contents.map(examine);
    return recount(Array.from({ length: deviceCount }, (_, number) => answers[number % digestCount] as Examination));
  };

  test(
    "cost sixty evaluations a catalog, and a repeated check-in none; the counts are those of the devices",
    () =>
      withFleet(async (fleet, tenant) => {
        const [first, second] = [compiled([january]), compiled([withOneMore])];
        await fleet.take(knowledgeOf(1, first));
        await checkInAll(fleet, tenant);
        expect([fleet.epoch.size, fleet.epoch.postures, fleet.epoch.evaluations]).toEqual([digestCount, postureCount, postureCount]);
        expect(await counted(fleet, tenant)).toEqual(expected(first, fleet.epoch.asOf));
        await fleet.checkIn(tenant, devicesFrom(0, 5_000));
        await fleet.checkIn(tenant, [
          checkInOf(1, { ...inventory(0), software: [{ vendor: "Mozilla", name: "Mozilla Firefox", version: "999" }] }),
        ]);
        expect([fleet.epoch.size, fleet.epoch.evaluations]).toEqual([digestCount + 1, postureCount]);
        await fleet.checkIn(tenant, devicesFrom(1, 1));

        // a KB that concerns a third of them
        await fleet.take(knowledgeOf(2, second));
        expect([fleet.revision, fleet.epoch.postures, fleet.epoch.evaluations]).toEqual([2, postureCount, postureCount]);
        expect(await counted(fleet, tenant)).toEqual(expected(second, fleet.epoch.asOf));
        expect(fleet.epoch.evaluations).toBe(postureCount);
      }),
    180_000,
  );

  test("are answered from the former knowledge while the new one is worked out", async () => {
    const during: number[][] = [];
    let fleetNow: Fleet | undefined;
    const askMeanwhile = async (): Promise<void> => {
      const fleet = fleetNow as Fleet;
      const before = fleet.epoch.evaluations;
      const summary = await fleet.summary(fleet.epoch, prepared[3]?.digest ?? "");
      during.push([fleet.revision, fleet.epoch.evaluations - before, summary.missing.length]);
    };
    await withFleet(
      async (fleet, tenant) => {
        await fleet.take(knowledgeOf(1, compiled([january])));
        await fleet.checkIn(tenant, devicesFrom(0, digestCount));
        fleetNow = fleet;
        await fleet.take(knowledgeOf(2, compiled([withOneMore])));
        fleetNow = undefined;
        expect(during.length).toBeGreaterThan(1);
        expect(new Set(during.map(String))).toEqual(new Set(["1,0,1"]));
      },
      (store) => ({
        inventories: async (digests) => {
          if (fleetNow !== undefined) await askMeanwhile();
          return store.inventories(digests);
        },
      }),
    );
  });
});

test(
  "on random fleets every device is told through its posture what it is told by itself, and the counts are those of a recount",
  () =>
    fc.assert(
      fc.asyncProperty(catalogs, fc.array(randomDevices, { minLength: 1, maxLength: 40 }), (catalog, fleetOf) =>
        withFleet(async (fleet, tenant) => {
          await fleet.take(knowledgeOf(1, catalog));
          const checkIns = fleetOf.map((device, index) => checkInOf(index, device));
          await fleet.checkIn(tenant, checkIns);
          const examine = examiner(catalog, { asOf: fleet.epoch.asOf });
          const answers = fleetOf.map(examine);
          const summaries = await fleet.summaries(
            fleet.epoch,
            checkIns.map(({ digest }) => digest),
          );
          for (const [index, { assessment, shortfall, products: installed }] of answers.entries()) {
            const { status, missing, pendingRestart, ...summary } = summaries[index] ?? expect.fail();
            expect([status, pendingRestart, summary.shortfall, summary.products]).toEqual([
              assessment.status,
              assessment.pendingRestart,
              shortfall,
              installed,
            ]);
            expect(missing).toEqual((assessment.missing ?? []).map(({ why: _, machineMissedOn: __, ...row }) => row));
            expect(summary.reason).toBe(assessment.status === "assessed" ? undefined : assessment.notes[0]);
          }
          expect(await counted(fleet, tenant)).toEqual(recount(answers));
          expect(fleet.epoch.evaluations).toBe(fleet.epoch.postures);
          expect(fleet.epoch.postures).toBeLessThanOrEqual(fleet.epoch.size);
        }),
      ),
      { ...runs, numRuns: Math.ceil(runs.numRuns / 6) },
    ),
  180_000,
);
