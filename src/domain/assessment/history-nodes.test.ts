import { describe, expect, it } from "vitest";
import { aDevice, catalogOf, missingKbs } from "../../../test/cases/ask.ts";
import { Catalog } from "../catalog/catalog.ts";
import type { HistoryLine } from "../catalog/release-history.ts";
import type { OperatingSystem } from "../fleet/inventory.ts";

const CLIENT = "Windows 11 Version 24H2 for x64-based Systems";
const SERVER = "Windows Server 2012 R2";
const documents = catalogOf(
  ...(["Jan", "Feb", "Mar"] as const).map((month, index) => ({
    id: `2026-${month}`,
    initialRelease: `2026-0${index + 1}-13`,
    vulnerabilities: [
      {
        cve: `CVE-2026-000${index}`,
        fixes: [
          { kb: `500100${index}`, products: [CLIENT] },
          { kb: `500200${index}`, products: [SERVER], subType: "Monthly Rollup" },
        ],
      },
    ],
  })),
);

const line = (facts: Partial<HistoryLine>, ...releases: readonly (readonly [number | null, string | null])[]): HistoryLine => ({
  product: "Windows 11 Version 24H2",
  build: 26_100,
  channel: "rollup",
  releases: releases.map(([revision, kb]) => ({ revision, kb })),
  ...facts,
});
const CLIENT_LINE = line(
  {},
  [1, null],
  [1000, "5001000"],
  [1050, "5009001"],
  [1100, "5001001"],
  [1150, "5009002"],
  [1200, "5001002"],
  [1150, "5009002"],
);
const SERVER_LINE = line({ product: SERVER, build: null }, [null, "5002000"], [null, "5009101"], [null, "5002001"], [null, "5009102"]);

const withHistory = (...history: readonly HistoryLine[]): Catalog => new Catalog({ ...documents.content, history });
const missing = (os: OperatingSystem, installedKbs: readonly string[], ...history: readonly HistoryLine[]): unknown =>
  missingKbs(aDevice({ os: { architecture: "x64", ...os }, installedKbs }), withHistory(...history), "2026-02-28");
const client = (ubr?: number): OperatingSystem => ({ build: 26_100, installationType: "Client", ...(ubr === undefined ? {} : { ubr }) });
const server: OperatingSystem = { build: 9600, installationType: "Server" };

describe("a release history beside the documents", () => {
  it("ranks previews that no document knows", () => {
    expect([
      missing(client(), ["5009002"], CLIENT_LINE),
      missing(client(), ["5009001"], CLIENT_LINE),
      missing(client(), ["5009002"]),
    ]).toEqual([[], ["5001001"], ["5001001"]]);
  });

  it("gives revisions where MSRC names none", () => {
    expect([missing(client(1100), [], CLIENT_LINE), missing(client(1099), [], CLIENT_LINE), missing(client(1100), [])]).toEqual([
      [],
      ["5001001"],
      ["5001001"],
    ]);
  });

  it("goes by the product's name where builds are not counted", () => {
    expect([missing(server, ["5009102"], SERVER_LINE), missing(server, ["5009101"], SERVER_LINE), missing(server, ["5009102"])]).toEqual([
      [],
      ["5002001"],
      ["5002001"],
    ]);
  });

  it("of another system, channel or role says nothing here", () => {
    const others = [
      line({ build: 26_200 }, ...([[1100, "5009002"]] as const)),
      { ...CLIENT_LINE, channel: "securityOnly" as const },
      { ...CLIENT_LINE, product: "Windows Server 2025" },
      { ...SERVER_LINE, product: "Windows Server 2012" },
    ];
    expect([missing(client(), ["5009002"], ...others), missing(server, ["5009102"], ...others)]).toEqual([["5001001"], ["5002001"]]);
  });
});
