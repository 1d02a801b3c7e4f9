import type { UpdateDocument, Vulnerability } from "../../domain/catalog/document.ts";
import { ProductError } from "../../domain/errors.ts";
import { compareRevisionNumbers, isRevisionNumber } from "../compare-revisions.ts";
import type { CvrfDocument, CvrfHeaderField } from "./cvrf-document.ts";
import { cvrfToVulnerability } from "./cvrf-to-vulnerability.ts";
import { parseDocumentId, parseDocumentMonth } from "./document-id.ts";
import { parseReleaseTime } from "./release-date.ts";
import { quoted, WarningList } from "./warning-list.ts";

/**
 * What patchgap believes of a CVRF document. A head that does not say which document this is, and of when, refuses it
 * (@throws ProductError naming line and field); oddities further down become warnings.
 */
export function cvrfToUpdateDocument(cvrf: CvrfDocument, source: string): UpdateDocument {
  const refuse = (field: CvrfHeaderField, message: string): ProductError => {
    const line = cvrf.lines.get(field);
    return new ProductError("unreadable-input", message, { place: { source, field, ...(line === undefined ? {} : { line }) } });
  };
  const id = parseDocumentId(cvrf.id);
  if (id === undefined) throw refuse("ID", `${quoted(cvrf.id)} is not the id of an MSRC document, such as 2023-Oct`);
  const warnings = new WarningList();
  const time = (field: "InitialReleaseDate" | "CurrentReleaseDate", written: string): string => {
    const read = parseReleaseTime(written);
    if (read === undefined) throw refuse(field, `${quoted(written)} is not a possible release date`);
    return read;
  };
  const initialRelease = time("InitialReleaseDate", cvrf.initialRelease);
  const currentRelease = time("CurrentReleaseDate", cvrf.currentRelease);
  if (currentRelease < initialRelease)
    warnings.add("CurrentReleaseDate", `${currentRelease} is before the first release, ${initialRelease}`);
  const month = parseDocumentMonth(id, cvrf.alias, initialRelease);
  if (month === undefined) throw refuse("InitialReleaseDate", "the month of the document is unknown");
  const revision = lastRevision(cvrf.revisions);
  if (revision === undefined) throw refuse("RevisionHistory", `no revision number in ${quoted(cvrf.revisions.join(", "))}`);
  const products = productTree(cvrf.products, warnings);
  return {
    id,
    month,
    title: cvrf.title.trim(),
    revision,
    initialRelease,
    currentRelease,
    products: [...products].sort(([a], [b]) => (a < b ? -1 : 1)),
    vulnerabilities: vulnerabilitiesOf(cvrf, products, warnings),
    warnings: warnings.list(),
  };
}

/** The highest number, for no order of the entries is promised; undefined where there is none or one is malformed. */
function lastRevision(revisions: readonly string[]): string | undefined {
  const numbers = revisions.map((number) => number.trim());
  if (!numbers.every(isRevisionNumber)) return undefined;
  return numbers.sort(compareRevisionNumbers).at(-1);
}

function productTree(pairs: CvrfDocument["products"], warnings: WarningList): Map<string, string> {
  const products = new Map<string, string>();
  for (const [spelt, spelling] of pairs) {
    const id = spelt.trim();
    const name = spelling.trim();
    const known = products.get(id);
    if (id === "" || name === "") warnings.add("ProductTree", `product ${quoted(id)} named ${quoted(name)} is left out`);
    else if (known === undefined) products.set(id, name);
    else if (known !== name) warnings.add("ProductTree", `product ${quoted(id)} is ${quoted(known)} and ${quoted(name)}: the first counts`);
  }
  return products;
}

function vulnerabilitiesOf(cvrf: CvrfDocument, products: ReadonlyMap<string, string>, warnings: WarningList): Vulnerability[] {
  const byCve = new Map<string, Vulnerability>();
  for (const [index, spelt] of cvrf.vulnerabilities.entries()) {
    const place = `Vulnerability[${index}]`;
    const vulnerability = cvrfToVulnerability(spelt, { place, products, warnings });
    if (vulnerability === undefined) continue;
    const twin = byCve.get(vulnerability.cve);
    if (twin !== undefined) warnings.add(place, `${vulnerability.cve} a second time: its fixes are added to the first`);
    byCve.set(vulnerability.cve, twin === undefined ? vulnerability : { ...twin, fixes: [...twin.fixes, ...vulnerability.fixes] });
  }
  return [...byCve.values()];
}
