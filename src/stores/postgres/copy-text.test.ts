import { describe, expect, test } from "vitest";
import { copyText } from "./copy-text.ts";

describe("rows as COPY takes them", () => {
  test("a line each, the values apart by tabs", () => {
    expect(copyText([])).toBe("");
    expect(
      copyText([
        ["a", 1, null],
        ["", -2.5, true],
      ]),
    ).toBe("a\t1\t\\N\n\t-2.5\ttrue\n");
  });

  test.each([
    ["a\tb", "a\\tb"],
    ["a\r\nb", "a\\r\\nb"],
    ["\\N", "\\\\N"],
    ["\\.", "\\\\."],
    ['{"a":"\\n"}', '{"a":"\\\\n"}'],
    ["a\u0000b", "a\u0001\u0002\u0002b"],
    ["a\ud800b", "a\ufffdb"],
    ["\u{1f469}\u200d\u{1f4bb}", "\u{1f469}\u200d\u{1f4bb}"],
  ])("the text %j stays what it is", (text, copied) => {
    expect(copyText([[text]])).toBe(`${copied}\n`);
  });

  test("bytes as hex", () => {
    expect(copyText([[Uint8Array.of(0, 10, 92, 255)]])).toBe("\\\\x000a5cff\n");
  });
});
