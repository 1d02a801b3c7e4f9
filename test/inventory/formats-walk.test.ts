import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decodeText } from "../../src/inventory/decode-text.ts";
import { FORMATS, formatNamed, recognise } from "../../src/inventory/formats.ts";
import { LIMITS } from "../../src/inventory/limits.ts";

const fixtures = join(import.meta.dirname, "..", "fixtures", "inventories");
const docs = readFileSync(join(import.meta.dirname, "..", "..", "docs", "inventories.md"), "utf8");

const FORMAT_OF_FIXTURE: Readonly<Record<string, string>> = {
  "computer-info.json": "computer-info",
  "dism-packages.txt": "hotfix-list",
  "get-hotfix-list.txt": "hotfix-list",
  "get-hotfix-table.txt": "hotfix-list",
  "get-hotfix.csv": "hotfix-list",
  "get-hotfix.json": "hotfix-list",
  "native-array.json": "native",
  "native.json": "native",
  "native.ndjson": "native",
  "offered.txt": "hotfix-list",
  "osquery-patches.json": "osquery",
  "osquery.json": "osquery",
  "osqueryd.ndjson": "osquery",
  "systeminfo-de.txt": "systeminfo",
  "systeminfo.txt": "systeminfo",
  "translated-header.csv": "hotfix-list",
  "wmic-qfe-ids.txt": "hotfix-list",
  "wmic-qfe-list.txt": "hotfix-list",
  "wmic-qfe-table.txt": "hotfix-list",
};

const files = readdirSync(fixtures).filter((name) => !name.startsWith("."));

describe("every inventory format", () => {
  it("has its fixtures, and every fixture its format", () => {
    expect(files.sort()).toEqual(Object.keys(FORMAT_OF_FIXTURE).sort());
    expect([...new Set(Object.values(FORMAT_OF_FIXTURE))].sort()).toEqual(FORMATS.map((format) => format.name).sort());
  });

  it.each(FORMATS.map((format) => format.name))("%s has a section in the docs", (name) => {
    expect(docs).toMatch(new RegExp(`^## .*\\(\`${name}\`\\)$`, "m"));
  });

  it.each(FORMATS.map((format) => format.name))("%s is found by its name", (name) => {
    expect(formatNamed(name)?.name).toBe(name);
  });

  it.each(files)("%s is claimed by one format and read by it without a problem", (file) => {
    const { text } = decodeText(readFileSync(join(fixtures, file)), file);
    expect(FORMATS.filter((format) => format.looksLike(text)).map((format) => format.name)).toEqual([FORMAT_OF_FIXTURE[file]]);
    const parsed = recognise(text)?.parse(text, file);
    expect(parsed?.fragments.length).toBeGreaterThan(0);
    expect(parsed?.problems).toEqual([]);
  });

  it.each(["", " ", "\n\n \n", "hello", "{}", "[]", "null", "true", "a,b\n1,2\n"])("none claims %j", (text) => {
    expect(recognise(text)).toBeUndefined();
  });

  it("is shown in the docs as it is read: the native example", () => {
    const example = /```json\n(\{ "schema"[\s\S]*?)```/.exec(docs)?.[1] ?? "";
    expect(recognise(example)?.parse(example, "docs")).toMatchObject({ fragments: [{ installedKbs: ["5026361"] }], problems: [] });
  });

  it("is limited as the docs say", () => {
    for (const limit of Object.values(LIMITS)) expect(docs).toContain(printed(limit));
  });
});

/** 16777216 as 16 MiB, 200000 as 200,000. */
function printed(limit: number): string {
  return limit % 1_048_576 === 0 ? `${limit / 1_048_576} MiB` : limit.toLocaleString("en-US");
}
