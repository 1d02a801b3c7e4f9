import { describe, expect, it } from "vitest";
import { aDevice, catalogOf } from "../../../test/cases/ask.ts";
import type { Inventory, OperatingSystem } from "../fleet/inventory.ts";
import type { Explanation } from "./assessment.ts";
import { explain } from "./explain.ts";

const SERVER = "Windows Server 2012 R2";
const CLIENT = "Windows 11 Version 24H2 for x64-based Systems";
const SHAREPOINT = "Microsoft SharePoint Server 2019";
const SQL = "Microsoft SQL Server 2019 for x64-based Systems (GDR)";
const asOf = "2026-03-31";

const catalog = catalogOf(
  {
    id: "2026-Jan",
    initialRelease: "2026-01-13",
    vulnerabilities: [
      {
        cve: "CVE-2026-0001",
        fixes: [
          { kb: "5001001", products: [CLIENT], fixedBuild: "10.0.26100.1000", supersedes: "4999999" },
          { kb: "5004001", products: [CLIENT], fixedBuild: "10.0.26100.1010", subType: "Update" },
          { kb: "5005001", products: [SERVER], subType: "Monthly Rollup" },
          { kb: "5005002", products: [SERVER], subType: "Security Only" },
          { kb: "5006001", products: [`Microsoft .NET Framework 3.5 AND 4.8.1 on ${CLIENT}`], fixedBuild: "4.8.9206.0" },
          { kb: "5007001", products: [SHAREPOINT] },
          { kb: "5008001", products: [SQL], fixedBuild: "15.0.2104.1" },
        ],
      },
    ],
  },
  {
    id: "2026-Feb",
    initialRelease: "2026-02-10",
    vulnerabilities: [
      {
        cve: "CVE-2026-0002",
        fixes: [
          { kb: "5001002", products: [CLIENT], fixedBuild: "10.0.26100.1100" },
          { kb: "5002002", products: [CLIENT], fixedBuild: "10.0.26100.1050", subType: "Security Hotpatch Update" },
        ],
      },
    ],
  },
  {
    id: "2026-Apr",
    initialRelease: "2026-04-14",
    vulnerabilities: [{ cve: "CVE-2026-0003", fixes: [{ kb: "5001004", products: [CLIENT], fixedBuild: "10.0.26100.1300" }] }],
  },
);

const client = (os: Partial<OperatingSystem>, installedKbs: readonly string[] = [], facts: Partial<Inventory> = {}): Inventory =>
  aDevice({ os: { build: 26100, installationType: "Client", architecture: "x64", ...os }, installedKbs, ...facts });
const server = aDevice({ os: { build: 9600, installationType: "Server", architecture: "x64" } });
const asked = (device: Inventory, kb: string): Explanation => explain(device, catalog, { asOf }, kb);

describe("why an update is missing", () => {
  it.each([
    ["by revision", client({ ubr: 900 }), "Runs 26100.900, below 26100.1100. It closes 2 CVEs open here."],
    [
      "by the list",
      client({}, ["5001001"]),
      "The newest installed update of the system is KB5001001 (2026-Jan), which does not contain it. It closes 1 CVE open here.",
    ],
    [
      "with nothing installed",
      client({}),
      "Neither it nor a later update of the system is among the installed ones. It closes 2 CVEs open here.",
    ],
    [
      "by a predecessor no document holds",
      client({}, ["4999999"]),
      "The newest installed update of the system is KB4999999, which does not contain it. It closes 2 CVEs open here.",
    ],
    [
      "waiting for a restart",
      client({ ubr: 900 }, ["5001002"]),
      "Listed as installed, but 26100.900 is running, below 26100.1100: a restart is due, or it was rolled back.",
    ],
    ["in doubt", client({}, ["5009999"]), "May already be covered by KB5009999, which no document of the catalog knows."],
  ])("%s", (_, device, why) => {
    expect(asked(device, "5001002")).toEqual({ kb: "5001002", verdict: "missing", why: expect.stringContaining(why) });
  });

  it("names no doubt where a revision decides", () => {
    expect(asked(client({ ubr: 900 }, ["5009999"]), "5001002").why).not.toContain("5009999");
  });

  it("of an application, by its version", () => {
    const device = client({ ubr: 1100 }, [], { software: [{ name: SQL, version: "15.0.2095.3" }] });
    expect(asked(device, "5008001")).toMatchObject({
      verdict: "missing",
      why: expect.stringContaining("15.0.2095.3 is below the fixed version 15.0.2104.1"),
    });
  });
});

describe("why an update is not missing", () => {
  it.each([
    ["it is installed", client({}, ["5001001"]), "5001001", "satisfied", "it is installed"],
    ["another contains it", client({}, ["5001002"]), "5001001", "satisfied", "KB5001002, which is installed, contains it"],
    ["the build has reached it", client({ ubr: 1000 }), "5001001", "satisfied", "the running build 26100.1000 has reached 26100.1000"],
    [
      "the build has reached a later one",
      client({ ubr: 1100 }),
      "5001001",
      "satisfied",
      "has reached 26100.1100 of KB5001002, which contains it",
    ],
    [
      "the build is a hotpatch's",
      client({ ubr: 1050 }),
      "5002002",
      "satisfied",
      "the running build is that of a hotpatch that contains it",
    ],
    [
      ".NET's file version is there",
      client({ ubr: 1100 }, [], { software: [{ name: "Microsoft .NET Framework 4.8.1", version: "4.8.9206.0" }] }),
      "5006001",
      "satisfied",
      "file version",
    ],
    [
      "the version is there",
      client({ ubr: 1100 }, [], { software: [{ name: SQL, version: "15.0.2104.1" }] }),
      "5008001",
      "satisfied",
      "version 15.0.2104.1 is at or above its fix",
    ],
    ["it is of later", client({ ubr: 900 }), "5001004", "not-chosen", "2026-04-14, after the day asked for"],
    ["a missing one contains it", client({ ubr: 900 }), "5001001", "not-chosen", "KB5001002, which is missing too, contains it"],
    ["it is a preview, and a missing one contains it", client({ ubr: 900 }), "5004001", "not-chosen", "KB5001002"],
    ["the device is on another track", server, "5005002", "not-chosen", "KB5005001"],
    ["no document has it, though rows name it", client({ ubr: 900 }), "4999999", "not-chosen", "only named as a predecessor"],
    ["it is for others", client({}), "5005001", "not-applicable", `KB5005001 of 2026-Jan is for ${SERVER}, not for ${CLIENT}`],
    ["the software is not there", client({}), "5007001", "not-applicable", SHAREPOINT],
    ["nobody knows it", client({}), "5009999", "unknown", "no document of the catalog has an update KB5009999"],
  ])("%s", (_, device, kb, verdict, why) => {
    expect(asked(device, kb)).toEqual({ kb, verdict, why: expect.stringContaining(why) });
  });

  it("a hotpatch is for those enrolled", () => {
    expect(asked(client({ ubr: 1000 }), "5002002")).toMatchObject({ verdict: "not-chosen" });
  });

  it("nothing can be said of a device that could not be assessed", () => {
    const unassessed = aDevice({ os: { build: 99_999 } });
    expect(asked(unassessed, "5001001")).toMatchObject({ verdict: "unknown", why: expect.stringContaining("99999") });
  });
});
