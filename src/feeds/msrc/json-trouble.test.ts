import { describe, expect, it } from "vitest";
import { SLOW_MACHINE } from "../../../test/slow-machine.ts";
import { lineOfJsonTrouble } from "./json-trouble.ts";

describe("a text stops being JSON on the line", () => {
  it.each([
    ["{", 1],
    ['{\n"a": 1,\n}', 3],
    ['{\n"a": 1\n"b": 2}', 3],
    ["[1,\n2,\n,3]", 3],
    ["[1,\n2}", 2],
    ['{"a"\n1}', 2],
    ['{"a":\n"no end', 2],
    ['["a\\x"]', 1],
    ["[01]", 1],
    ["[1,\n tru]", 2],
    ["{}\n\n{}", 3],
    ['{"a": [{"b": {}}],\n"c" 1}', 2],
    ["\n\nx", 3],
    ["", 1],
    ['{"a": "https://catalog.update.microsoft.com/v7/site/Search.aspx?q=KB50313', 1],
  ])("%j: %i", (text, line) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(lineOfJsonTrouble(text)).toBe(line);
  });

  it("found in linear time in long strings and many values", () => {
    const start = performance.now();
    lineOfJsonTrouble(`["${"x\\n".repeat(2_000_000)}`);
    lineOfJsonTrouble(`["${"x".repeat(20_000_000)}`);
    lineOfJsonTrouble(`[${"1,".repeat(1_000_000)}x]`);
    lineOfJsonTrouble(`[${" ".repeat(1_000_000)}x]`);
    expect(performance.now() - start).toBeLessThan(1500 * SLOW_MACHINE);
  });
});
