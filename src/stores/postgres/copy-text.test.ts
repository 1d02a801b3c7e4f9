import { describe, expect, test } from "vitest";
import { type CopiedValue, copyText } from "./copy-text.ts";

const textOf = (rows: readonly (readonly CopiedValue[])[]): string => [...copyText(rows)].join("");

describe("rows as COPY takes them", () => {
  test("a line each, the values apart by tabs", () => {
    expect(textOf([])).toBe("");
    expect(
      textOf([
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
    expect(textOf([[text]])).toBe(`${copied}\n`);
  });

  test("many come in pieces, each of whole lines, made as they are asked for", () => {
    let made = 0;
    const rows = function* () {
      for (; made < 220; made++) yield [made];
    };
    const pieces = copyText(rows());
    expect(pieces.next().value).toMatch(/^0\n1\n(\d+\n)+$/);
    expect(made).toBeLessThan(100);
    expect([...pieces].join("").trim().split("\n").at(-1)).toBe("219");
  });

  test("bytes as hex", () => {
    expect(textOf([[Uint8Array.of(0, 10, 92, 255)]])).toBe("\\\\x000a5cff\n");
  });
});
