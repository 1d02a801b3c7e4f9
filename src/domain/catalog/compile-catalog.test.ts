import { describe, expect, it } from "vitest";
import type { CompiledCatalog } from "./catalog.ts";
import { compileCatalog } from "./compile-catalog.ts";
import type { Fix, UpdateDocument, Vulnerability } from "./document.ts";
import { type Errata, NO_ERRATA } from "./errata.ts";
import { worse } from "./severity.ts";
import type { CatalogUpdate } from "./update.ts";

const CLIENT = "Windows 10 Version 22H2 for x64-based Systems";
const OLDER = "Windows 10 Version 1809 for x64-based Systems";
const CLIENT_11 = "Windows 11 Version 22H2 for x64-based Systems";
const SERVER = "Windows Server 2012 R2";
const SQL = "Microsoft SQL Server 2019 for x64-based Systems (GDR)";

type Row = Partial<Omit<Fix, "productIds">> & {
  readonly kb: string;
  readonly on: readonly string[];
  readonly cve?: string;
  readonly published?: string;
};

/** A document of a month (`2026-01`), each row a CVE of its own unless it names one. Product ids are the names. */
function documentOf(month: string, rows: readonly Row[], facts: Partial<UpdateDocument> = {}): UpdateDocument {
  const vulnerabilities = rows.map(({ on, cve, published, ...fix }, index): Vulnerability => {
    const own = { subType: "Security Update", supersedes: [], fixedBuild: "", ...fix, productIds: on };
    return {
      cve: cve ?? `CVE-${month}${index}`,
      title: "",
      published: published ?? `${month}-10`,
      exploited: false,
      severities: [],
      fixes: [own],
    };
  });
  const names = [...new Set(rows.flatMap(({ on }) => on))];
  const release = `${month}-10T08:00:00Z`;
  const [year = 0, number = 0] = month.split("-").map(Number);
  return {
    id: month,
    month: year * 12 + number - 1,
    title: month,
    revision: "1",
    initialRelease: release,
    currentRelease: release,
    products: names.map((name) => [name, name] as const),
    vulnerabilities,
    warnings: [],
    ...facts,
  };
}

const compiled = (documents: readonly UpdateDocument[], errata: Errata = NO_ERRATA): CompiledCatalog =>
  compileCatalog(documents, { errata });

function updateOn(catalog: CompiledCatalog, product: string, kb: string): CatalogUpdate | undefined {
  const updates = catalog.products.find(({ name }) => name === product)?.updates ?? [];
  return updates.find((update) => catalog.kbs[update.kb]?.id === kb);
}

describe("the kind of an update on a product", () => {
  it.each([
    ["Security Update", [CLIENT], "cumulative", "os"],
    ["Security Hotpatch Update", [CLIENT], "hotpatch", "os"],
    ["Alternate Cumulative", [CLIENT], "alternate", "os"],
    ["Security Only", [CLIENT], "companion", "os"],
    ["Standalone", [CLIENT], "preview", "os"],
    ["Update", [CLIENT], "preview", "os"],
    ["Security Update", [SERVER], "single", "os"],
    ["Monthly Rollup", [SERVER], "rollup", "os"],
    ["Security Only", [SERVER], "securityOnly", "os"],
    ["Preview Rollup", [SERVER], "preview", "os"],
    ["Standalone", [SERVER], "optional", "os"],
    ["IE Cumulative", [`Internet Explorer 11 on ${SERVER}`], "ieCumulative", "os"],
    ["Security Update", [`Internet Explorer 11 on ${SERVER}`], "ieCumulative", "os"],
    ["Monthly Rollup", [`Microsoft .NET Framework 4.8 on ${CLIENT}`], "cumulative", "net"],
    ["Security Update", [`Microsoft .NET Framework 4.8 on ${CLIENT}`, CLIENT], "cumulative", "os"],
    ["Monthly Rollup", [`Microsoft .NET Framework 4.8 on ${SERVER}`], "rollup", "net"],
    ["Security Update", [`Adobe Flash Player on ${CLIENT}`], "cumulative", "flash"],
    ["Update", [`Adobe Flash Player on ${CLIENT}`], "preview", "flash"],
    ["Security Update", [SQL], "application", "application"],
    ["Update", [SQL], "optional", "application"],
  ])("%s on %j: %s of the line %s", (subType, on, kind, line) => {
    expect(updateOn(compiled([documentOf("2026-01", [{ kb: "5074109", on, subType }])]), on[0] ?? "", "5074109")).toMatchObject({
      kind,
      line,
    });
  });

  it("a servicing stack is none", () => {
    expect(compiled([documentOf("2026-01", [{ kb: "5074109", on: [CLIENT], subType: "Servicing Stack Update" }])]).kbs).toEqual([]);
  });

  it("a KB for several families of builds stands for itself: Secure Boot's revocation lists", () => {
    const catalog = compiled([documentOf("2022-08", [{ kb: "5012170", on: [CLIENT, OLDER, SERVER], fixedBuild: "10.0.19041.1880" }])]);
    for (const name of [CLIENT, OLDER, SERVER])
      expect(updateOn(catalog, name, "5012170")).toMatchObject({ kind: "independent", revision: null });
  });

  it("a KB with more than ten times the rows elsewhere is foreign", () => {
    const rows = Array.from({ length: 11 }, () => ({ kb: "5018418", on: ["Windows 11 Version 21H2 for x64-based Systems"] }));
    expect(
      updateOn(compiled([documentOf("2022-10", [...rows, { kb: "5018418", on: [CLIENT_11] }])]), CLIENT_11, "5018418"),
    ).toBeUndefined();
    expect(
      updateOn(compiled([documentOf("2022-10", [...rows.slice(1), { kb: "5018418", on: [CLIENT_11] }])]), CLIENT_11, "5018418"),
    ).toMatchObject({ kind: "independent" });
  });

  it("an update that stops at a hotpatch's very build goes with it", () => {
    const hotpatch = { kb: "5072543", on: [CLIENT], subType: "Security Hotpatch Update", fixedBuild: "10.0.26100.7392" };
    const beside = { kb: "5074204", on: [CLIENT], fixedBuild: "10.0.26100.7392" };
    expect(updateOn(compiled([documentOf("2025-12", [hotpatch, beside])]), CLIENT, "5074204")).toMatchObject({ kind: "companion" });
  });
});

describe("where and when a KB belongs", () => {
  it("is the document with most of its rows, ties to the later; released on the first day of its CVEs there", () => {
    const row = { kb: "5074109", on: [CLIENT] };
    const most = compiled([documentOf("2026-01", [row, { ...row, published: "2026-01-13" }]), documentOf("2026-02", [row])]);
    const tie = compiled([documentOf("2026-02", [row]), documentOf("2026-01", [row])]);
    expect([most.documents[most.kbs[0]?.document ?? 9]?.id, tie.documents[tie.kbs[0]?.document ?? 9]?.id]).toEqual(["2026-01", "2026-02"]);
    expect([most.kbs[0]?.released, tie.kbs[0]?.released]).toEqual([20_463, 20_494]);
  });

  it("CVEs come before advisories, and a CVE without a day has that of its document", () => {
    const rows = [
      { kb: "5074109", on: [CLIENT], cve: "ADV260001", published: "2026-01-02" },
      { kb: "5074109", on: [CLIENT], published: "2026-01-13" },
      { kb: "5074110", on: [CLIENT], cve: "ADV260001", published: "2026-01-02" },
      { kb: "5074111", on: [CLIENT], published: "soon" },
    ];
    expect(compiled([documentOf("2026-01", rows)]).kbs.map(({ released }) => released)).toEqual([20_466, 20_455, 20_463]);
  });

  it("an older document with a rewritten row does not move it into the future", () => {
    const october = { kb: "5066835", on: [CLIENT], fixedBuild: "10.0.19045.6456" };
    const catalog = compiled([
      documentOf("2025-11", [{ kb: "5068781", on: [CLIENT], fixedBuild: "10.0.19045.6575", supersedes: ["5066835"] }]),
      documentOf("2025-12", [october]),
    ]);
    expect(updateOn(catalog, CLIENT, "5066835")?.month).toBe(2025 * 12 + 10);
  });
});

describe("what is merged", () => {
  it("a CVE of two documents was published on the earlier day, and is exploited if either says so", () => {
    const rows = (published: string): Row[] => [{ kb: "5074109", on: [CLIENT], cve: "CVE-2026-1", published }];
    const exploited = documentOf("2026-02", rows("2026-02-10"));
    const second = { ...exploited, vulnerabilities: exploited.vulnerabilities.map((row) => ({ ...row, exploited: true })) };
    expect(compiled([second, documentOf("2026-01", rows("2026-01-13"))]).cves).toMatchObject([
      { id: "CVE-2026-1", published: 20_466, exploited: true },
    ]);
  });

  it("two ids and two spellings of one name are one product", () => {
    const document = documentOf("2026-01", [
      { kb: "5074109", on: ["a"] },
      { kb: "5074110", on: ["b"] },
    ]);
    const catalog = compiled([
      {
        ...document,
        products: [
          ["a", "Windows Server 2022  (Server Core installation)"],
          ["b", "Windows Server 2022 (Server Core Installation)"],
        ],
      },
    ]);
    expect(catalog.products.map(({ name, updates }) => [name, updates.length])).toEqual([
      ["Windows Server 2022 (Server Core installation)", 2],
    ]);
  });

  it("errata put a build right, and a build above a later month's is none", () => {
    const rows = ["5004760", "5004945", "5004237"].map((kb, index) => ({
      kb,
      on: [CLIENT],
      fixedBuild: `10.0.19041.${[1052, 1803, 1110][index]}`,
    }));
    const documents = rows.map((row, index) => documentOf(`2021-0${5 + index}`, [row]));
    const revisions = (errata: Errata): unknown[] => rows.map(({ kb }) => updateOn(compiled(documents, errata), CLIENT, kb)?.revision);
    expect(revisions(NO_ERRATA)).toEqual([1052, null, 1110]);
    expect(revisions({ ...NO_ERRATA, revisions: new Map([["5004945", 1083]]) })).toEqual([1052, 1083, 1110]);
  });

  it("a mistyped version of an application is none", () => {
    const versions = ["15.0.2095.3", "15.0.9999.1", "15.0.2104.1"].map((fixedBuild, index) =>
      documentOf(`2023-0${1 + index}`, [{ kb: `502900${index}`, on: [SQL], fixedBuild }]),
    );
    expect(["5029000", "5029001", "5029002"].map((kb) => updateOn(compiled(versions), SQL, kb)?.version)).toEqual([
      "15.0.2095.3",
      null,
      "15.0.2104.1",
    ]);
  });

  it("of two severities the worse counts, and any is worse than none", () => {
    expect([worse("Low", "Moderate"), worse("Critical", "Important"), worse(null, "Low"), worse("Low", null), worse(null, null)]).toEqual([
      "Moderate",
      "Critical",
      "Low",
      "Low",
      null,
    ]);
  });

  it("a release history stands in an order of its own", () => {
    const line = (product: string, channel: "rollup" | "securityOnly"): CompiledCatalog["history"][number] => ({
      product,
      build: null,
      channel,
      releases: [],
    });
    const lines = [line("Windows Server 2012", "securityOnly"), line("Windows 7", "rollup"), line("Windows Server 2012", "rollup")];
    const history = compileCatalog([], { errata: NO_ERRATA, history: { lines } }).history;
    expect(history.map(({ product, channel }) => `${product} ${channel}`)).toEqual([
      "Windows 7 rollup",
      "Windows Server 2012 rollup",
      "Windows Server 2012 securityOnly",
    ]);
  });
});
