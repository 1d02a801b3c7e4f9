import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { UpdateDocument } from "../../src/domain/catalog/document.ts";
import { msrcFiles } from "../../src/feeds/msrc/msrc-files.ts";
import { readCvrf } from "../../src/feeds/msrc/read-cvrf.ts";
import { sharedFile } from "../shared-data.ts";
import { cvrfJsonOfXml } from "./cvrf-json-of-xml.ts";

const folder = sharedFile("data/msrc-cvrf");

async function readAll(): Promise<ReadonlyMap<string, UpdateDocument>> {
  const feed = msrcFiles(folder ?? "");
  const documents = new Map<string, UpdateDocument>();
  for (const reference of await feed.list([])) documents.set(basename(reference.location), (await feed.read(reference)).document);
  return documents;
}

describe.skipIf(folder === undefined)("Microsoft's documents (skipped where the shared data is absent)", async () => {
  const documents = folder === undefined ? new Map<string, UpdateDocument>() : await readAll();
  const real = [...documents].filter(([name]) => !name.includes("reconstructed")).map(([, document]) => document);
  const fixesOf = ({ vulnerabilities }: UpdateDocument): UpdateDocument["vulnerabilities"][number]["fixes"] =>
    vulnerabilities.flatMap(({ fixes }) => fixes);

  // counted by another program over the same files
  it("are 107, and one made of facts", () => {
    expect(real).toHaveLength(107);
    expect(documents.size).toBe(108);
  });

  it("hold 101,397 fixes with a KB, of 4,560 KBs", () => {
    const fixes = [...documents.values()].flatMap(fixesOf);
    expect(fixes).toHaveLength(101_397);
    expect(new Set(fixes.map(({ kb }) => kb)).size).toBe(4560);
  });

  it("hold 10,204 vulnerabilities, 141 of them exploited", () => {
    const vulnerabilities = [...documents.values()].flatMap((document) => document.vulnerabilities);
    expect(vulnerabilities).toHaveLength(10_204);
    expect(vulnerabilities.filter(({ exploited }) => exploited)).toHaveLength(141);
    expect(vulnerabilities.filter(({ published }) => published === undefined)).toEqual([]);
  });

  // counted by another program, too
  it("hold 248 vulnerabilities that were public before their fix, and 1,663 updated after the day they were published", () => {
    const vulnerabilities = [...documents.values()].flatMap((document) => document.vulnerabilities);
    expect(vulnerabilities.filter(({ disclosed }) => disclosed)).toHaveLength(248);
    expect(vulnerabilities.filter(({ published = "", updated = "" }) => updated > published)).toHaveLength(1663);
    expect(vulnerabilities.filter(({ published = "", updated = "" }) => updated < published)).toEqual([]);
  });

  it("lose nothing of the one with default namespaces", () => {
    const december = real.find(({ id }) => id === "2023-Dec");
    expect(december?.products.length).toBeGreaterThan(50);
    expect(december === undefined ? 0 : fixesOf(december).length).toBeGreaterThan(300);
  });

  it.each([
    ["cvrfDocument-2018-Feb.xml.gz", "2018-Feb", 2018 * 12 + 1],
    ["cvrfDocument-2017-May-B.xml.gz", "2017-May-B", 2017 * 12 + 4],
    ["cvrfDocument-Oct-OOB.xml.gz", "Oct-OOB", 2016 * 12 + 9],
  ])("with the odd name %s is %s", (name, id, month) => expect(documents.get(name)).toMatchObject({ id, month }));

  it("give no reason to warn but these", () => {
    expect([...documents.values()].flatMap(({ id, warnings }) => warnings.map((warning) => `${id} ${warning}`))).toEqual([
      '2022-Sep Vulnerability[84].Remediation[0]: no KB in "15498768"',
      '2023-Aug Vulnerability[52].Remediation[15]: no build in "10.0.0.0"',
      '2023-Aug Vulnerability[83].Remediation[6]: no build in "10.0.60910"',
      "2023-Jul CurrentReleaseDate: 2023-07-08T00:00:00Z is before the first release, 2023-07-11T07:00:00Z",
      "2024-Feb CurrentReleaseDate: 2024-02-10T00:00:00Z is before the first release, 2024-02-13T08:00:00Z",
      '2024-Feb Vulnerability[1]: no CVE or advisory in "CVE-2024-21626M"',
      '2026-Feb Vulnerability[74].Remediation[0]: no build in "10.0.3"',
      '2026-Mar Vulnerability[313].Remediation[0]: no build in "10.0.4"',
      '2026-Mar Vulnerability[316].Remediation[2]: no build in "10.0.4"',
      '2026-Mar Vulnerability[389].Remediation[4]: no build in "10.0.4"',
    ]);
  });

  it.each(["2016-Apr", "2018-Feb", "2020-Mar.reconstructed", "2023-Dec", "2024-Feb", "2026-Mar", "Oct-OOB"])(
    "are understood the same as JSON: %s",
    (month) => {
      const name = `cvrfDocument-${month}.xml.gz`;
      const json = cvrfJsonOfXml(gunzipSync(readFileSync(`${folder}/${name}`)).toString("utf8"));
      expect(readCvrf(Buffer.from(json), `${month}.json`).document).toEqual(documents.get(name));
    },
  );
});
