import { describe, expect, it } from "vitest";
import type { CvrfDocument } from "./cvrf-document.ts";
import { readCvrfJson } from "./cvrf-json.ts";

const remediation = {
  Description: { Value: "5031361" },
  Supercedence: "5030214",
  ProductID: ["11568"],
  Type: 2,
  SubType: "Security Update",
  FixedBuild: "10.0.17763.4974",
};
const vulnerability = {
  Title: { Value: "About it" },
  CVE: "CVE-2023-41767",
  ProductStatuses: [{ ProductID: ["11568"], Type: 3 }],
  Threats: [
    { Description: { Value: "Remote Code Execution" }, ProductID: ["11568"], Type: 0 },
    { Description: { Value: "Important" }, ProductID: ["11568"], Type: 3 },
    { Description: { Value: "Exploited:No" }, Type: 1 },
  ],
  CVSSScoreSets: [{ BaseScore: 8.1, Vector: "CVSS:3.1/AV:N", ProductID: ["11568"] }],
  Remediations: [remediation],
  RevisionHistory: [{ Number: "1.0", Date: "2023-10-10T07:00:00Z" }],
};
const product = { ProductID: "11568", Value: "Windows 10 Version 1809 for 32-bit Systems" };
const october = {
  DocumentTitle: { Value: "October 2023 Security Updates" },
  DocumentTracking: {
    Identification: { ID: { Value: "2023-Oct" }, Alias: { Value: "2023-Oct" } },
    RevisionHistory: [{ Number: "62", Date: "2023-10-10T07:00:00" }],
    InitialReleaseDate: "2023-10-10T07:00:00",
    CurrentReleaseDate: "2023-11-03T07:00:00",
  },
  ProductTree: {
    Branch: [{ Items: [{ Items: [product], Type: 1, Name: "Windows" }], Type: 0, Name: "Microsoft" }],
    FullProductName: [product],
  },
  Vulnerability: [vulnerability],
};

const readText = (text: string): CvrfDocument => readCvrfJson(Buffer.from(text), "2023-Oct.json");
const read = (change: object): CvrfDocument => readText(JSON.stringify({ ...october, ...change }));
const readVulnerability = (change: object): CvrfDocument => read({ Vulnerability: [{ ...vulnerability, ...change }] });
const readRemediation = (change: object): CvrfDocument => readVulnerability({ Remediations: [{ Type: 5 }, { ...remediation, ...change }] });

describe("the JSON form", () => {
  it("says what the XML form says", () => {
    expect(read({})).toEqual({
      id: "2023-Oct",
      alias: "2023-Oct",
      title: "October 2023 Security Updates",
      revisions: ["62"],
      initialRelease: "2023-10-10T07:00:00",
      currentRelease: "2023-11-03T07:00:00",
      products: [
        ["11568", "Windows 10 Version 1809 for 32-bit Systems"],
        ["11568", "Windows 10 Version 1809 for 32-bit Systems"],
      ],
      vulnerabilities: [
        {
          title: "About it",
          cve: "CVE-2023-41767",
          affected: ["11568"],
          severities: [{ description: "Important", productIds: ["11568"] }],
          exploitStatuses: [{ description: "Exploited:No", productIds: [] }],
          scores: [{ base: "8.1", vector: "CVSS:3.1/AV:N" }],
          remediations: [
            {
              index: 0,
              description: "5031361",
              productIds: ["11568"],
              subType: "Security Update",
              supercedence: "5030214",
              fixedBuild: "10.0.17763.4974",
            },
          ],
          revisionDates: ["2023-10-10T07:00:00Z"],
        },
      ],
      lines: new Map(),
    });
  });

  it.each([[undefined], [null], [{}]])("may leave members out as %j", (nothing) => {
    const document = readRemediation({
      Supercedence: nothing,
      SubType: nothing,
      FixedBuild: nothing,
      ProductID: nothing,
      Description: nothing,
    });
    expect(document.vulnerabilities[0]?.remediations).toEqual([
      { index: 1, description: "", productIds: [], subType: "", supercedence: "", fixedBuild: "" },
    ]);
    const bare = readVulnerability({
      Title: nothing,
      Threats: nothing,
      CVSSScoreSets: nothing,
      Remediations: nothing,
      RevisionHistory: nothing,
      ProductStatuses: nothing,
    });
    expect(bare.vulnerabilities).toHaveLength(1);
    expect(read({ Vulnerability: nothing, ProductTree: nothing, DocumentTitle: nothing })).toMatchObject({
      title: "",
      products: [],
      vulnerabilities: [],
    });
  });

  it("X82: takes __proto__ and constructor for names like any other", () => {
    const text = JSON.stringify(october).replace(
      '"Vulnerability":',
      '"__proto__": {"Vulnerability": [{}], "polluted": 1}, "constructor": {"prototype": {}}, "Vulnerability":',
    );
    expect(readText(text)).toEqual(read({}));
    expect(Object.prototype).not.toHaveProperty("polluted");
    expect(() => readText('{"__proto__": {"DocumentTracking": {"Identification": {"ID": "2023-Oct"}}}}')).toThrow("not a CVRF document");
  });

  it.each([
    [{ Vulnerability: "none" }, "Vulnerability", "a list"],
    [{ Vulnerability: [1] }, "Vulnerability[0]", "an object"],
    [{ ProductTree: [] }, "ProductTree", "an object"],
    [{ ProductTree: { FullProductName: [{ ProductID: 11_568 }] } }, "ProductTree.FullProductName[0].ProductID", "a text"],
    [{ DocumentTitle: { Value: ["x"] } }, "DocumentTitle", "a text"],
    [{ DocumentTitle: "\u0000" }, "DocumentTitle", "a text without control characters"],
    [{ DocumentTitle: "\ud800" }, "DocumentTitle", "a text without control characters"],
    [{ DocumentTitle: "x".repeat(1_048_577) }, "DocumentTitle", "a text of up to 1048576 characters"],
  ])("that is not in shape is refused, naming the field: %.60j", (change, field, wanted) => {
    expect(() => read(change)).toThrow(
      expect.objectContaining({
        code: "unreadable-input",
        message: `unexpected JSON: ${field} is not ${wanted}`,
        place: { source: "2023-Oct.json", field },
      }),
    );
  });

  it.each([
    [{ ProductID: "11568" }, "ProductID", "a list"],
    [{ ProductID: [["11568"]] }, "ProductID[0]", "a text"],
    [{ Type: "Vendor Fix" }, "Type", "a number"],
    [{ FixedBuild: 10 }, "FixedBuild", "a text"],
  ])("with a remediation that is not in shape is refused, naming the field: %j", (change, member, wanted) => {
    const field = `Vulnerability[0].Remediations[1].${member}`;
    expect(() => readRemediation(change)).toThrow(`unexpected JSON: ${field} is not ${wanted}`);
  });

  it("that is not well-formed is refused, naming the line and quoting nothing", () => {
    const broken = JSON.stringify(october, null, 1).replace('"Vulnerability": [', '"Vulnerability": [,');
    const line = broken.slice(0, broken.indexOf("[,")).split("\n").length;
    expect(() => readText(broken)).toThrow(
      expect.objectContaining({ message: "not well-formed JSON", place: { source: "2023-Oct.json", line } }),
    );
  });

  it.each([['{"a": "\\\\"'], ['{"a": "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}'], ['{"a": "\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}']])(
    "counts no bracket inside of a text: %s",
    (text) => expect(() => readText(text)).toThrow(/not well-formed JSON|no DocumentTracking/),
  );
});
