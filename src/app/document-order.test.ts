import { expect, it } from "vitest";
import { aDocument, aVulnerability } from "../../test/builders/documents.ts";
import type { UpdateDocument } from "../domain/catalog/document.ts";
import { compareContents } from "./document-order.ts";

const today = aDocument({ vulnerabilities: [{ ...aVulnerability(), updated: "2026-01-13", disclosed: false }] });
const stored = aDocument();
const longer = aDocument({ vulnerabilities: [aVulnerability("CVE-2026-0001", ["5074109", "5073455"])] });

// a sync after an upgrade must not call what it has just read older than what the former program stored
it.each<[string, UpdateDocument, UpdateDocument]>([
  ["what is read today comes after the same document as an earlier patchgap kept it", today, stored],
  ["more rows come after more facts", longer, today],
])("%s, whatever the digests", (_, later, earlier) => {
  for (const digests of [["a", "b"] as const, ["b", "a"] as const]) {
    expect(compareContents(later, earlier, digests)).toBeGreaterThan(0);
    expect(compareContents(earlier, later, digests)).toBeLessThan(0);
  }
});

it("of two that say as much the greater digest comes after", () => {
  expect([compareContents(today, today, ["b", "a"]), compareContents(today, today, ["a", "b"])].map(Math.sign)).toEqual([1, -1]);
});
