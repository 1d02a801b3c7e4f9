import fc from "fast-check";
import { Catalog } from "../../src/domain/catalog/catalog.ts";
import { compileCatalog } from "../../src/domain/catalog/compile-catalog.ts";
import type { Fix, UpdateDocument } from "../../src/domain/catalog/document.ts";
import { NO_ERRATA } from "../../src/domain/catalog/errata.ts";
import type { Inventory, OperatingSystem } from "../../src/domain/fleet/inventory.ts";
import { printMonth } from "../../src/domain/windows/day.ts";
import { aDevice } from "../cases/ask.ts";

// Catalogs as MSRC makes them: each KB of one kind and for one system, each month's update fixing that month's CVEs; months may be absent,
// predecessors unnamed, builds mistyped or left out.

const FIRST_MONTH = 2024 * 12;
const CLIENT = "Windows 11 Version 24H2 for x64-based Systems";
const SERVER = "Windows Server 2012 R2";
const SHAREPOINT = "Microsoft SharePoint Server 2019";
const SQL = "Microsoft SQL Server 2019 for x64-based Systems (GDR)";

/** What one month brings, by chance. */
interface MonthOfChance {
  readonly month: number;
  /** how many of four CVEs there are */
  readonly cves: number;
  readonly hasHotpatch: boolean;
  readonly isOutOfBand: boolean;
  readonly hasNet: boolean;
  readonly hasPreview: boolean;
  readonly namesPredecessor: boolean;
  readonly mistypes: boolean;
  readonly hasExplorer: boolean;
}

const months: fc.Arbitrary<MonthOfChance[]> = fc
  .uniqueArray(
    fc.record({
      month: fc.nat(7),
      cves: fc.integer({ min: 1, max: 3 }),
      hasHotpatch: fc.boolean(),
      isOutOfBand: fc.boolean(),
      hasNet: fc.boolean(),
      hasPreview: fc.boolean(),
      namesPredecessor: fc.boolean(),
      mistypes: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      hasExplorer: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6, selector: ({ month }) => month },
  )
  .map((list) => list.sort((a, b) => a.month - b.month));

/** A KB of a line in a month; every line counts from a thousand of its own. */
export function kbOf(line: Line, month: number): string {
  return String(5_000_000 + LINES.indexOf(line) * 1000 + month * 10);
}

const LINES = [
  "lcu",
  "oob",
  "hotpatch",
  "preview",
  "net",
  "rollup",
  "securityOnly",
  "explorer",
  "netRollup",
  "netSecurityOnly",
  "sql",
  "core",
  "language",
] as const;
type Line = (typeof LINES)[number];

function rowsOf(chance: MonthOfChance): (Fix & { readonly outOfBand?: true })[] {
  const { month } = chance;
  const build = (branch: number, revision: number): string => `10.0.${branch}.${chance.mistypes ? revision + 5000 : revision}`;
  const row = (line: Line, products: readonly string[], subType: string, fixedBuild = ""): Fix => ({
    kb: kbOf(line, month),
    productIds: products,
    subType,
    supersedes: chance.namesPredecessor ? [kbOf(line, month - 1)] : [],
    fixedBuild,
  });
  const if_ = (is: boolean, ...fixes: Fix[]): Fix[] => (is ? fixes : []);
  const net = `Microsoft .NET Framework 3.5 AND 4.8.1 on ${CLIENT}`;
  const serverNet = `Microsoft .NET Framework 4.5.1 on ${SERVER}`;
  const explorer = `Internet Explorer 11 on ${SERVER}`;
  return [
    row("lcu", [CLIENT], "Security Update", build(26100, 1000 + month * 100)),
    ...if_(chance.hasHotpatch, row("hotpatch", [CLIENT], "Security Hotpatch Update", build(26100, 950 + month * 100))),
    ...if_(chance.hasPreview, row("preview", [CLIENT], "Update", build(26100, 1050 + month * 100))),
    ...if_(
      chance.hasNet,
      row("net", [net], "Monthly Rollup"),
      row("netRollup", [serverNet], "Monthly Rollup"),
      row("netSecurityOnly", [serverNet], "Security Only"),
    ),
    row("rollup", chance.hasExplorer ? [SERVER, explorer] : [SERVER], "Monthly Rollup"),
    row("securityOnly", [SERVER], "Security Only"),
    ...if_(chance.hasExplorer, row("explorer", [explorer], "IE Cumulative")),
    row("sql", [SQL], "Security Update", `15.0.${2000 + month}.1`),
    row("core", [SHAREPOINT], "Security Update"),
    ...if_(chance.hasPreview, row("language", [SHAREPOINT], "Security Update")),
    ...if_(chance.isOutOfBand, {
      ...row("oob", [CLIENT], "Security Update", build(26100, 1020 + month * 100)),
      supersedes: [kbOf("lcu", month)],
    }),
  ];
}

function documentOf(chance: MonthOfChance): UpdateDocument {
  const month = FIRST_MONTH + chance.month;
  const dayOf = (date: number): string => `2024-${String(chance.month + 1).padStart(2, "0")}-${String(date).padStart(2, "0")}`;
  const rows = rowsOf(chance);
  const isOutOfBand = (fix: Fix): boolean => fix.kb === kbOf("oob", chance.month);
  const vulnerability = (number: number, date: number, fixes: readonly Fix[]): UpdateDocument["vulnerabilities"][number] => ({
    cve: `CVE-2024-${1000 + chance.month * 10 + number}`,
    title: "made up",
    published: dayOf(date),
    exploited: false,
    severities: [],
    fixes,
  });
  const names = [...new Set(rows.flatMap(({ productIds }) => productIds))];
  return {
    id: printMonth(month),
    month,
    title: printMonth(month),
    revision: "1",
    initialRelease: `${dayOf(9)}T08:00:00Z`,
    currentRelease: `${dayOf(9)}T08:00:00Z`,
    products: names.map((name) => [name, name] as const),
    vulnerabilities: [
      ...Array.from({ length: chance.cves }, (_, number) =>
        vulnerability(
          number,
          9,
          rows.filter((fix) => !isOutOfBand(fix)),
        ),
      ),
      ...(chance.isOutOfBand ? [vulnerability(9, 17, rows.filter(isOutOfBand))] : []),
    ],
    warnings: [],
  };
}

export const plausibleDocuments: fc.Arbitrary<UpdateDocument[]> = months.map((list) => list.map(documentOf));

export const plausibleCatalogs: fc.Arbitrary<Catalog> = plausibleDocuments.map(
  (list) => new Catalog(compileCatalog(list, { errata: NO_ERRATA })),
);

const SYSTEMS: readonly OperatingSystem[] = [
  { build: 26100, caption: "Microsoft Windows 11 Pro", installationType: "Client", architecture: "x64" },
  { build: 26100, caption: "Microsoft Windows 11 Enterprise", installationType: "Client", architecture: "x64", hotpatch: true },
  { build: 9600, caption: "Microsoft Windows Server 2012 R2 Standard", installationType: "Server", architecture: "x64" },
];

const kbs = fc.tuple(fc.constantFrom(...LINES), fc.nat(7)).map(([line, month]) => kbOf(line, month));

/** A device at any level of any line, with its lists in step or not. */
export const plausibleDevices: fc.Arbitrary<Inventory> = fc
  .record({
    os: fc.constantFrom(...SYSTEMS),
    revision: fc.option(fc.constantFrom(0, 950, 1000, 1020, 1050), { nil: undefined }),
    month: fc.nat(7),
    installedKbs: fc.uniqueArray(kbs, { maxLength: 6 }),
    sqlVersion: fc.option(
      fc.integer({ min: 0, max: 7 }).map((month) => `15.0.${2000 + month}.1`),
      { nil: undefined },
    ),
    hasSharePoint: fc.boolean(),
  })
  .map(({ os, revision, month, installedKbs, sqlVersion, hasSharePoint }) =>
    aDevice({
      os: { ...os, ...(revision === undefined || os.build === 9600 ? {} : { ubr: revision + month * 100 }) },
      installedKbs,
      software: [
        ...(sqlVersion === undefined ? [] : [{ name: SQL, version: sqlVersion }]),
        ...(hasSharePoint ? [{ name: SHAREPOINT }] : []),
      ],
    }),
  );
