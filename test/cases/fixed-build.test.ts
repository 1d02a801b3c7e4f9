import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Catalog } from "../../src/domain/catalog/catalog.ts";
import type { Inventory } from "../../src/domain/fleet/inventory.ts";
import { sharedFile } from "../shared-data.ts";
import { aDevice, catalogOf, missingKbs } from "./ask.ts";
import { realCatalog, realDocumentsAreThere } from "./real-catalog.ts";

interface Row {
  readonly name: string;
  readonly input: {
    readonly cveID?: string;
    readonly productName?: string;
    readonly rawFixedBuild?: string;
    readonly product?: string;
    readonly kbID?: string;
  };
  readonly expect: { readonly Version?: { readonly Affected: { readonly Range: readonly { readonly LessThan: string }[] } } } | null;
}

const path = sharedFile("cases/fixed-build.json");
const all = path === undefined ? [] : (JSON.parse(readFileSync(path, "utf8")) as { cases: Row[] }).cases;

/** What has versions of its own and no KB: nothing to look up in an Update Catalog, so nothing that patchgap could list. */
const WITHOUT_KB = ["Microsoft Defender Antimalware Platform", "Microsoft Office 365 for Mac", "Microsoft Visual Studio 2026 Version 18.7"];

const asOf = "2026-12-31";
const KB = "5099999";

/** One CVE, fixed on that product by one KB with the FixedBuild as it is spelt. */
function catalogWith(product: string, fixedBuild: string, facts: { kb?: string; subType?: string; cve?: string } = {}): Catalog {
  const { kb = KB, cve = "CVE-2026-0001", subType = "Security Update" } = facts;
  return catalogOf({
    id: "2026-Jul",
    initialRelease: "2026-07-14",
    vulnerabilities: [{ cve, fixes: [{ kb, products: [product], fixedBuild, subType }] }],
  });
}

const kindOf = ({ input }: Row): "sql" | "none" | "windows" | "kb" | "without-kb" => {
  if (input.kbID !== undefined) return "kb";
  if (WITHOUT_KB.includes(input.productName ?? "")) return "without-kb";
  if (input.rawFixedBuild === "1.000") return "none";
  return (input.productName ?? "").startsWith("Microsoft SQL Server") ? "sql" : "windows";
};
const rows = (kind: ReturnType<typeof kindOf>): (readonly [string, Row])[] =>
  all.filter((row) => kindOf(row) === kind).map((row) => [row.name, row] as const);
const bound = (row: Row): string => row.expect?.Version?.Affected.Range[0]?.LessThan ?? "";

describe.skipIf(all.length === 0)("what a FixedBuild is worth (skipped where ../shared is absent)", () => {
  it("is told in 15 rows; 3 of them are about products that have no KB", () => {
    const counts = (["sql", "none", "windows", "kb", "without-kb"] as const).map((kind) => rows(kind).length);
    expect([all.length, counts]).toEqual([15, [4, 4, 1, 3, 3]]);
  });

  it.each(rows("sql"))("%s decides by version", (_name, row) => {
    const product = row.input.productName ?? "";
    const catalog = catalogWith(product, row.input.rawFixedBuild ?? "");
    const at = (version: string, name = product): Inventory => aDevice({ os: SERVER_2022, software: [{ name, version }] });
    const withSystem = withServerUpdate(row);
    const below = bound(row).replace(/\.(\d+)\.(\d+)$/, (_, build: string, revision: string) => `.${Number(build) - 1}.${revision}`);
    expect(catalog.product(product)?.updates[0]?.version).toBe(bound(row));
    expect(missingKbs(at(below), withSystem, asOf)).toEqual([KB]);
    expect(missingKbs(at(bound(row)), withSystem, asOf)).toEqual([]);
    const plain = product.replace(/ for x64-based Systems.*$/, "");
    expect(missingKbs(at(below, plain), withSystem, asOf)).toEqual([KB]);
    expect(missingKbs(at(bound(row), plain), withSystem, asOf)).toEqual([]);
  });

  it.each(rows("none"))("%s: it is no build, and no device has reached it", (_name, { input }) => {
    const product = input.productName ?? "";
    const catalog = catalogWith(product, input.rawFixedBuild ?? "", { cve: input.cveID ?? "", subType: "IE Cumulative" });
    expect(catalog.product(product)?.updates[0]?.revision).toBeNull();
    const device = (installedKbs: readonly string[]): Inventory =>
      aDevice({
        os: {
          build: product.includes("R2") ? 9600 : 9200,
          ubr: 99_999,
          architecture: "x64",
          installationType: product.includes("Core") ? "Server Core" : "Server",
        },
        installedKbs,
      });
    expect([missingKbs(device([]), catalog, asOf), missingKbs(device([KB]), catalog, asOf)]).toEqual([[KB], []]);
  });

  it.each(rows("windows"))("%s: the branch is mistyped, the revision counts", (_name, row) => {
    const catalog = catalogWith(row.input.productName ?? "", row.input.rawFixedBuild ?? "");
    const revision = Number(bound(row).split(".")[3]);
    const at = (ubr: number): Inventory => aDevice({ os: { build: 22000, ubr, architecture: "x64", installationType: "Client" } });
    expect([bound(row), revision]).toEqual(["10.0.22000.1574", 1574]);
    expect([missingKbs(at(revision - 1), catalog, asOf), missingKbs(at(revision), catalog, asOf)]).toEqual([[KB], []]);
  });

  it.each(rows("kb"))("%s", (_name, row) => {
    const catalog = catalogWith(row.input.product ?? "", "", { kb: row.input.kbID ?? "" });
    expect(catalog.content.kbs.map(({ id }) => id)).toEqual(row.expect === null ? [] : [row.input.kbID]);
    const device = aDevice({ os: { build: 16299, architecture: "x64", installationType: "Client" } });
    expect(missingKbs(device, catalog, asOf)).toEqual(row.expect === null ? "unknown" : [row.input.kbID]);
  });
});

describe.skipIf(!realDocumentsAreThere)(
  "what the real rows of February 2023 spell like builds of Windows (skipped where ../shared is absent)",
  () => {
    // `10.0.04614.06` is .NET's file build 4614
    it("a device with .NET 4.8.4614.0 has KB5022729", () => {
      const device = aDevice({
        os: { build: 19045, ubr: 2604, architecture: "x64", caption: "Microsoft Windows 10 Pro" },
        software: [{ name: "Microsoft .NET Framework 4.8", version: "4.8.4614.0" }],
      });
      expect(missingKbs(device, realCatalog(), "2023-02-28")).not.toContain("5022729");
    });
  },
);

const SERVER_2022 = { build: 20348, ubr: 4000, architecture: "x64", installationType: "Server" } as const;

/** The row's update, and beside it one of the server that the application is on, so that the server can be assessed; it has that one. */
function withServerUpdate({ input }: Row): Catalog {
  return catalogOf({
    id: "2026-Jul",
    initialRelease: "2026-07-14",
    vulnerabilities: [
      {
        cve: "CVE-2026-0001",
        fixes: [
          { kb: KB, products: [input.productName ?? ""], fixedBuild: input.rawFixedBuild ?? "" },
          { kb: "5090000", products: ["Windows Server 2022"], fixedBuild: "10.0.20348.4000" },
        ],
      },
    ],
  });
}
