import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sharedFile } from "./shared-data.ts";

/** Rows that nothing here can break yet, and why. A row that gets its test is struck off. */
const notYet: Readonly<Record<string, string>> = {
  X73: "snapshots are not signed yet: documents come from MSRC itself, or from a folder that is trusted",
  J60: "history is kept, but no command shows it yet",
  "A01-A18": "archives are uploaded to the service; the command line refuses them by their kind (S14)",
};

const root = join(import.meta.dirname, "..");

/** The ids in the names of tests: those in strings of a test's source. */
function idsInTests(): ReadonlySet<string> {
  const files = ["src", "test"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => join(root, folder, name)),
  );
  const sources = files.filter((name) => name.endsWith(".test.ts") && !name.endsWith("case-rows.test.ts"));
  return new Set(sources.flatMap((name) => readFileSync(name, "utf8").match(/\b[XSCJA]\d{2}(?:-[XSCJA]\d{2})?\b/g) ?? []));
}

describe.each(["xml-cases.md", "inventory-cases.md"])("%s", (name) => {
  const path = sharedFile(`cases/${name}`);
  const text = path === undefined ? "" : readFileSync(path, "utf8");
  const rows = [...text.matchAll(/^\| (?<id>[XSCJA]\d{2}(?:-[XSCJA]\d{2})?) \|/gm)].map((match) => match.groups?.["id"] ?? "");

  test.skipIf(path === undefined)("every row has a test that names it, or a reason why it has none yet", () => {
    const tested = idsInTests();
    expect(rows.length).toBeGreaterThan(40);
    expect(rows.filter((id) => !tested.has(id) && notYet[id] === undefined)).toEqual([]);
    expect(rows.filter((id) => tested.has(id) && notYet[id] !== undefined)).toEqual([]);
  });
});
