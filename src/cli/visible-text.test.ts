import { describe, expect, test } from "vitest";
import { SLOW_MACHINE } from "../../test/slow-machine.ts";
import { visible, visibleJson } from "./visible-text.ts";

const harmless = [
  "PC-01",
  "",
  "O'Brien",
  'a"b',
  "a\\b",
  "a%b_c",
  "../../etc/passwd",
  "$(id)",
  "`id`",
  "%s%n",
  "<script>alert(1)</script>",
  "&lt;b&gt;",
  "=1+1",
  "é",
  "e\u0301",
  "İI",
  "ß",
  "ﬀ",
  "РС-01",
  "ＰＣ",
  "👩‍👩‍👧",
  "❤️‍🔥",
  "xn--bcher-kva",
  "__proto__",
  "名前",
];
const hostile: readonly (readonly [name: string, shown: string])[] = [
  ["\x1b[31m", "\\x1b[31m"],
  ["\x1b]52;c;ZXZpbA==\x07", "\\x1b]52;c;ZXZpbA==\\x07"],
  ["\u009b31m", "\\x9b31m"],
  ["a\r\nb", "a\\x0d\\x0ab"],
  ["\tfirst", "\\x09first"],
  ["a\0b", "a\\x00b"],
  ["a\bb\x7f", "a\\x08b\\x7f"],
  ["\u202egnp.exe", "\\u202egnp.exe"],
  ["\u2066x\u2069", "\\u2066x\\u2069"],
  ["a\u200bb\ufeff", "a\\u200bb\\ufeff"],
  ["a\u200db", "a\\u200db"],
  ["a\u00adb", "a\\xadb"],
  ["a\u2028b\u2029", "a\\u2028b\\u2029"],
  ["\ud800", "\\ud800"],
  ["\u{e0041}", "\\u{e0041}"],
];

describe("visible text", () => {
  test.each(harmless)("%j stays as it is", (name) => expect(visible(name)).toBe(name));
  test.each(hostile)("%j is shown as %j", (name, shown) => expect(visible(name)).toBe(shown));

  test("piles of combining marks are cut", () => {
    expect(visible(`z${"\u0335".repeat(500)}x`)).toBe(`z${"\u0335".repeat(4)}…x`);
  });

  test("64,000 characters take no time", () => {
    const started = performance.now();
    visible("\x1b".repeat(64_000) + "\u0301".repeat(64_000));
    expect(performance.now() - started).toBeLessThan(500 * SLOW_MACHINE);
  });
});

describe("visible JSON", () => {
  test.each([...harmless, ...hostile.map(([name]) => name)])("%j comes back as it was, without a raw control character", (name) => {
    const text = visibleJson(JSON.stringify({ [name]: [name] }, null, 2));
    expect(JSON.parse(text)).toEqual({ [name]: [name] });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(text).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
  });
});
