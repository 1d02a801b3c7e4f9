import { expect, test } from "vitest";
import { visible } from "./visible-text.ts";

test.each([
  ["PC-01", "PC-01"],
  ["\u001b[31mred", "\\x1b[31mred"],
  ["a\r\nb", "a\\x0d\\x0ab"],
  ["\u202egnp.exe", "\\u202egnp.exe"],
  ["\ufeffx", "\\ufeffx"],
  ["\ud800", "\\ud800"],
  ["\u{1f469}\u200d\u{1f4bb}", "\u{1f469}\u200d\u{1f4bb}"],
  ["<script>alert(1)</script>", "<script>alert(1)</script>"],
])("%j is shown as %j", (text, shown) => {
  expect(visible(text)).toBe(shown);
});
