import { describe, expect, it } from "vitest";
import { SLOW_MACHINE } from "../../../test/slow-machine.ts";
import type { UpdateDocument } from "../../domain/catalog/document.ts";
import type { CvrfDocument, CvrfRemediation, CvrfVulnerability } from "./cvrf-document.ts";
import { cvrfToUpdateDocument } from "./cvrf-to-update-document.ts";

const remediation: CvrfRemediation = {
  index: 0,
  description: "5031361",
  productIds: ["11568"],
  subType: "Security Update",
  supercedence: "5030214",
  fixedBuild: "10.0.17763.4974",
};
const vulnerability: CvrfVulnerability = {
  title: "About it",
  cve: "CVE-2023-41767",
  affected: ["11568", "11569"],
  severities: [{ description: "Important", productIds: ["11568"] }],
  exploitStatuses: [{ description: "Exploited:No", productIds: [] }],
  scores: [{ base: "8.1", vector: "CVSS:3.1/AV:N" }],
  remediations: [remediation],
  revisionDates: ["2023-10-10T07:00:00"],
};
const october: CvrfDocument = {
  id: "2023-Oct",
  alias: "2023-Oct",
  title: "October 2023 Security Updates",
  revisions: ["7"],
  initialRelease: "2023-10-10T07:00:00",
  currentRelease: "2023-10-18T00:00:00",
  products: [
    ["11568", "Windows 10 Version 1809 for 32-bit Systems"],
    ["11569", "Windows 10 Version 1809 for x64-based Systems"],
  ],
  vulnerabilities: [vulnerability],
  lines: new Map([["CurrentReleaseDate", 24]]),
};

const read = (change: Partial<CvrfDocument>): UpdateDocument => cvrfToUpdateDocument({ ...october, ...change }, "2023-Oct.xml");
const readVulnerability = (change: Partial<CvrfVulnerability>): UpdateDocument =>
  read({ vulnerabilities: [{ ...vulnerability, ...change }] });
const readFix = (change: Partial<CvrfRemediation>): UpdateDocument =>
  readVulnerability({ remediations: [{ ...remediation, index: 4, ...change }] });

describe("a document", () => {
  it("is its month, its last revision, and its times in UTC", () => {
    expect(read({})).toMatchObject({
      id: "2023-Oct",
      month: 2023 * 12 + 9,
      revision: "7",
      initialRelease: "2023-10-10T07:00:00Z",
      currentRelease: "2023-10-18T00:00:00Z",
      warnings: [],
    });
  });

  it.each([
    [["7"], "7"],
    [["1.9", "1.10"], "1.10"],
    [["3", "2", "1"], "3"],
    [[" 4 "], "4"],
  ])("X64: with revisions %j is at %s", (revisions, revision) => expect(read({ revisions }).revision).toBe(revision));

  it.each([[[]], [[""]], [["-1"]], [["1e9"]], [["０５"]], [["1", "x"]]])("X64: with revisions %j is refused", (revisions) => {
    expect(() => read({ revisions })).toThrow(
      expect.objectContaining({ code: "unreadable-input", place: { source: "2023-Oct.xml", field: "RevisionHistory" } }),
    );
  });

  it("X65: current to the year 2999 is refused, naming the line", () => {
    const place = { source: "2023-Oct.xml", field: "CurrentReleaseDate", line: 24 };
    expect(() => read({ currentRelease: "2999-01-01T00:00:00Z" })).toThrow(expect.objectContaining({ place }));
  });

  it("X65: current to a day before its first release is read with a warning", () => {
    expect(read({ currentRelease: "2023-10-08T00:00:00" }).warnings).toEqual([
      "CurrentReleaseDate: 2023-10-08T00:00:00Z is before the first release, 2023-10-10T07:00:00Z",
    ]);
  });

  it.each(["../2023-Oct", "", "<script>"])("X68: with the id %j is refused", (id) => {
    expect(() => read({ id })).toThrow(expect.objectContaining({ place: { source: "2023-Oct.xml", field: "ID" } }));
  });

  it("X26: that names a product id twice differently keeps the first name, with a warning", () => {
    const { products, warnings } = read({ products: [...october.products, ["11568", "Windows 11"]] });
    expect(products).toEqual(october.products);
    expect(warnings).toEqual([
      'ProductTree: product "11568" is "Windows 10 Version 1809 for 32-bit Systems" and "Windows 11": the first counts',
    ]);
  });

  it("X26: that names a CVE twice keeps the fixes of both, with a warning", () => {
    const { vulnerabilities, warnings } = read({ vulnerabilities: [vulnerability, vulnerability] });
    expect(vulnerabilities).toHaveLength(1);
    expect(vulnerabilities[0]?.fixes).toHaveLength(2);
    expect(warnings).toHaveLength(1);
  });

  it("X80: full of oddities warns of the first 200 and counts the others", () => {
    const remediations = Array.from({ length: 100_000 }, (_, index) => ({ ...remediation, index, description: "15498768" }));
    const { warnings } = readVulnerability({ remediations });
    expect(warnings).toHaveLength(201);
    expect(warnings.at(-1)).toBe("and 99800 more warnings");
  });
});

describe("a vulnerability", () => {
  it.each([
    [["2018-04-10T07:00:00Z", "2016-04-12T07:00:00Z"]],
    [["2016-04-12T07:00:00Z", "2018-04-10T07:00:00Z", "2017-01-10T08:00:00"]],
    [["2016-04-12T23:00:00-02:00", "2016-04-12T07:00:00Z", "2018-04-10T01:00:00Z"]],
  ])("is published on the first day of its history and updated on the last, wherever they stand: %j", (revisionDates) => {
    expect(readVulnerability({ revisionDates }).vulnerabilities[0]).toMatchObject({ published: "2016-04-12", updated: "2018-04-10" });
  });

  it("with one entry was updated on the day it was published", () => {
    expect(readVulnerability({}).vulnerabilities[0]).toMatchObject({ published: "2023-10-10", updated: "2023-10-10" });
  });

  it.each([[[]], [["soon"]]])("with the history %j has no day", (revisionDates) => {
    const [read] = readVulnerability({ revisionDates }).vulnerabilities;
    expect(read).not.toHaveProperty("published");
    expect(read).not.toHaveProperty("updated");
  });

  it("whose days are odd is warned of once a day", () => {
    expect(readVulnerability({ revisionDates: ["soon", "2016-04-12", "2999-01-01"] }).warnings).toEqual([
      'Vulnerability[0]: no date in "soon"',
      'Vulnerability[0]: no date in "2999-01-01"',
    ]);
  });

  it("was public before its fix where any of its exploit statuses says so", () => {
    const statusOf = (description: string) => ({ description, productIds: [] });
    const disclosed = (...words: string[]) => readVulnerability({ exploitStatuses: words.map(statusOf) }).vulnerabilities[0]?.disclosed;
    expect([disclosed(), disclosed("Publicly Disclosed:No"), disclosed("Publicly Disclosed:No", "Publicly Disclosed:Yes")]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it("has the highest of its scores", () => {
    const scores = [
      { base: "5.5", vector: "a" },
      { base: "9.8", vector: "b" },
      { base: "9.8", vector: "c" },
    ];
    expect(readVulnerability({ scores }).vulnerabilities[0]?.cvss).toEqual({ score: 9.8, vector: "b" });
  });

  it.each(["99", "-1", "NaN", "9,8", ""])("X86: with the score %j has none, with a warning", (base) => {
    const { vulnerabilities, warnings } = readVulnerability({ scores: [{ base, vector: "" }] });
    expect(vulnerabilities[0]).not.toHaveProperty("cvss");
    expect(warnings).toEqual([`Vulnerability[0]: no CVSS base score in ${JSON.stringify(base)}`]);
  });

  it("is graded for every affected product where the grade names none, but for those with a grade of their own", () => {
    const severities = [
      { description: "Low", productIds: [] },
      { description: "Important", productIds: ["11568"] },
    ];
    expect(readVulnerability({ severities }).vulnerabilities[0]?.severities).toEqual([
      ["11568", "Important"],
      ["11569", "Low"],
    ]);
  });

  it.each(["CVE-2024-1' OR 1=1", "CVE-2024-21626M", "x".repeat(10_240)])("X85: called %.20s is left out with a warning", (cve) => {
    const { vulnerabilities, warnings } = readVulnerability({ cve });
    expect(vulnerabilities).toEqual([]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.length).toBeLessThan(120);
  });

  it("X84: keeps a title with markup as it is", () => {
    const title = "<script>alert(1)</script></textarea><svg onload=x>";
    expect(readVulnerability({ title }).vulnerabilities[0]?.title).toBe(title);
  });
});

describe("a fix", () => {
  it("is a vendor fix with a KB, its products, and what it replaces", () => {
    expect(readFix({}).vulnerabilities[0]?.fixes).toEqual([
      { kb: "5031361", productIds: ["11568"], subType: "Security Update", supersedes: ["5030214"], fixedBuild: "10.0.17763.4974" },
    ]);
  });

  it.each(["15498768", "5034127;DROP", "５０３４１２７", "KB"])("X80: described as %j is none, with a warning", (description) => {
    const { vulnerabilities, warnings } = readFix({ description });
    expect(vulnerabilities[0]?.fixes).toEqual([]);
    expect(warnings).toEqual([`Vulnerability[0].Remediation[4]: no KB in ${JSON.stringify(description)}`]);
  });

  it("X81: of a chain of 100,000, with cycles and loops, takes no more than its length", () => {
    const start = performance.now();
    const remediations = Array.from({ length: 100_000 }, (_, index) => ({
      ...remediation,
      index,
      description: String(1_000_000 + index),
      supercedence: `${1_000_000 + index}; ${1_000_000 + ((index + 1) % 100_000)}`,
    }));
    const fixes = readVulnerability({ remediations }).vulnerabilities[0]?.fixes ?? [];
    expect(fixes).toHaveLength(100_000);
    expect(fixes.every((fix) => fix.supersedes.length === 1)).toBe(true);
    expect(performance.now() - start).toBeLessThan(2000 * SLOW_MACHINE);
  });

  it.each(["99999", "__proto__", "constructor", ""])("X82: is not for the product %j, which the tree does not have", (id) => {
    const { vulnerabilities, warnings } = readFix({ productIds: [id, "11568"] });
    expect(vulnerabilities[0]?.fixes[0]?.productIds).toEqual(["11568"]);
    expect(warnings).toEqual([`Vulnerability[0].Remediation[4]: product ${JSON.stringify(id)} is not in the product tree`]);
  });

  it("X82: for unknown products only is left out", () => {
    const { vulnerabilities, warnings } = readFix({ productIds: ["99999"] });
    expect(vulnerabilities[0]?.fixes).toEqual([]);
    expect(warnings.at(-1)).toBe("Vulnerability[0].Remediation[4]: KB5031361 is for no known product");
  });

  it.each(["10.0.19045.99999999999", "10.0", "10.0.19045"])("X89: with the build %s keeps it as spelt, with a warning", (fixedBuild) => {
    const { vulnerabilities, warnings } = readFix({ fixedBuild });
    expect(vulnerabilities[0]?.fixes[0]?.fixedBuild).toBe(fixedBuild);
    expect(warnings).toEqual([`Vulnerability[0].Remediation[4]: no build in ${JSON.stringify(fixedBuild)}`]);
  });

  it.each(["", "abc", "https://aka.ms/x", "96.0 1954.29", "124.0.6367.xxx", "> 21.08", "16.0.5413.1000", "6.1.9"])(
    "X89: with %j, which nobody would take for a build of Windows, keeps it in silence",
    (fixedBuild) => expect(readFix({ fixedBuild }).warnings).toEqual([]),
  );
});
