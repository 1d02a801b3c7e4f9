import { describe, expect, it } from "vitest";
import { ProductError } from "../../src/domain/errors.ts";
import { recognise } from "../../src/inventory/formats.ts";
import { type ReadInventories, readInventories } from "../../src/inventory/read-inventories.ts";
import { SLOW_MACHINE } from "../slow-machine.ts";

// biome-ignore format: a list of names reads better dense
const NAMES = [
  "PC-01", "pc-01", "a".repeat(255), "O'Brien", 'a"b', "a\\b", "a%b_c", "../../etc/passwd", "CON", "a;b", "$(id)", "`id`", "$\u007B7*7}", "{{7*7}}", "%s%n",
  "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</script><svg onload=alert(1)>", "javascript:alert(1)", "&lt;b&gt;", "=1+1", "-1", "@x", "+x",
  "\tfirst", "a\r\nb", "a\0b", "\x1b[31m", "\x07", "pc\u202Eexe", "a\u200Bb", "\uFEFFpc", `a${"\u0301".repeat(200)}`, "\u00E9", "e\u0301", "İI", "ß", "ﬀ", "РС-01", "ＰＣ",
  "👩‍👩‍👧", "xn--bcher-kva", "null", "undefined", "NaN", "true", "0", "__proto__", "constructor", "toString", "id", "value", "@odata.nextLink",
];

const read = (text: string | Buffer, source = "f"): ReadInventories => readInventories([{ source, bytes: Buffer.from(text as string) }]);
const nativeOf = (deviceName: string): string => JSON.stringify({ deviceName, os: { build: 19045 }, installedKbs: [] });

describe("device names", () => {
  it.each(NAMES)("%j is kept exactly", (name) => {
    expect(read(nativeOf(name)).devices[0]?.deviceName).toBe(name);
    expect(read(`${nativeOf(name)}\n${nativeOf("second")}\n`).devices[0]?.deviceName).toBe(name);
  });

  it.each(NAMES.filter((name) => !/[\t\r\n]/.test(name)))("%j is kept exactly by systeminfo", (name) => {
    const text = `Host Name: ${name}\nOS Name: Microsoft Windows 10 Pro\nOS Version: 10.0.19045 N/A Build 19045\nLogon Server: \\\\x\nHotfix(s): N/A\nNetwork Card(s): N/A\n`;
    expect(read(text).devices[0]?.deviceName).toBe(name);
  });

  it.each(["", " ", "a".repeat(256), "x".repeat(65_536), `a${"\u0301".repeat(500)}`, "\uD800"])("%j is refused", (name) => {
    expect(() => read(nativeOf(name))).toThrow(
      expect.objectContaining({ code: "unreadable-input", place: { source: "f", field: "deviceName" } }),
    );
  });
});

describe("J01-J46: the bodies of a hostile check-in, as files", () => {
  const bodies: readonly (readonly [string, string | Buffer])[] = [
    ["empty", ""],
    ["brace", "{"],
    ["comma", '{"a":1,}'],
    ["nan", '{"a":NaN}'],
    ["null", "null"],
    ["string", '"x"'],
    ["true", "true"],
    ["utf16", Buffer.from("fffe7b007d00", "hex")],
    ["surrogate", '{"hostname":"\\ud800"}'],
    ["deep100", `${"[".repeat(100)}${"]".repeat(100)}`],
    ["deep1m", "[".repeat(1_000_000)],
    ["proto", '{"__proto__":{"isAdmin":true,"tenantId":"T2"},"hostname":"p1"}'],
    ["protokb", '{"hostname":"p3","kbs":{"__proto__":[]}}'],
    ["protokb in our own words", '{"deviceName":"p3","os":{"build":19045},"installedKbs":{"__proto__":[]}}'],
    ["bigint", '{"deviceName":"x","os":{"build":123456789012345678901234567890},"installedKbs":[]}'],
    ["floatbuild", '{"deviceName":"x","os":{"build":19045.5},"installedKbs":[]}'],
    ["typekbs", '{"deviceName":"x","os":{"build":19045},"installedKbs":"KB1"}'],
    [
      "kb100k",
      JSON.stringify({ deviceName: "x", os: { build: 19045 }, installedKbs: Array.from({ length: 100_000 }, (_, i) => `KB${i}`) }),
    ],
    ["baddate", '{"deviceName":"x","os":{"build":19045},"installedKbs":[],"collectedAt":"2024-02-30"}'],
  ];

  it.each(bodies)("%s is refused", (_, body) => {
    expect(() => read(body)).toThrow(ProductError);
    expect(({} as Record<string, unknown>)["isAdmin"]).toBeUndefined();
  });

  it.each([
    ["mass", { tenantId: "T2", id: "M2", role: "admin", riskScore: "Low", missingKbs: [] }],
    ["future", { collectedAt: "2999-01-01T00:00:00Z" }],
  ])("%s is read, and what is not ours is not", (_, members) => {
    const { devices } = read(JSON.stringify({ deviceName: "m1", os: { build: 19045 }, installedKbs: [], ...members }));
    expect(Object.keys(devices[0] ?? {}).filter((name) => ["tenantId", "id", "role", "riskScore", "missingKbs"].includes(name))).toEqual(
      [],
    );
  });
});

describe("S12, C02: texts made to take long", () => {
  const host = "OS Name: Microsoft Windows 10 Pro\nOS Version: 10.0.19045 N/A Build 19045\n";
  const spaces = " ".repeat(50_000);
  it.each([
    ["spaces before a colon", `Host Name${spaces}: PC\n${host}`],
    ["spaces after a colon", `Host Name:${spaces}PC\n${host}`],
    ["spaces in a version", `Host Name: PC\nOS Name: Windows\nOS Version: 10.0.19045${spaces}19045${spaces}x\n`],
    ["spaces in a caption", `Host Name: PC\nOS Name: Microsoft${spaces}Windows\nOS Version: 10.0.19045 N/A Build 19045\n`],
    ["unreadable bytes in a caption", `Host Name: PC\nOS Name: ${"\uFFFD".repeat(50_000)}\nOS Version: 10.0.19045 N/A Build 19045\n`],
    ["colons", `${":".repeat(50_000)}\n${host}`],
    ["labels of colons", `a${":".repeat(50_000)}\n${host}`],
    ["brackets", `${"(".repeat(50_000)}\n${"[01]".repeat(50_000)}\n${host}`],
    ["an entry of spaces", `Host Name: PC\n${host}Hotfix(s): 1\n   [01]: KB5026361${spaces}-${spaces}-\nNetwork:\n`],
    ["digits", `Host Name: PC\n${host}Hotfix(s): ${"1".repeat(50_000)}\nNetwork:\n`],
    ["a header of words", `${"a ".repeat(25_000)}HotFixID\n`],
    ["a header of spaces", `HotFixID${spaces}x\nKB5026361${spaces}\n`],
    ["quotes", `HotFixID,"${'""'.repeat(50_000)}"\nKB5026361,x\n`],
    ["an open quote", `HotFixID,x\n"${"a".repeat(500_000)}`],
    ["properties of spaces", `HotFixID${spaces}: KB5026361\n`],
    ["dashes", `HotFixID\n${"-".repeat(50_000)}x\n`],
    ["packages", `Package_for_${"A".repeat(50_000)}\n${"Package_for_".repeat(5_000)}\n`],
    ["braces", `${"{".repeat(200_000)}`],
    ["braces and quotes", `${'{"'.repeat(100_000)}`],
    ["lines of braces", `${"{\n".repeat(100_000)}`],
    ["backslashes in a string", `{"deviceName":"${"\\\\".repeat(200_000)}`],
    ["blanks behind names", `{"a"${spaces},"b"${spaces}`],
  ])("%s", (_, text) => {
    const times = [1, 2, 3].map(() => timeOf(() => recognise(text)?.parse(text, "slow")));
    expect(Math.min(...times)).toBeLessThan(200 * SLOW_MACHINE);
  });

  it("S07: a KB a hundred thousand times is one KB, soon", () => {
    const list = "                           [01]: KB5034127\n".repeat(100_000);
    const text = `Host Name: PC\n${host}Hotfix(s): 100000 Hotfix(s) Installed.\n${list}Network Card(s): N/A\n`;
    const start = performance.now();
    expect(read(text).devices[0]?.installedKbs).toEqual(["5034127"]);
    expect(performance.now() - start).toBeLessThan(2_000 * SLOW_MACHINE);
  });

  it("J59: too many different KBs are refused", () => {
    const list = Array.from({ length: 10_001 }, (_, index) => `   [01]: KB${5_000_000 + index}\n`).join("");
    expect(() => read(`Host Name: PC\n${host}Hotfix(s): 10001\n${list}Network: N/A\n`)).toThrow(
      expect.objectContaining({ code: "too-large" }),
    );
    expect(() => read(`HotFixID\n${list.replaceAll("   [01]: ", "")}`)).toThrow(expect.objectContaining({ code: "too-large" }));
  });

  it("S11: a million labels are refused", () => {
    expect(() => read(`${host}${"Label: x\n".repeat(1_000_000)}`)).toThrow(expect.objectContaining({ code: "too-large" }));
  });

  it("C05: ten thousand columns are read or refused, soon", () => {
    const header = Array.from({ length: 10_000 }, (_, index) => `c${index}`).join(",");
    const start = performance.now();
    const { fragments } = recognise(`${header},HotFixID\n${",".repeat(10_000)}KB5026361\n`)?.parse(
      `${header},HotFixID\n${",".repeat(10_000)}KB5026361\n`,
      "wide.csv",
    ) ?? { fragments: [] };
    expect(fragments[0]?.installedKbs).toEqual(["5026361"]);
    expect(performance.now() - start).toBeLessThan(1_000 * SLOW_MACHINE);
  });

  it("C05: faults without end are counted, not kept", () => {
    const { fragments, problems } = recognise("HotFixID,x\nKB5026361,x\n")?.parse(
      `HotFixID,x\nKB5026361,x\n${"no,x\n".repeat(50_000)}`,
      "p.csv",
    ) ?? { fragments: [], problems: [] };
    expect(fragments[0]?.installedKbs).toEqual(["5026361"]);
    expect(problems).toHaveLength(1_001);
    expect(problems.at(-1)?.message).toContain("49000 more");
  });
});

/** Milliseconds; the least of several runs is what the text costs, the rest is the machine's own trouble. */
function timeOf(work: () => unknown): number {
  const start = performance.now();
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(ProductError);
  }
  return performance.now() - start;
}
