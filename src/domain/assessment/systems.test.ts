import { describe, expect, it } from "vitest";
import { aDevice, catalogOf, missingKbs, openCveIds } from "../../../test/cases/ask.ts";
import type { FixRow } from "../../../test/fixtures/cvrf/build-cvrf.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { Inventory, OperatingSystem } from "../fleet/inventory.ts";

const SERVER = "Windows Server 2012 R2";
const CLIENT = "Windows 11 Version 24H2 for x64-based Systems";
const asOf = "2026-12-31";

/** Months from January 2026 on, each with its fixes of one CVE. */
function months(...fixes: readonly (readonly FixRow[])[]): Catalog {
  const names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun"];
  return catalogOf(
    ...fixes.map((rows, index) => ({
      id: `2026-${names[index]}`,
      initialRelease: `2026-0${index + 1}-13`,
      vulnerabilities: [{ cve: `CVE-2026-000${index + 1}`, fixes: rows }],
    })),
  );
}

const device = (os: OperatingSystem, installedKbs: readonly string[] = [], facts: Partial<Inventory> = {}): Inventory =>
  aDevice({ os: { architecture: "x64", ...os }, installedKbs, ...facts });
const server = (...installedKbs: readonly string[]): Inventory => device({ build: 9600, installationType: "Server" }, installedKbs);
const client = (facts: Partial<OperatingSystem>, ...installedKbs: readonly string[]): Inventory =>
  device({ build: 26100, installationType: "Client", ...facts }, installedKbs);

describe("Windows 7 to 2012 R2", () => {
  const rollup = (kb: string, supersedes: readonly string[] = []): FixRow => ({
    kb,
    products: [SERVER],
    subType: "Monthly Rollup",
    supersedes,
  });
  const only = (kb: string): FixRow => ({ kb, products: [SERVER], subType: "Security Only" });
  const explorer = (kb: string): FixRow => ({ kb, products: [`Internet Explorer 11 on ${SERVER}`], subType: "IE Cumulative" });
  // the link from March to February is missing, as MSRC's often is
  const catalog = months(
    [rollup("5001001"), only("5002001"), explorer("5003001")],
    [rollup("5001002", ["5001001"]), only("5002002"), explorer("5003002")],
    [rollup("5001003"), only("5002003"), explorer("5003003")],
  );

  it.each([
    ["nothing", [], ["5001003"]],
    ["January's rollup", ["5001001"], ["5001003"]],
    ["March's rollup: all before it, the broken link included", ["5001003"], []],
    ["one security-only update: the others, each, and the newest for Internet Explorer", ["5002002"], ["5002003", "5003003", "5002001"]],
    ["all security-only updates and Internet Explorer's", ["5002001", "5002002", "5002003", "5003003"], []],
    ["a rollup and a security-only update: rollups win", ["5001001", "5002002"], ["5001003"]],
  ])("with %s", (_, installed, missing) => {
    expect(missingKbs(server(...installed), catalog, asOf)).toEqual(missing);
  });

  it("a rollup holds what was released alone in its month and before, and nothing after", () => {
    const single = months([{ kb: "5004001", products: [SERVER] }], [rollup("5001002")], [{ kb: "5004003", products: [SERVER] }]);
    expect([missingKbs(server("5001002"), single, asOf), missingKbs(server("5004003"), single, asOf)]).toEqual([["5004003"], ["5001002"]]);
  });
});

describe("cumulative systems", () => {
  const lcu = (kb: string, revision: number | "", supersedes: readonly string[] = []): FixRow => ({
    kb,
    products: [CLIENT],
    supersedes,
    fixedBuild: revision === "" ? "" : `10.0.26100.${revision}`,
  });
  const catalog = months([lcu("5001001", 1000)], [lcu("5001002", 1100, ["5000999"])], [lcu("5001003", "")], [lcu("5001004", 1300)]);

  it.each([
    ["the newest revision", client({ ubr: 1300 }), []],
    ["a revision between two updates", client({ ubr: 1250 }), ["5001004"]],
    ["a hotfix list alone, at the newest", client({}, "5001004"), []],
    ["a hotfix list alone, behind", client({}, "5001002"), ["5001004"]],
    ["an update known only as a predecessor of February's: it holds January's", client({}, "5000999"), ["5001004"]],
    ["the newest listed, an older one running", client({ ubr: 1000 }, "5001004"), ["5001004"]],
    ["no list, and the newest revision", device({ build: 26100, ubr: 1300, installationType: "Client" }, [], { installedKbs: null }), []],
    ["no list and no revision", device({ build: 26100, installationType: "Client" }, [], { installedKbs: null }), "unknown"],
  ])("with %s", (_, asked, missing) => {
    expect(missingKbs(asked, catalog, asOf)).toEqual(missing);
  });

  it("an unknown predecessor tells what it holds and what it does not", () => {
    const open = openCveIds(client({}, "5000999"), catalog, asOf);
    expect([...open].sort()).toEqual(["CVE-2026-0002", "CVE-2026-0003", "CVE-2026-0004"]);
  });

  it("within a month the revision orders, else who supersedes whom, else the number", () => {
    expect(missingKbs(client({}), months([lcu("5001009", 1000), lcu("5001001", 1020)]), asOf)).toEqual(["5001001"]);
    expect(missingKbs(client({}), months([lcu("5001009", ""), lcu("5001001", "", ["5001009"])]), asOf)).toEqual(["5001001"]);
    expect(missingKbs(client({}), months([lcu("5001009", ""), lcu("5001001", "")]), asOf)).toEqual(["5001009"]);
  });

  it("a preview is never asked for, and counts where it is there", () => {
    const preview: FixRow = { kb: "5001010", products: [CLIENT], subType: "Update", fixedBuild: "10.0.26100.1050" };
    const withPreview = months([lcu("5001001", 1000), preview]);
    expect([missingKbs(client({}), withPreview, asOf), missingKbs(client({}, "5001010"), withPreview, asOf)]).toEqual([["5001001"], []]);
  });
});

describe("hotpatches", () => {
  const row = (kb: string, revision: number, subType = "Security Update"): FixRow => ({
    kb,
    products: [CLIENT],
    subType,
    fixedBuild: `10.0.26100.${revision}`,
  });
  const catalog = months(
    [row("5001001", 1000)],
    [row("5001002", 1100), row("5002002", 1050, "Security Hotpatch Update")],
    [row("5001003", 1200), row("5002003", 1150, "SecurityHotpatchUpdate")],
    [row("5001004", 1300)],
  );

  it.each([
    ["on the baseline, enrolled", client({ ubr: 1000, hotpatch: true }), "2026-03-31", ["5002003"]],
    ["at a hotpatch's build, enrolled or not said", client({ ubr: 1050 }), "2026-03-31", ["5002003"]],
    ["at the newest hotpatch", client({ ubr: 1150 }, "5002003"), "2026-03-31", []],
    ["with a hotpatch listed, no revision", client({}, "5002002"), "2026-03-31", ["5002003"]],
    ["not enrolled, whatever the build", client({ ubr: 1050, hotpatch: false }), "2026-03-31", ["5001003"]],
    ["below the baseline", client({ ubr: 900, hotpatch: true }), "2026-03-31", ["5001003"]],
    ["at the next quarter, whose baseline is a cumulative update", client({ ubr: 1150, hotpatch: true }), "2026-04-30", ["5001004"]],
    ["above a hotpatch's build and not at it", client({ ubr: 1160 }), "2026-03-31", ["5001003"]],
  ])("%s", (_, asked, day, missing) => {
    expect(missingKbs(asked, catalog, day)).toEqual(missing);
  });
});

describe(".NET Framework as a line of its own", () => {
  const net = (kb: string, build: string): FixRow => ({
    kb,
    products: [`Microsoft .NET Framework 3.5 AND 4.8.1 on ${CLIENT}`],
    fixedBuild: build,
  });
  const system: FixRow = { kb: "5001001", products: [CLIENT], fixedBuild: "10.0.26100.1000" };
  const catalog = months([system, net("5003001", "4.8.9206.0")], [net("5003002", "")], [net("5003003", "4.8.9277.0")]);
  const at = (version: string | undefined, ...installed: readonly string[]): Inventory => ({
    ...client({ ubr: 1000 }, ...installed),
    software: version === undefined ? [] : [{ name: "Microsoft .NET Framework 4.8.1", version }],
  });

  it.each([
    ["nothing", at(undefined), ["5003003"]],
    ["the newest listed", at(undefined, "5003003"), []],
    ["an older one listed", at(undefined, "5003002"), ["5003003"]],
    ["the newest file version", at("4.8.9277.0"), []],
    ["a later file version, by an update MSRC does not know", at("4.8.9300.0"), []],
    ["an older file version", at("4.8.9206.0"), ["5003003"]],
  ])("with %s", (_, asked, missing) => {
    expect(missingKbs(asked, catalog, asOf)).toEqual(missing);
  });

  // what an update of the system holds of another line must itself be known to hold what came before it
  it("an update of the system that names one of .NET as its predecessor holds the older ones too", () => {
    const both = months([net("5003001", "")], [net("5003002", ""), { kb: "5001002", products: [CLIENT], supersedes: "5003002" }]);
    expect([missingKbs(client({}), both, asOf), missingKbs(client({}, "5001002"), both, asOf)]).toEqual([["5001002"], []]);
  });

  // KB4566519 of July 2020 is such a rollup: MSRC names it only as the predecessor of August's
  it("a rollup known only as a predecessor makes a rollup device, before and after the next update", () => {
    const on = (kb: string, subType: string, supersedes: readonly string[] = []): FixRow => ({
      kb,
      products: [`Microsoft .NET Framework 4.5.1 on ${SERVER}`],
      subType,
      supersedes,
    });
    const tracks = months(
      [on("5003001", "Monthly Rollup"), on("5004001", "Security Only"), { kb: "5005001", products: [SERVER], subType: "Security Only" }],
      [on("5003002", "Monthly Rollup", ["5002999"]), on("5004002", "Security Only")],
    );
    expect(missingKbs(server("5005001", "5002999"), tracks, asOf)).toEqual(["5003002"]);
  });
});
