import type { UpdateDocument } from "../domain/catalog/document.ts";
import { compareTexts } from "../domain/text-order.ts";

/** Above 0: `a` is the later self, by revision and release date. 0: MSRC gives no reason to prefer one. */
export type CompareRevisions = (a: DocumentState, b: DocumentState) => number;

export interface DocumentState {
  readonly revision: string;
  readonly currentRelease: string;
}

/**
 * Between two that MSRC dates alike and that differ, the one that says more wins, then the greater digest:
 * the choice must not depend on which was seen first. One stored by an earlier patchgap says less of each CVE than the same one read today.
 */
export function compareContents(a: UpdateDocument, b: UpdateDocument, digests: readonly [a: string, b: string]): number {
  return countRows(a) - countRows(b) || countLaterFacts(a) - countLaterFacts(b) || compareTexts(...digests);
}

/** Facts that documents did not always keep. */
function countLaterFacts(document: UpdateDocument): number {
  let facts = 0;
  for (const { updated, disclosed } of document.vulnerabilities)
    facts += (updated === undefined ? 0 : 1) + (disclosed === undefined ? 0 : 1);
  return facts;
}

function countRows(document: UpdateDocument): number {
  let rows = 0;
  for (const vulnerability of document.vulnerabilities) for (const fix of vulnerability.fixes) rows += fix.productIds.length;
  return rows;
}
