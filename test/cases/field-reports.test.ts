import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Catalog } from "../../src/domain/catalog/catalog.ts";
import type { Inventory, OperatingSystem } from "../../src/domain/fleet/inventory.ts";
import { sharedFile } from "../shared-data.ts";
import { aDevice, catalogOf, missingKbs, openCveIds } from "./ask.ts";
import { newestDay, realCatalog, realDocumentsAreThere } from "./real-catalog.ts";

interface FieldReport {
  readonly source: string;
  readonly title: string;
  readonly host: { readonly product: string; readonly osBuild: string | null; readonly installedKbs: readonly string[] };
  readonly mustNotReportKbs: readonly string[];
  readonly mustNotReportCves: readonly string[];
  readonly mustReportKbs: readonly string[];
  readonly mustReportCves: readonly string[];
}

const path = sharedFile("cases/field-reports.json");
const reports = path === undefined ? [] : (JSON.parse(readFileSync(path, "utf8")) as { cases: FieldReport[] }).cases;

/** What a device of that MSRC product says of itself. */
const SYSTEMS: Readonly<Record<string, OperatingSystem>> = {
  "Windows Server 2016": { build: 14393, architecture: "x64", caption: "Microsoft Windows Server 2016 Standard" },
  "Windows Server 2019": { build: 17763, architecture: "x64", caption: "Microsoft Windows Server 2019 Standard" },
  "Windows Server 2022": { build: 20348, architecture: "x64", caption: "Microsoft Windows Server 2022 Standard" },
  "Windows 7 for x64-based Systems Service Pack 1": { build: 7601, architecture: "x64", caption: "Microsoft Windows 7 Professional " },
  "Windows 10 Version 1803 for x64-based Systems": { build: 17134, architecture: "x64", caption: "Microsoft Windows 10 Pro" },
  "Windows 10 Version 22H2 for x64-based Systems": { build: 19045, architecture: "x64", caption: "Microsoft Windows 10 Pro" },
  "Windows 11 Version 21H2 for x64-based Systems": { build: 22000, architecture: "x64", caption: "Microsoft Windows 11 Pro" },
  "Windows 11 Version 22H2 for x64-based Systems": { build: 22621, architecture: "x64", caption: "Microsoft Windows 11 Pro" },
  "Windows 11 Version 25H2 for x64-based Systems": { build: 26200, architecture: "x64", caption: "Microsoft Windows 11 Pro" },
};

/** Names no KB; KB3115415 of August 2016 is the first to supersede KB3115144 in MSRC's rows. */
const NEWER_OFFICE_UPDATE = "*newer Office 2016 security update*";
const SUPERSEDES_3115144 = "3115415";

/** Of 2026, after the newest real document: on a document of our own, with the facts of the report. */
const OWN_DOCUMENT = "fleetdm/fleet#45630";

/** Days that the notes of the reports name; every other report is asked on the newest day there is. */
const DAYS: Readonly<Record<string, string>> = { "bitsadmin/wesng#76": "2023-10-10" };

function hostOf({ host }: FieldReport): Inventory {
  const revision = /\.(\d+)$/.exec(host.osBuild ?? "")?.[1];
  const ubr = revision === undefined ? {} : { ubr: Number(revision) };
  const system = SYSTEMS[host.product];
  if (system !== undefined) return aDevice({ os: { ...system, ...ubr }, installedKbs: host.installedKbs });
  expect([host.product, ...host.installedKbs]).toEqual(["Microsoft Office 2016", NEWER_OFFICE_UPDATE]);
  return aDevice({ software: [{ name: "Microsoft Office 2016 (32-bit edition)" }], msiPatchKbs: [SUPERSEDES_3115144] });
}

function isHeld(cve: string): boolean {
  return realCatalog().content.cves.some(({ id }) => id === cve);
}

describe.skipIf(reports.length === 0 || !realDocumentsAreThere)(
  "what users reported of comparable tools (skipped where ../shared is absent)",
  () => {
    const onRealDocuments = reports.filter(({ source }) => source !== OWN_DOCUMENT);

    it("is told of in thirteen reports; the documents do not hold a preview, an update of May 2026, and the month of October 2024", () => {
      expect([reports.length, onRealDocuments.length]).toEqual([13, 12]);
      const kbs = reports.flatMap((report) => [...report.mustNotReportKbs, ...report.mustReportKbs]);
      expect(kbs.filter((kb) => realCatalog().indexOfKb(kb) === undefined)).toEqual(["4512534", "5089549"]);
      const cves = reports.flatMap((report) => [...report.mustNotReportCves, ...report.mustReportCves]);
      expect(cves.filter((cve) => !isHeld(cve))).toEqual(["CVE-2026-41096", "CVE-2024-43572"]);
    });

    it.each(onRealDocuments.map((report) => [report.source, report.title, report] as const))("%s: %s", (source, _title, report) => {
      const asOf = DAYS[source] ?? newestDay;
      const missing = missingKbs(hostOf(report), realCatalog(), asOf);
      const open = openCveIds(hostOf(report), realCatalog(), asOf);
      expect(missing).toBeInstanceOf(Array);
      expect(report.mustNotReportKbs.filter((kb) => missing.includes(kb))).toEqual([]);
      expect(report.mustNotReportCves.filter((cve) => open.has(cve))).toEqual([]);
      expect(report.mustReportKbs.filter((kb) => !missing.includes(kb))).toEqual([]);
      expect(report.mustReportCves.filter((cve) => !open.has(cve))).toEqual([]);
    });

    // an engine that never reports anything would pass what must not be reported
    it.each(
      onRealDocuments.filter(({ mustNotReportCves }) => mustNotReportCves.length > 0).map((report) => [report.source, report] as const),
    )("%s: the CVEs are open on the same host before it was patched", (_source, report) => {
      const { osBuild: _, ...unpatched } = report.host;
      const host = hostOf({ ...report, host: { ...unpatched, osBuild: null } });
      const bare = { ...host, installedKbs: [], msiPatchKbs: host.msiPatchKbs === null ? null : [] };
      const open = openCveIds(bare, realCatalog(), newestDay);
      expect(report.mustNotReportCves.filter((cve) => isHeld(cve) && !open.has(cve))).toEqual([]);
    });

    it("wazuh/wazuh#18051: a whole Office suite has that CVE in Word too, until Word's own update is there", () => {
      const suite = (msiPatchKbs: readonly string[]): Inventory =>
        aDevice({ software: [{ name: "Microsoft Office Professional Plus 2016" }], msiPatchKbs });
      expect(openCveIds(suite([SUPERSEDES_3115144]), realCatalog(), newestDay)).toContain("CVE-2016-0025");
      expect(openCveIds(suite([SUPERSEDES_3115144, "3115182"]), realCatalog(), newestDay)).not.toContain("CVE-2016-0025");
      expect(missingKbs(suite([SUPERSEDES_3115144, "3115182"]), realCatalog(), newestDay)).not.toContain("3115144");
    });
  },
);

describe("fleetdm/fleet#45630: a cumulative update and a hotpatch of one month, each compared inside its own channel", () => {
  const product = "Windows 11 Version 25H2 for x64-based Systems";
  const catalog: Catalog = catalogOf(
    {
      id: "2026-Apr",
      initialRelease: "2026-04-14",
      vulnerabilities: [{ cve: "CVE-2026-40001", fixes: [{ kb: "5083769", products: [product], fixedBuild: "10.0.26200.8246" }] }],
    },
    {
      id: "2026-May",
      initialRelease: "2026-05-12",
      vulnerabilities: [
        {
          cve: "CVE-2026-41096",
          severity: "Critical",
          fixes: [
            { kb: "5089549", products: [product], fixedBuild: "10.0.26200.8457", supersedes: "5083769" },
            {
              kb: "5089466",
              products: [product],
              fixedBuild: "10.0.26200.8390",
              subType: "Security Hotpatch Update",
              supersedes: "5083769",
            },
          ],
        },
      ],
    },
  );
  const asOf = "2026-05-31";
  const host = (ubr: number, installedKbs: readonly string[], hotpatch?: boolean): Inventory =>
    aDevice({
      os: { ...SYSTEMS[product], ubr, installationType: "Client", ...(hotpatch === undefined ? {} : { hotpatch }) },
      installedKbs,
    });
  const asked = (device: Inventory): readonly unknown[] => [
    missingKbs(device, catalog, asOf),
    openCveIds(device, catalog, asOf).has("CVE-2026-41096"),
  ];

  it("the reported host, at the level of April, misses the cumulative update", () => {
    expect(asked(host(8246, []))).toEqual([["5089549"], true]);
    expect(asked(host(8246, [], false))).toEqual([["5089549"], true]);
  });

  it("a hotpatched host at 26200.8390 is fixed, whether or not it says that it is enrolled, or lists the hotpatch", () => {
    expect(asked(host(8390, ["5089466"], true))).toEqual([[], false]);
    expect(asked(host(8390, ["5089466"]))).toEqual([[], false]);
    expect(asked(host(8390, []))).toEqual([[], false]);
  });

  it("a host on a preview above the hotpatch's build and below 8457 is not fixed", () => {
    expect(asked(host(8400, []))).toEqual([["5089549"], true]);
    expect(asked(host(8456, [], false))).toEqual([["5089549"], true]);
  });

  it("a host at or above 8457 is fixed, enrolled or not", () => {
    expect(asked(host(8457, []))).toEqual([[], false]);
    expect(asked(host(8457, [], true))).toEqual([[], false]);
  });

  it("an enrolled host on the baseline of the quarter is asked for the hotpatch, one below it for the cumulative update", () => {
    expect(asked(host(8246, ["5083769"], true))).toEqual([["5089466"], true]);
    expect(asked(host(8037, [], true))).toEqual([["5089549"], true]);
  });
});
