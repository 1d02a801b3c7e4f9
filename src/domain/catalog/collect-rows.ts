import { monthOfDay, parseDay } from "../windows/day.ts";
import { type Product, productOf } from "../windows/product.ts";
import { normalizeProductName } from "../windows/product-names.ts";
import { type CveTally, noteCve } from "./cve-tally.ts";
import type { Fix, Severity, UpdateDocument, Vulnerability } from "./document.ts";
import { isServicingOnly, kindWordOf } from "./kind-words.ts";
import { worse } from "./severity.ts";

/** Everything the documents say of one KB on one product. */
export interface Row {
  readonly cves: Set<number>;
  /** FixedBuild as spelt, by number of occurrences */
  readonly fixedBuilds: Map<string, number>;
  readonly supersedes: Set<string>;
  severity: Severity | null;
}

/** Everything the documents say of one KB, whatever the product. */
export interface KbTally {
  /** pairs of CVE and product, by document */
  readonly rowsByDocument: Map<number, number>;
  /** first days its CVEs and advisories were published, by document */
  readonly days: Map<number, FirstDays>;
  /** kind words (see `kindWordOf`), by number of rows */
  readonly kinds: Map<string, number>;
  /** pairs of CVE and operating system product, by family of builds */
  readonly families: Map<string, number>;
}

/** First publication days by how well they tell the day of release; infinity for none. */
export interface FirstDays {
  cve: number;
  advisory: number;
  /** of CVEs known before the document's month: curl's of February in an update of April */
  earlierCve: number;
  earlierAdvisory: number;
}

/** The documents' rows, turned from "which KBs fix this CVE" to "what fixes this product". */
export interface Rows {
  /** by product name, then KB */
  readonly products: Map<string, { readonly product: Product; readonly rows: Map<string, Row> }>;
  readonly kbs: Map<string, KbTally>;
  readonly cves: CveTally[];
}

type Target = { readonly product: Product; readonly rows: Map<string, Row> };

/** Collects the rows of documents, one at a time; the n-th document is known by its number n. */
export class RowCollector {
  readonly rows: Rows = { products: new Map(), kbs: new Map(), cves: [] };
  readonly #cveIndex = new Map<string, number>();
  #documents = 0;

  add(document: UpdateDocument): void {
    const documentIndex = this.#documents++;
    const targets = new Map(document.products.map(([id, name]) => [id, targetOf(this.rows, name)]));
    for (const vulnerability of document.vulnerabilities) {
      const fixes = vulnerability.fixes.filter(({ subType }) => !isServicingOnly(subType));
      if (fixes.length === 0) continue;
      const published = publishedOn(vulnerability, document);
      const cve = {
        index: noteCve(this.rows.cves, this.#cveIndex, { vulnerability, published, document }),
        published,
        isCve: vulnerability.cve.startsWith("CVE-"),
        isEarlier: monthOfDay(published) < document.month,
      };
      const severities = new Map(vulnerability.severities);
      for (const fix of fixes) addFix(this.rows, { fix, cve, targets, severities, documentIndex });
    }
  }
}

/** The day of a vulnerability's first revision; the document's own where it has none. */
function publishedOn(vulnerability: Vulnerability, document: UpdateDocument): number {
  const own = vulnerability.published === undefined ? undefined : parseDay(vulnerability.published);
  return own ?? parseDay(document.initialRelease.slice(0, 10)) ?? 0;
}

function targetOf(collected: Rows, spelt: string): Target {
  const name = normalizeProductName(spelt);
  const known = collected.products.get(name);
  if (known !== undefined) return known;
  const target: Target = { product: productOf(name), rows: new Map() };
  collected.products.set(name, target);
  return target;
}

interface FixInContext {
  readonly fix: Fix;
  readonly cve: { readonly index: number; readonly published: number; readonly isCve: boolean; readonly isEarlier: boolean };
  readonly targets: ReadonlyMap<string, Target>;
  readonly severities: ReadonlyMap<string, Severity>;
  readonly documentIndex: number;
}

function addFix(collected: Rows, context: FixInContext): void {
  const { fix, cve, targets, severities } = context;
  const tally = tallyOf(collected, fix.kb);
  count(tally.kinds, kindWordOf(fix.subType), fix.productIds.length);
  count(tally.rowsByDocument, context.documentIndex, fix.productIds.length);
  noteDay(tally, context);
  for (const productId of fix.productIds) {
    const target = targets.get(productId);
    if (target === undefined) continue;
    if (target.product.kind === "os") count(tally.families, target.product.family, 1);
    const row = rowOf(target, fix.kb);
    row.cves.add(cve.index);
    if (fix.fixedBuild !== "") count(row.fixedBuilds, fix.fixedBuild, 1);
    for (const kb of fix.supersedes) row.supersedes.add(kb);
    row.severity = worse(row.severity, severities.get(productId) ?? null);
  }
}

function noteDay(tally: KbTally, { cve, documentIndex }: FixInContext): void {
  const none = Number.POSITIVE_INFINITY;
  const days = tally.days.get(documentIndex) ?? { cve: none, advisory: none, earlierCve: none, earlierAdvisory: none };
  const late = cve.isCve ? "cve" : "advisory";
  const early = cve.isCve ? "earlierCve" : "earlierAdvisory";
  const sort = cve.isEarlier ? early : late;
  days[sort] = Math.min(days[sort], cve.published);
  tally.days.set(documentIndex, days);
}

function tallyOf(collected: Rows, kb: string): KbTally {
  const known = collected.kbs.get(kb);
  if (known !== undefined) return known;
  const tally: KbTally = { rowsByDocument: new Map(), days: new Map(), kinds: new Map(), families: new Map() };
  collected.kbs.set(kb, tally);
  return tally;
}

function rowOf(target: Target, kb: string): Row {
  const known = target.rows.get(kb);
  if (known !== undefined) return known;
  const row: Row = { cves: new Set(), fixedBuilds: new Map(), supersedes: new Set(), severity: null };
  target.rows.set(kb, row);
  return row;
}

function count<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
