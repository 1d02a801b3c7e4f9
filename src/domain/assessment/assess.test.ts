import { describe, expect, it } from "vitest";
import { aDevice, catalogOf } from "../../../test/cases/ask.ts";
import type { CvrfRows } from "../../../test/fixtures/cvrf/build-cvrf.ts";
import { Catalog } from "../catalog/catalog.ts";
import { compileCatalog } from "../catalog/compile-catalog.ts";
import { NO_ERRATA } from "../catalog/errata.ts";
import { ProductError } from "../errors.ts";
import type { Inventory } from "../fleet/inventory.ts";
import { assess, assessor } from "./assess.ts";
import type { Assessment } from "./assessment.ts";

const CLIENT = "Windows 10 Version 22H2 for x64-based Systems";
const JANUARY: CvrfRows = {
  id: "2026-Jan",
  initialRelease: "2026-01-13",
  vulnerabilities: [
    {
      cve: "CVE-2026-0001",
      severity: "Important",
      exploited: true,
      fixes: [{ kb: "5074109", products: [CLIENT], fixedBuild: "10.0.19045.6800", supersedes: "5072653" }],
    },
    { cve: "ADV260001", severity: "Critical", fixes: [{ kb: "5074109", products: [CLIENT] }] },
    { cve: "CVE-2026-0001", severity: "Low", fixes: [{ kb: "5074109", products: [`Internet Explorer 11 on ${CLIENT}`] }] },
  ],
};
const catalog = catalogOf(JANUARY);
const device = (facts: Partial<Inventory> = {}, ubr?: number): Inventory =>
  aDevice({
    os: {
      build: 19045,
      architecture: "x64",
      installationType: "Client",
      caption: "Microsoft Windows 10 Pro",
      ...(ubr === undefined ? {} : { ubr }),
    },
    ...facts,
  });
const ask = (inventory: Inventory, asOf = "2026-01-31", of = catalog): Assessment => assess(inventory, of, { asOf });

describe("an answer", () => {
  it("says what, of when, how bad, and what it closes", () => {
    expect(ask(device({}, 6000)).missing).toEqual([
      {
        id: "5074109",
        name: "January 2026 Security Updates",
        osBuild: 19045,
        productsNames: ["internet_explorer", "windows_10"],
        url: "https://catalog.update.microsoft.com/v7/site/Search.aspx?q=KB5074109",
        machineMissedOn: 1,
        cveAddressed: 2,
        distinctCves: 1,
        cumulativeCves: 1,
        severity: "Critical",
        exploited: true,
        releasedOn: "2026-01-13",
        supersedes: ["5072653"],
        why: "Runs 19045.6000, below 19045.6800. It closes 1 CVE open here.",
      },
    ]);
  });

  it("for a day that is none is refused", () => {
    for (const asOf of ["", "2026-02-30", "today"]) expect(() => assessor(catalog, { asOf })).toThrow(ProductError);
  });

  it("is never an empty list where nobody knows", () => {
    const empty = new Catalog(compileCatalog([], { errata: NO_ERRATA }));
    expect(ask(device(), "2026-01-31", empty)).toMatchObject({
      status: "unknown",
      missing: null,
      notes: ["there is no update knowledge yet"],
    });
    expect(ask(aDevice({ os: { build: 17134, architecture: "x64" } }))).toMatchObject({
      status: "unknown",
      missing: null,
      notes: [expect.stringContaining("Version 1803")],
    });
    expect(ask(aDevice({ os: { build: 2600, version: "5.1" }, notes: ["from an old file"] }))).toMatchObject({
      status: "unsupported",
      notes: [expect.any(String), "from an old file"],
    });
    expect(ask(aDevice({ os: {} }))).toMatchObject({ status: "unknown", missing: null });
  });

  it("says what limits it", () => {
    const notes = (inventory: Inventory, asOf?: string): string => ask(inventory, asOf).notes.join("; ");
    expect(notes(device({ notes: ["systeminfo stopped at 245"] }))).toBe("systeminfo stopped at 245");
    expect(notes(device({ pendingRestart: true }))).toContain("waits for a restart");
    expect(notes(device({ installedKbs: ["5074109"] }, 6000))).toContain(
      "KB5074109 is listed as installed, but the running revision 6000 is below its 6800",
    );
    expect(notes(device({}, 7000))).toContain("newer than any update the catalog knows (19045.6800)");
    expect(notes(device({ installedKbs: null }, 6800))).toContain("hotfix list could not be read");
    expect(notes(aDevice({ os: { build: 19045 } }))).toContain("taken for x64");
  });

  it("says that a restart is due where the device or its lists say so", () => {
    expect([
      ask(device({ pendingRestart: true }, 6800)).pendingRestart,
      ask(device({ installedKbs: ["5074109"] }, 6000)).pendingRestart,
      ask(device({}, 6800)).pendingRestart,
    ]).toEqual([true, true, false]);
  });

  it("says where a system is probably out of service", () => {
    const other = { kb: "5090000", products: ["Windows Server 2022"] };
    const later = catalogOf(JANUARY, {
      id: "2026-Sep",
      initialRelease: "2026-09-08",
      vulnerabilities: [{ cve: "CVE-2026-0009", fixes: [other] }],
    });
    expect(ask(device({}, 6800), "2026-09-30", later).notes).toEqual([expect.stringContaining("since 2026-Jan")]);
    expect(ask(device({}, 6800), "2026-06-30", later).notes).toEqual([]);
  });

  it("takes one KB for two applications once, and adds up what it fixes", () => {
    const two = ["Microsoft SharePoint Server 2019", "Microsoft Word 2016 (32-bit edition)"];
    const shared = catalogOf({
      ...JANUARY,
      vulnerabilities: [...JANUARY.vulnerabilities, { cve: "CVE-2026-0005", fixes: [{ kb: "5002835", products: two }] }],
    });
    const answer = ask(device({ software: two.map((name) => ({ name })), msiPatchKbs: [] }, 6800), "2026-01-31", shared);
    expect(
      answer.missing?.map(({ id, productsNames, cveAddressed, distinctCves }) => [
        id,
        [...productsNames].sort(),
        cveAddressed,
        distinctCves,
      ]),
    ).toEqual([["5002835", ["sharepoint_server", "word"], 2, 1]]);
    expect(answer.products).toEqual([CLIENT, ...two]);
  });

  it("lists every missed month where asked to", () => {
    const february: CvrfRows = {
      id: "2026-Feb",
      initialRelease: "2026-02-10",
      vulnerabilities: [
        { cve: "CVE-2026-0002", fixes: [{ kb: "5075912", products: [CLIENT], fixedBuild: "10.0.19045.6900", supersedes: "5074109" }] },
      ],
    };
    const two = catalogOf(JANUARY, february);
    const ids = (includeSuperseded: boolean): string[] | undefined =>
      assess(device({}, 6000), two, { asOf: "2026-02-28", includeSuperseded }).missing?.map(({ id }) => id);
    expect([ids(false), ids(true)]).toEqual([["5075912"], ["5075912", "5074109"]]);
  });

  // not knowing is an answer of its own: a day before everything the catalog has for the system
  it("for a day before anything was released is unknown", () => {
    expect(ask(device({}, 1000), "2025-12-31")).toMatchObject({ status: "unknown", missing: null });
  });

  it("does not depend on the order in which software is listed", () => {
    const one = catalogOf({
      ...JANUARY,
      vulnerabilities: [
        ...JANUARY.vulnerabilities,
        {
          cve: "CVE-2026-0005",
          fixes: [{ kb: "5002835", products: ["Microsoft SharePoint Server 2019"], fixedBuild: "16.0.10417.20003" }],
        },
      ],
    });
    const versioned = ["Microsoft SharePoint Server 2019", "SharePoint Server 2019"].map((name) => ({ name, version: "16.0.10400.1" }));
    expect(ask(device({ software: versioned }, 6800), "2026-01-31", one)).toEqual(
      ask(device({ software: versioned.toReversed() }, 6800), "2026-01-31", one),
    );
  });
});
