import { describe, expect, it } from "vitest";
import { isNumberlessEntry, kbsNamedIn, parseKbEntry } from "./kb-entry.ts";

describe("an entry of a hotfix list", () => {
  it.each([
    ["KB5034127", "5034127"],
    ["kb5034127", "5034127"],
    ["5034127", "5034127"],
    ["KB 5034127", "5034127"],
    [" KB5034127 ", "5034127"],
    ["KB5034127-v2", "5034127"],
    ["KB2705219-v2 - Update", "2705219"],
    ["KB2510531-IE8 - Update", "2510531"],
    ["KB975558_WM8", "975558"],
    ["KB976902 (x64)", "976902"],
  ])("S08: %j is KB %s", (entry, kb) => {
    expect(parseKbEntry(entry)).toBe(kb);
  });

  it.each([
    "",
    "KB",
    "KB2862",
    "KB50341271",
    "KB９７６９０２",
    "KB5034127abc",
    "File 1",
    "Update",
    "Q147222",
    "N/A",
    "5034127-v2x9",
    "KB0x4CD",
    "KB-5034127",
    "x".repeat(50_000),
  ])("S08: %j names no KB", (entry) => {
    expect(parseKbEntry(entry)).toBeUndefined();
  });

  it("of XP may name a file or an article from before there were KBs", () => {
    expect(["File 1", "Q147222", "Update"].map(isNumberlessEntry)).toEqual([true, true, false]);
  });

  it("may stand inside a longer name", () => {
    expect(kbsNamedIn("Security Update for Windows (KB4487038), see ?kbid=4487038 and KB4487038")).toEqual(["4487038"]);
    expect(kbsNamedIn("XKB4487038 KB44870381")).toEqual([]);
  });
});
