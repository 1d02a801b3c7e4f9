import fc from "fast-check";
import { expect, test } from "vitest";
import { compareText } from "../../odata/texts.ts";
import { decodeText, decodeTexts, encodeText, encodeTexts } from "./text-code.ts";

/** Texts that are full of what is written otherwise. */
const text = fc.string({
  unit: fc.constantFrom("\0", "\u0001", "\u0002", "\u0003", "\u0004", "a", "A", " ", "é", "\u{1f600}"),
  maxLength: 6,
});
const runs = { numRuns: 5_000, seed: 20_261_123 };

test("a text comes back as it was, and holds no NUL meanwhile", () => {
  fc.assert(
    fc.property(text, (each) => {
      expect(encodeText(each)).not.toContain("\0");
      expect(decodeText(encodeText(each))).toBe(each);
    }),
    runs,
  );
  expect(encodeText("PC-1 é")).toBe("PC-1 é");
});

test("order, beginnings, ends and parts of texts stay as they were", () => {
  fc.assert(
    fc.property(text, text, (left, right) => {
      const [a, b] = [encodeText(left), encodeText(right)];
      expect(compareText(a, b)).toBe(compareText(left, right));
      expect([a.startsWith(b), a.endsWith(b), a.includes(b)]).toEqual([left.startsWith(right), left.endsWith(right), left.includes(right)]);
    }),
    { ...runs, numRuns: 20_000 },
  );
});

test("lists of texts come back, and half a pair becomes the sign for what cannot be read", () => {
  expect(decodeTexts(encodeTexts(["a\0b", "", "\u0001\u0002\u0002", '"']))).toEqual(["a\0b", "", "\u0001\u0002\u0002", '"']);
  expect(decodeTexts(encodeTexts([]))).toEqual([]);
  expect(encodeText("\ud800x")).toBe("\ufffdx");
});
