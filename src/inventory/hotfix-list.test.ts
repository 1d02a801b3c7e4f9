import { describe, expect, it } from "vitest";
import type { InventoryFragment } from "./format.ts";
import { hotfixList } from "./hotfix-list.ts";

const read = (text: string) => {
  expect(hotfixList.looksLike(text)).toBe(true);
  return hotfixList.parse(text, "h.txt");
};
const kbsOf = (text: string): InventoryFragment["installedKbs"] => read(text).fragments[0]?.installedKbs;

describe("a hotfix list", () => {
  it.each([
    ["commas", "PSComputerName,HotFixID\r\nPC-1,KB5026361\r\nPC-1,KB5012170\r\n"],
    ["semicolons", "HotFixID;InstalledOn\r\nKB5026361;1.1.2023\r\nKB5012170;2.1.2023\r\n"],
    ["tabs", "Source\tHotFixID\nPC-1\tKB5026361\nPC-1\tKB5012170\n"],
    ["sep= and quotes", 'sep=;\r\n"HotFixID";"Description"\r\n"KB5026361";"a;b\r\n""c"""\r\n"KB5012170";""\r\n'],
    ["a #TYPE line", '#TYPE Selected.ManagementObject\r\n"HotFixID"\r\n"KB5026361"\r\n"KB5012170"\r\n'],
    ["other column orders and names", "InstalledOn,hotfix_id,Node\nx,5026361,PC-1\ny,KB5012170-v2,PC-1\n"],
    ["a header in another language", "Rechner,Artikel,Installiert\nPC-1,KB5026361,1.1.2023\nPC-1,KB5012170,\n"],
    ["wmic /format:csv", "\r\r\nNode,CSName,Description,HotFixID\r\r\nPC-1,PC-1,Update,KB5026361\r\r\nPC-1,PC-1,Update,KB5012170\r\r\n"],
    ["hostile names of columns", "__proto__,constructor,HotFixID\n1,2,KB5026361\n3,4,KB5012170\n"],
    ["bare KBs", "KB5026361\nKB5012170\n"],
    ["a single column of a table", "HotFixID   \r\r\nKB5026361  \r\r\nKB5012170  \r\r\n"],
    [
      "a table with shifted wide characters",
      "Description      HotFixID      InstalledBy\n安全更新     KB5026361     SYSTEM\n更新           KB5012170     SYSTEM\n",
    ],
    ["JSON of Windows PowerShell", '{"value":[{"HotFixID":"KB5026361"},{"HotFixID":"KB5012170"}],"Count":2}'],
    [
      "a DISM table",
      "Package_for_KB5026361~31bf3856ad364e35~amd64~~19041.1.1.0 | Installed | Update\nPackage_for_KB5012170~31bf3856ad364e35~amd64~~19041.1.1.0 | Superseded | Update\n",
    ],
  ])("C01, C04: is read with %s", (_, text) => {
    expect(kbsOf(text)).toEqual(["5026361", "5012170"]);
    expect(read(text).problems).toEqual([]);
  });

  it.each([
    ["a blank file of wmic", "\r\n", null],
    ["a header without rows", "HotFixID,InstalledOn\r\n", null],
    ["a table without rows", "Source  Description  HotFixID\r\n------  -----------  --------\r\n", null],
    ["rows without a KB", "HotFixID,InstalledOn\nUpdate,1\n", null],
    ["a single JSON hotfix without its id", '{"HotFixID":null}', null],
    ["wmic's own word for none", "No Instance(s) Available.\r\n", []],
  ])("says nothing more than it does: %s", (_, text, installedKbs) => {
    expect(kbsOf(text)).toEqual(installedKbs);
  });

  it("is one list per machine where it names machines, whatever their case", () => {
    const { fragments } = read("CSName,HotFixID\nPC-1,KB5026361\nPC-2,KB5012170\npc-1,KB5022497\n");
    expect(fragments.map(({ deviceName, installedKbs }) => [deviceName, installedKbs])).toEqual([
      ["PC-1", ["5026361", "5022497"]],
      ["PC-2", ["5012170"]],
    ]);
  });

  it("believes CSName before what was typed to reach the machine", () => {
    expect(read("Source,PSComputerName,CSName,HotFixID\n10.0.0.7,localhost,PC-1,KB5026361\n").fragments[0]?.deviceName).toBe("PC-1");
  });

  it("says what is installed, not what an export lists as needed", () => {
    const { fragments, problems } = read("KB,Title,Status\nKB5026361,a,Needed\nKB5012170,b,Installed\nKB5022497,c,\n");
    expect(fragments[0]?.installedKbs).toEqual(["5012170", "5022497"]);
    expect(problems).toMatchObject([{ line: 2 }]);
  });

  it("of localhost names no machine", () => {
    expect(read("PSComputerName,HotFixID\nlocalhost,KB5026361\n").fragments[0]?.deviceName).toBeUndefined();
  });

  it("of offered updates is not taken for installed ones", () => {
    expect(read("KB5026361: 2023-05 Cumulative Update\nKB890830: Malicious Software Removal Tool\n").fragments).toEqual([
      { offeredKbs: ["5026361", "890830"], notes: [] },
    ]);
  });

  it("of XP names the KB of a file entry in another column", () => {
    const text = "CSName  HotFixID  ServicePackInEffect\nXP      File 1    KB2115168\nXP      File 1    \nXP      KB2564958 SP4\n";
    const { fragments, problems } = read(text);
    expect(fragments[0]).toMatchObject({ deviceName: "XP", installedKbs: ["2115168", "2564958"] });
    expect(problems).toEqual([]);
  });

  it.each([
    ["a row that is too short", "Node,HotFixID\nPC-1,KB5026361\nPC-1\n", 3],
    ["a row that is too long", "Node,HotFixID\nPC-1,KB5026361\nPC-1,KB5012170,more\n", 3],
    ["a cell that is no KB", "Node,HotFixID\nPC-1,KB5026361\nPC-1,KB９９９９９９\n", 3],
    ["a NUL", "Node,HotFixID\nPC-1,KB5026361\nPC\0-1,KB5026361\n", 3],
    ["a mark in the middle", "Node,HotFixID\nPC-1,KB5026361\n\uFEFFPC-1,KB5026361\n", 3],
    ["half a surrogate pair", "Node,HotFixID\nPC-1,KB5026361\n\uD800,KB5026361\n", 3],
  ])("C03, C09: tells the line of %s and keeps the rest", (_, text, line) => {
    const { fragments, problems } = read(text);
    expect(fragments[0]?.installedKbs).toEqual(["5026361"]);
    expect(problems).toMatchObject([{ source: "h.txt", line }]);
  });

  it.each([
    ["an open quote", 'HotFixID,Description\nKB5026361,"never closed\nKB5012170,x\n', "never closed"],
    ["two columns of the same name", "HotFixID,HotFixID\nKB5026361,KB5012170\n", "more than one column"],
    ["two columns of KBs under unknown names", "A,B\nKB5026361,KB5012170\n", "more than one column"],
  ])("C02, C03: with %s is refused", (_, text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it("C04: is not found in a table without KBs", () => {
    expect(hotfixList.looksLike("__proto__,constructor,hostname\n1,2,3\n")).toBe(false);
  });

  it("of DISM counts what is in effect, and says what it cannot name", () => {
    const list = (state: string): string =>
      `Package Identity : Package_for_KB5022497~31bf3856ad364e35~amd64~~22621.1344.1.0\nState : ${state}\n`;
    const rollup = "Package Identity : Package_for_RollupFix~31bf3856ad364e35~amd64~~22621.1702.1.13\nState : Installed\n";
    expect(read(list("Staged") + rollup).fragments[0]).toMatchObject({ installedKbs: [], notes: [expect.stringContaining("22621.1702")] });
    expect(read(list("Installiert") + rollup).problems).toMatchObject([{ line: 1 }]);
    expect(kbsOf(list("Staged"))).toBeNull();
  });
});
