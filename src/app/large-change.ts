import type { UpdateDocument } from "../domain/catalog/document.ts";

/** From this many rows on, a loss of more than a fifth is held; below it, only the loss of everything. */
const rowsForShares = 50;
const largestLoss = 0.2;
const largestGrowth = 20;

/**
 * Says why a new self of a document must be confirmed by a person: a poisoned or broken document that takes fixes away hides gaps on every device.
 * A row is one KB that fixes one CVE in one product. Undefined: the change is of the usual kind.
 */
export function findLargeChange(former: UpdateDocument, next: UpdateDocument): string | undefined {
  const [before, after] = [rowsOf(former), rowsOf(next)];
  if (before.size === 0) return undefined;
  let lost = 0;
  for (const row of before) if (!after.has(row)) lost++;
  if (lost === before.size && after.size === 0) return `it takes back all ${before.size} fixes of the document`;
  if (before.size < rowsForShares) return undefined;
  if (lost / before.size > largestLoss) return `it takes back ${lost} of ${before.size} fixes of the document`;
  if (after.size > before.size * largestGrowth) return `it names ${after.size} fixes where there were ${before.size}`;
  return undefined;
}

/** Product ids are renamed between revisions, so rows are told apart by product name. */
function rowsOf(document: UpdateDocument): Set<string> {
  const names = new Map(document.products.map(([id, name]) => [id, name.replaceAll(/\s+/g, " ").trim().toLowerCase()]));
  const rows = new Set<string>();
  for (const { cve, fixes } of document.vulnerabilities) {
    for (const { kb, productIds } of fixes) for (const id of productIds) rows.add(`${cve} ${kb} ${names.get(id) ?? id}`);
  }
  return rows;
}
