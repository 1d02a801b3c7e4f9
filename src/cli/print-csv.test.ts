import { expect, test } from "vitest";
import { printCsv } from "./print-csv.ts";

test.each([
  ["PC-01", "PC-01"],
  ["", ""],
  ["a,b", '"a,b"'],
  ['a"b', '"a""b"'],
  ["a\r\nb", '"a\r\nb"'],
  ["=1+1", `"'=1+1"`],
  ['=HYPERLINK("http://evil","x")', `"'=HYPERLINK(""http://evil"",""x"")"`],
  ["=cmd|'/c calc'!A0", `"'=cmd|'/c calc'!A0"`],
  ["@SUM(1)", `"'@SUM(1)"`],
  ["-2+3", `"'-2+3"`],
  ["+x", `"'+x"`],
  ["\tfirst", `"'\tfirst"`],
  ["\rfirst", `"'\rfirst"`],
  ["＝1", `"'＝1"`],
  ["'=1", `"''=1"`],
  ["O'Brien", "O'Brien"],
  ["'quoted'", "'quoted'"],
])("C06, C07: %j is written as %j", (cell, written) => {
  expect(printCsv([[cell]])).toBe(`${written}\r\n`);
});

test("numbers stay numbers, nothing is an empty cell", () => {
  expect(printCsv([[-5, null, true]])).toBe("-5,,true\r\n");
});
