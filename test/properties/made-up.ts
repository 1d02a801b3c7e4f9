import fc from "fast-check";
import type { Assessment } from "../../src/domain/assessment/assessment.ts";
import { Catalog } from "../../src/domain/catalog/catalog.ts";
import { compileCatalog } from "../../src/domain/catalog/compile-catalog.ts";
import type { Fix, UpdateDocument, Vulnerability } from "../../src/domain/catalog/document.ts";
import { NO_ERRATA } from "../../src/domain/catalog/errata.ts";
import type { InstalledSoftware, Inventory, OperatingSystem } from "../../src/domain/fleet/inventory.ts";
import { printDay, printMonth } from "../../src/domain/windows/day.ts";
import { aDevice } from "../cases/ask.ts";

/** The same runs every time, so that a red build means a change; `PATCHGAP_SEED` and `PATCHGAP_RUNS` look further. */
export const runs: { seed: number; numRuns: number } = {
  seed: Number(process.env["PATCHGAP_SEED"] ?? 20_260_714),
  numRuns: Number(process.env["PATCHGAP_RUNS"] ?? 300),
};

/** Systems of every way of servicing: cumulative, hotpatched, rollups and security-only updates. */
const SYSTEMS: readonly (readonly [product: string, os: OperatingSystem])[] = [
  ["Windows 10 Version 22H2 for x64-based Systems", { build: 19045, caption: "Microsoft Windows 10 Pro", architecture: "x64" }],
  ["Windows 11 Version 24H2 for x64-based Systems", { build: 26100, caption: "Microsoft Windows 11 Pro", architecture: "x64" }],
  ["Windows Server 2022 (Server Core installation)", { build: 20348, installationType: "Server Core", architecture: "x64" }],
  ["Windows Server 2012 R2", { build: 9600, caption: "Microsoft Windows Server 2012 R2 Standard", architecture: "x64" }],
  ["Windows 7 for x64-based Systems Service Pack 1", { build: 7601, caption: "Microsoft Windows 7 Professional ", architecture: "x64" }],
];

const APPLICATIONS: readonly InstalledSoftware[] = [
  { name: "Microsoft SQL Server 2019 for x64-based Systems (GDR)" },
  { name: "Microsoft SQL Server 2019 for x64-based Systems (GDR)", version: "15.0.2104.1" },
  { name: "Microsoft SharePoint Server 2019" },
  { name: "Microsoft Office 2016 (32-bit edition)" },
];

const components = (system: string): string[] => [
  `Internet Explorer 11 on ${system}`,
  `Microsoft .NET Framework 3.5 AND 4.8 on ${system}`,
  `Adobe Flash Player on ${system}`,
];

const NAMES: readonly string[] = [
  ...SYSTEMS.flatMap(([system]) => [system, system, ...components(system)]),
  ...new Set(APPLICATIONS.map(({ name }) => name)),
];

const SUB_TYPES = [
  "Security Update",
  "Security Update",
  "Monthly Rollup",
  "Security Only",
  "IE Cumulative",
  "Security Hotpatch Update",
  "Standalone",
  "Preview Rollup",
  "Alternate Cumulative",
  "Servicing Stack Update",
];

const FIRST_MONTH = 2024 * 12;
const MONTHS = 8;

/** No document of a random catalog has an update with such a number, and none names one as a predecessor. */
export const UNKNOWN_KBS: readonly string[] = ["3999999", "4888888", "9999999"];

const kb = fc.integer({ min: 0, max: 24 }).map((number) => String(5_000_000 + number));

const fixedBuild = fc.oneof(
  fc.constant(""),
  fc.integer({ min: 1, max: 60 }).map((revision) => `10.0.19045.${revision}`),
  fc.integer({ min: 2000, max: 2060 }).map((build) => `15.0.${build}.1`),
  fc.constantFrom("1.000", "https://example.com", "4.8.04690.02"),
);

const fix: fc.Arbitrary<Fix> = fc.record({
  kb,
  productIds: fc.uniqueArray(fc.nat(NAMES.length - 1).map(String), { minLength: 1, maxLength: 4 }),
  subType: fc.constantFrom(...SUB_TYPES),
  supersedes: fc.uniqueArray(kb, { maxLength: 2 }),
  fixedBuild,
});

const dayOf = (month: number): fc.Arbitrary<string> =>
  fc
    .integer({ min: 1, max: 28 })
    .map((day) => `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}-${String(day).padStart(2, "0")}`);

const vulnerability = (month: number): fc.Arbitrary<Vulnerability> =>
  fc
    .record({
      cve: fc.integer({ min: 0, max: 30 }).map((number) => `CVE-2024-${1000 + number}`),
      title: fc.oneof(fc.constantFrom("", "made up", "Größe ≥ 日本"), fc.string({ unit: "binary" })),
      published: dayOf(month),
      exploited: fc.boolean(),
      severities: fc.array(fc.tuple(fc.nat(NAMES.length - 1).map(String), fc.constantFrom("Critical", "Important", "Moderate", "Low")), {
        maxLength: 3,
      }),
      fixes: fc.array(fix, { minLength: 1, maxLength: 4 }),
      laterFacts: fc.record(
        {
          updated: dayOf(month + 1),
          disclosed: fc.boolean(),
          cvss: fc.record({
            score: fc.integer({ min: 0, max: 100 }).map((tenths) => tenths / 10),
            vector: fc.constantFrom("", "CVSS:3.1/AV:N"),
          }),
        },
        { requiredKeys: [] },
      ),
    })
    .map(({ laterFacts, ...facts }) => ({ ...facts, ...laterFacts }));

const documentOf = (month: number): fc.Arbitrary<UpdateDocument> =>
  fc.uniqueArray(vulnerability(month), { minLength: 1, maxLength: 5, selector: ({ cve }) => cve }).map((vulnerabilities) => {
    const day = `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}-09T08:00:00Z`;
    const products = NAMES.map((name, id) => [String(id), name] as const);
    return {
      id: printMonth(month),
      month,
      title: printMonth(month),
      revision: "1",
      initialRelease: day,
      currentRelease: day,
      products,
      vulnerabilities,
      warnings: [],
    };
  });

/** A few months of random rows: alternatives, cycles, foreign products and mistyped builds as they come. */
export const documents: fc.Arbitrary<UpdateDocument[]> = fc
  .uniqueArray(fc.nat(MONTHS - 1), { minLength: 1, maxLength: 5 })
  .chain((months) => fc.tuple(...months.map((month) => documentOf(FIRST_MONTH + month))));

export const catalogs: fc.Arbitrary<Catalog> = documents.map((list) => new Catalog(compileCatalog(list, { errata: NO_ERRATA })));

/** A device on one of the systems, with anything installed. */
export const devices: fc.Arbitrary<Inventory> = fc
  .record({
    system: fc.constantFrom(...SYSTEMS),
    ubr: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
    hotpatch: fc.option(fc.boolean(), { nil: undefined, freq: 1 }),
    installedKbs: fc.uniqueArray(kb, { maxLength: 5 }),
    msiPatchKbs: fc.option(fc.uniqueArray(kb, { maxLength: 3 })),
    software: fc.subarray([...APPLICATIONS], { maxLength: 2 }),
  })
  .map(({ system: [, os], ubr, hotpatch, ...rest }) =>
    aDevice({ ...rest, os: { ...os, ...(ubr === undefined ? {} : { ubr }), ...(hotpatch === undefined ? {} : { hotpatch }) } }),
  );

/** A day in or around the months of the documents. */
export const days: fc.Arbitrary<string> = fc.integer({ min: 19_650, max: 20_100 }).map(printDay);

/** An answer without the words for people, which may name any KB of the device. */
export function wordless(answer: Assessment): unknown {
  return { ...answer, missing: answer.missing?.map(({ why: _, ...update }) => update) ?? null };
}
