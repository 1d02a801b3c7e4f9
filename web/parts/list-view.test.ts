import { expect, test } from "vitest";
import { hasText, rankOf, sorted } from "./list-view.ts";
import { csvOf } from "./save.tsx";

const rows = [{ name: "pc-10" }, { name: "PC-9" }, { name: null }, { name: "pc-1" }];

test.each([
  ["name", ["pc-1", "PC-9", "pc-10", null]],
  ["-name", ["pc-10", "PC-9", "pc-1", null]],
])("by %s, as people count, and what is not known last", (sort, expected) => {
  expect(sorted(rows, sort, (row) => row.name).map(({ name }) => name)).toEqual(expected);
});

test("severities of MSRC and of CVSS have ranks", () => {
  const ranks = ["Critical", "High", "Important", "Moderate", "Medium", "Low", "None", null].map(rankOf);
  expect(ranks).toEqual([5, 4, 4, 3, 3, 2, 1, null]);
});

test("a search looks into every text, whatever its case", () => {
  expect([hasText(" KB50 ", "kb5001"), hasText("", "x"), hasText("y", "x", "Y"), hasText("z", "x")]).toEqual([true, true, true, false]);
});

test("a file of rows has the names of the columns first, and no formulas", () => {
  expect(csvOf([{ name: "=1+1", count: -1, note: null }])).toBe('\ufeffname,count,note\r\n"\'=1+1",-1,\r\n');
});
