import { printMonth } from "../windows/day.ts";
import { type ComponentProduct, productOf } from "../windows/product.ts";
import { looseApplicationName } from "../windows/product-names.ts";
import type { HistoryLine } from "./release-history.ts";
import type { CatalogCve, CatalogDocument, CatalogKb, CatalogProduct } from "./update.ts";

/** All that patchgap knows about updates: immutable, made from documents alone, the same bytes for the same documents in any order. */
export interface CompiledCatalog {
  /** by month, then id */
  readonly documents: readonly CatalogDocument[];
  readonly kbs: readonly CatalogKb[];
  readonly cves: readonly CatalogCve[];
  /** by name */
  readonly products: readonly CatalogProduct[];
  /** updates withdrawn by Windows Update: KB and day number */
  readonly withdrawn: readonly (readonly [kb: string, since: number])[];
  readonly flashRemoval: { readonly kb: string; readonly containedFrom: number } | null;
  readonly history: readonly HistoryLine[];
}

/** A component product and what it is. */
export interface ComponentOnSystem {
  readonly product: CatalogProduct;
  readonly is: ComponentProduct;
}

function componentsByOs(products: readonly CatalogProduct[]): Map<string, ComponentOnSystem[]> {
  const byOs = new Map<string, ComponentOnSystem[]>();
  for (const product of products) {
    const is = productOf(product.name);
    if (is.kind !== "component") continue;
    byOs.set(is.os, [...(byOs.get(is.os) ?? []), { product, is }]);
  }
  return byOs;
}

/** A compiled catalog with what is needed to ask it questions. */
export class Catalog {
  readonly content: CompiledCatalog;
  readonly #products: ReadonlyMap<string, CatalogProduct>;
  readonly #kbs: ReadonlyMap<string, number>;
  readonly #withdrawn: ReadonlyMap<string, number>;
  #cves: ReadonlyMap<string, number> | undefined;
  #components: ReadonlyMap<string, ComponentOnSystem[]> | undefined;
  #applications: readonly CatalogProduct[] | undefined;
  #loose: ReadonlyMap<string, CatalogProduct[]> | undefined;

  constructor(content: CompiledCatalog) {
    this.content = content;
    this.#products = new Map(content.products.map((product) => [product.name, product]));
    this.#kbs = new Map(content.kbs.map((kb, index) => [kb.id, index]));
    this.#withdrawn = new Map(content.withdrawn);
  }

  /** The product of that normalised name, if any document names an update for it. */
  product(name: string): CatalogProduct | undefined {
    return this.#products.get(name);
  }

  /** The components that updates are known for on an operating system (normalised name), each with its product. */
  componentsOn(os: string): readonly ComponentOnSystem[] {
    this.#components ??= componentsByOs(this.content.products);
    return this.#components.get(os) ?? [];
  }

  /** The application of that normalised name, if updates are known for it. */
  application(name: string): CatalogProduct | undefined {
    const product = this.#products.get(name);
    return product !== undefined && productOf(name).kind === "application" ? product : undefined;
  }

  /** The applications of that name without edition, bitness and service pack (see `looseApplicationName`). */
  applicationsLike(name: string): readonly CatalogProduct[] {
    this.#loose ??= groupedByLooseName(this.applications);
    return this.#loose.get(looseApplicationName(name)) ?? [];
  }

  /** The applications that updates are known for. */
  get applications(): readonly CatalogProduct[] {
    this.#applications ??= this.content.products.filter((product) => productOf(product.name).kind === "application");
    return this.#applications;
  }

  /** Whether the entry of that index is a CVE; advisories (`ADV…`) are not counted on the wire. */
  isCve(index: number): boolean {
    return this.content.cves[index]?.id.startsWith("CVE-") === true;
  }

  /** Index of a KB, or undefined for one that no document has an update for. */
  indexOfKb(id: string): number | undefined {
    return this.#kbs.get(id);
  }

  /** Index of a CVE or advisory, however its letters are spelt; undefined for one that no KB fixes. */
  indexOfCve(id: string): number | undefined {
    this.#cves ??= new Map(this.content.cves.map((cve, index) => [cve.id.toUpperCase(), index]));
    return this.#cves.get(id.toUpperCase());
  }

  /** The day from which Windows Update no longer offers the update; undefined for all but a few. */
  withdrawnSince(id: string): number | undefined {
    return this.#withdrawn.get(id);
  }

  /** Month of the newest document, or undefined for an empty catalog. */
  get newestMonth(): number | undefined {
    return this.content.documents.at(-1)?.month;
  }

  /** Months between the first and the newest document that the catalog does not hold, as month numbers. */
  get absentMonths(): readonly number[] {
    const held = new Set(this.content.documents.map((document) => document.month));
    const first = this.content.documents[0]?.month ?? 0;
    const absent: number[] = [];
    for (let month = first; month < (this.newestMonth ?? first); month++) if (!held.has(month)) absent.push(month);
    return absent;
  }

  /** What every answer says about the knowledge behind it. */
  get summary(): { readonly documents: number; readonly newest: string | null; readonly absent: readonly string[] } {
    const newest = this.newestMonth;
    return {
      documents: this.content.documents.length,
      newest: newest === undefined ? null : printMonth(newest),
      absent: this.absentMonths.map(printMonth),
    };
  }
}

function groupedByLooseName(products: readonly CatalogProduct[]): Map<string, CatalogProduct[]> {
  const groups = new Map<string, CatalogProduct[]>();
  for (const product of products) {
    const name = looseApplicationName(product.name);
    groups.set(name, [...(groups.get(name) ?? []), product]);
  }
  return groups;
}

/** A catalog of no documents: what is known before the first sync. Every device is `unknown` under it. */
export function emptyCatalog(): Catalog {
  return new Catalog({ documents: [], kbs: [], cves: [], products: [], withdrawn: [], flashRemoval: null, history: [] });
}
