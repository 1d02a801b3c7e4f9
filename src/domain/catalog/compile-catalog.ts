import type { Product } from "../windows/product.ts";
import type { CompiledCatalog } from "./catalog.ts";
import { type Cve, collectRows, type KbTally, type Row, type Rows } from "./collect-rows.ts";
import type { UpdateDocument } from "./document.ts";
import type { Errata } from "./errata.ts";
import { applicationVersionOf, netFileBuildOf, revisionOf, withoutTypingErrors } from "./fixed-build.ts";
import { rankMonths } from "./rank-month.ts";
import type { HistoryLine, ReleaseHistory } from "./release-history.ts";
import type { CatalogCve, CatalogDocument, CatalogKb, CatalogProduct, CatalogUpdate } from "./update.ts";
import { isForeign, type KbNature, kindOn, natureOf } from "./update-kind.ts";

/** What a catalog is made from besides documents. */
export interface CompileOptions {
  readonly errata: Errata;
  readonly history?: ReleaseHistory;
}

/**
 * Joins documents into a catalog. A pure function of what the documents say: their order, and whether they came as XML or JSON, leave no trace.
 * `documents` is walked once; memory holds the rows, not the documents. Two documents with one id are the caller's mistake.
 */
export function compileCatalog(documents: Iterable<UpdateDocument>, options: CompileOptions): CompiledCatalog {
  const inOrder: CatalogDocument[] = [];
  const rows = collectRows(remember(documents, inOrder));
  const documentOrder = orderOf(inOrder, (a, b) => a.month - b.month || compareTexts(a.id, b.id));
  const natures = naturesOf(rows);
  const cves = orderCves(rows.cves);
  const months = (index: number): number => inOrder[index]?.month ?? 0;
  const kbs = [...rows.kbs].sort(([a], [b]) => Number(a) - Number(b)).map(([id, tally]) => kbOf(id, tally, documentOrder.position, months));
  const kbIndex = new Map(kbs.map((kb, index) => [kb.id, index]));
  const context: ProductContext = {
    natures,
    kbs,
    kbIndex,
    cvePosition: cves.position,
    errata: options.errata,
    systemHas: (os, kb) => rows.products.get(os)?.rows.has(kb) === true,
    monthOf: (kb) => months(documentOrder.order[kbs[kb]?.document ?? 0] ?? 0),
  };
  const products = [...rows.products.values()].map(({ product, rows: own }) => productOfRows(product, own, context));
  return {
    documents: documentOrder.order.map((index) => inOrder[index]).filter((document) => document !== undefined),
    kbs,
    cves: cves.sorted,
    products: products.filter((product) => product.updates.length > 0).sort((a, b) => compareTexts(a.name, b.name)),
    withdrawn: [...options.errata.withdrawn].sort(([a], [b]) => compareTexts(a, b)),
    flashRemoval: options.errata.flashRemoval ?? null,
    history: sortedHistory(options.history),
  };
}

function* remember(documents: Iterable<UpdateDocument>, seen: CatalogDocument[]): Generator<UpdateDocument> {
  for (const document of documents) {
    const { id, title, month, revision, currentRelease } = document;
    seen.push({ id, title, month, revision, currentRelease });
    yield document;
  }
}

/** Sorts indices; `position[i]` is where the i-th item ends up, `order[p]` which item stands at p. */
function orderOf<Item>(items: readonly Item[], compare: (a: Item, b: Item) => number): { order: number[]; position: Int32Array } {
  const order = items.map((_, index) => index).sort((a, b) => compare(items[a] as Item, items[b] as Item));
  const position = new Int32Array(items.length);
  for (const [place, index] of order.entries()) position[index] = place;
  return { order, position };
}

function orderCves(cves: readonly Cve[]): { sorted: CatalogCve[]; position: Int32Array } {
  const { order, position } = orderOf(cves, (a, b) => compareTexts(a.id, b.id));
  return { sorted: order.map((index) => ({ ...(cves[index] as Cve) })), position };
}

function naturesOf(rows: Rows): ReadonlyMap<string, KbNature> {
  const elsewhere = new Set<string>();
  for (const { product, rows: own } of rows.products.values()) {
    const isExplorer = product.kind === "component" && product.component.is === "internet-explorer";
    if (!isExplorer) for (const kb of own.keys()) elsewhere.add(kb);
  }
  return new Map([...rows.kbs].map(([kb, tally]) => [kb, natureOf(tally, !elsewhere.has(kb))]));
}

/** The month's document holds most of the KB's rows, ties to the later; released on the first day one of its CVEs was published in it. */
function kbOf(id: string, tally: KbTally, documentPosition: Int32Array, monthOf: (document: number) => number): CatalogKb {
  let best = -1;
  for (const [document, rows] of tally.rowsByDocument) {
    const most = tally.rowsByDocument.get(best) ?? -1;
    const later = monthOf(document) - monthOf(best) || (documentPosition[document] ?? 0) - (documentPosition[best] ?? 0);
    if (rows > most || (rows === most && later > 0)) best = document;
  }
  return { id, document: documentPosition[best] ?? 0, released: tally.cveDays.get(best) ?? tally.advisoryDays.get(best) ?? 0 };
}

interface ProductContext {
  readonly natures: ReadonlyMap<string, KbNature>;
  readonly kbs: readonly CatalogKb[];
  readonly kbIndex: ReadonlyMap<string, number>;
  readonly cvePosition: Int32Array;
  readonly errata: Errata;
  readonly systemHas: (os: string, kb: string) => boolean;
  readonly monthOf: (kb: number) => number;
}

function productOfRows(product: Product, rows: ReadonlyMap<string, Row>, context: ProductContext): CatalogProduct {
  const updates: CatalogUpdate[] = [];
  for (const [kb, row] of rows) {
    const nature = context.natures.get(kb);
    const index = context.kbIndex.get(kb);
    if (nature !== undefined && index !== undefined && !isForeign(nature, product) && !isSiblings(product, kb, nature, context))
      updates.push(updateOf(product, kb, index, row, nature, context));
  }
  updates.sort((a, b) => a.kb - b.kb);
  return { name: product.name, updates: hotpatchCompanions(withPlausibleRevisions(inRankMonths(updates, context))) };
}

/**
 * A component's row with a cumulative update that its own system is never told to take is a sibling's: after 1903 went out of service,
 * MSRC went on listing 1909's updates for the browsers on it. An update with browser rows only (September 2019, out of band) stays.
 */
function isSiblings(product: Product, kb: string, nature: KbNature, context: ProductContext): boolean {
  if (product.kind !== "component" || !product.cumulative || !nature.families.has(product.family)) return false;
  return !context.systemHas(product.os, kb);
}

function inRankMonths(updates: readonly CatalogUpdate[], context: ProductContext): CatalogUpdate[] {
  const kbOf = (update: CatalogUpdate): string => context.kbs[update.kb]?.id ?? "";
  const months = rankMonths(updates.map((update) => ({ ...update, kb: kbOf(update) })));
  return updates.map((update) => ({ ...update, month: months.get(kbOf(update)) ?? update.month }));
}

function updateOf(product: Product, kb: string, index: number, row: Row, nature: KbNature, context: ProductContext): CatalogUpdate {
  const { kind, line } = kindOn(product, nature);
  const isDotNet = product.kind === "component" && product.component.is === "net" && line === "net";
  const netBuild = isDotNet ? netFileBuildOf(row.fixedBuilds, netVersions(product)) : null;
  const hasRevision = line === "os" && kind !== "independent" && kind !== "single" && kind !== "ieCumulative";
  return {
    kb: index,
    kind,
    line,
    month: context.monthOf(index),
    revision: hasRevision ? (context.errata.revisions.get(kb) ?? revisionOf(row.fixedBuilds)) : netBuild,
    version: line === "application" ? applicationVersionOf(row.fixedBuilds) : null,
    supersedes: [...row.supersedes].sort(compareTexts),
    severity: row.severity,
    cves: Int32Array.from(row.cves, (cve) => context.cvePosition[cve] ?? 0).sort(),
  };
}

function netVersions(product: Product): readonly string[] {
  return product.kind === "component" && product.component.is === "net" ? product.component.groups.flat() : [];
}

/** Lines whose revisions must rise from month to month; hotpatches count apart from cumulative updates. */
function withPlausibleRevisions(updates: readonly CatalogUpdate[]): CatalogUpdate[] {
  const result = [...updates];
  for (const isInLine of [isSystemLine, isHotpatch, isDotNetLine]) {
    const places = result.map((update, place) => ({ update, place })).filter(({ update }) => isInLine(update));
    places.sort((a, b) => a.update.month - b.update.month || (a.update.revision ?? 0) - (b.update.revision ?? 0));
    const plausible = withoutTypingErrors(places.map(({ update }) => update.revision));
    for (const [index, { update, place }] of places.entries()) {
      const revision = plausible[index] ?? null;
      if (revision !== update.revision) result[place] = { ...update, revision };
    }
  }
  return result;
}

function isSystemLine(update: CatalogUpdate): boolean {
  return update.line === "os" && (update.kind === "cumulative" || update.kind === "rollup");
}

function isHotpatch(update: CatalogUpdate): boolean {
  return update.kind === "hotpatch";
}

function isDotNetLine(update: CatalogUpdate): boolean {
  return update.line === "net" && (update.kind === "cumulative" || update.kind === "rollup");
}

/** An update without a word of its own that stops at a hotpatch's very build goes with that hotpatch, not with the cumulative updates (KB5074204). */
function hotpatchCompanions(updates: readonly CatalogUpdate[]): CatalogUpdate[] {
  const builds = new Set(updates.filter(isHotpatch).map((update) => update.revision));
  builds.delete(null);
  return updates.map((update) =>
    update.kind === "cumulative" && update.line === "os" && update.revision !== null && builds.has(update.revision)
      ? { ...update, kind: "companion" as const }
      : update,
  );
}

function sortedHistory(history: ReleaseHistory | undefined): readonly HistoryLine[] {
  const key = (line: HistoryLine): string => `${line.product}|${line.build ?? ""}|${line.channel}`;
  return [...(history?.lines ?? [])].sort((a, b) => compareTexts(key(a), key(b)));
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
