import { compareTexts } from "../text-order.ts";
import type { CompiledCatalog } from "./catalog.ts";
import { type FirstDays, type KbTally, RowCollector, type Rows } from "./collect-rows.ts";
import { compileProduct, type ProductContext } from "./compile-product.ts";
import { type CveTally, cveOf } from "./cve-tally.ts";
import type { UpdateDocument } from "./document.ts";
import type { Errata } from "./errata.ts";
import type { HistoryLine, ReleaseHistory } from "./release-history.ts";
import type { CatalogCve, CatalogDocument, CatalogKb } from "./update.ts";
import { type KbNature, natureOf } from "./update-kind.ts";

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
  const compiler = new CatalogCompiler();
  for (const document of documents) compiler.add(document);
  return compiler.compile(options);
}

/** The same for documents that have to be waited for: they are added one by one. */
export class CatalogCompiler {
  readonly #documents: CatalogDocument[] = [];
  readonly #collector = new RowCollector();

  add(document: UpdateDocument): void {
    const { id, title, month, revision, currentRelease } = document;
    this.#documents.push({ id, title, month, revision, currentRelease });
    this.#collector.add(document);
  }

  compile(options: CompileOptions): CompiledCatalog {
    return joinRows(this.#documents, this.#collector.rows, options);
  }
}

/** `inOrder`: in the order in which the rows know them. */
function joinRows(inOrder: readonly CatalogDocument[], rows: Rows, options: CompileOptions): CompiledCatalog {
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
  const products = [...rows.products.values()].map(({ product, rows: own }) => compileProduct(product, own, context));
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

/** Sorts indices; `position[i]` is where the i-th item ends up, `order[p]` which item stands at p. */
function orderOf<Item>(items: readonly Item[], compare: (a: Item, b: Item) => number): { order: number[]; position: Int32Array } {
  const order = items.map((_, index) => index).sort((a, b) => compare(items[a] as Item, items[b] as Item));
  const position = new Int32Array(items.length);
  for (const [place, index] of order.entries()) position[index] = place;
  return { order, position };
}

function orderCves(cves: readonly CveTally[]): { sorted: CatalogCve[]; position: Int32Array } {
  const { order, position } = orderOf(cves, (a, b) => compareTexts(a.id, b.id));
  return { sorted: order.map((index) => cveOf(cves[index] as CveTally)), position };
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
  return { id, document: documentPosition[best] ?? 0, released: releaseDay(tally.days.get(best)) };
}

/** A day within the document's month or later, where there is one: a CVE may have been known long before Microsoft fixed it. */
function releaseDay(days: FirstDays | undefined): number {
  const known = [days?.cve, days?.advisory, days?.earlierCve, days?.earlierAdvisory];
  return known.find((day) => day !== undefined && Number.isFinite(day)) ?? 0;
}

function sortedHistory(history: ReleaseHistory | undefined): readonly HistoryLine[] {
  const key = (line: HistoryLine): string => `${line.product}|${line.build ?? ""}|${line.channel}`;
  return [...(history?.lines ?? [])].sort((a, b) => compareTexts(key(a), key(b)));
}
