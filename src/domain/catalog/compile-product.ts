import type { Product } from "../windows/product.ts";
import type { Row } from "./collect-rows.ts";
import type { Errata } from "./errata.ts";
import { applicationVersionOf, netFileBuildOf, revisionOf } from "./fixed-build.ts";
import { hotpatchCompanions, withPlausibleBuilds } from "./plausible-builds.ts";
import { rankMonths } from "./rank-month.ts";
import type { CatalogKb, CatalogProduct, CatalogUpdate } from "./update.ts";
import { isForeign, type KbNature, kindOn } from "./update-kind.ts";

/** What all products of a catalog share while it is compiled. */
export interface ProductContext {
  readonly natures: ReadonlyMap<string, KbNature>;
  readonly kbs: readonly CatalogKb[];
  readonly kbIndex: ReadonlyMap<string, number>;
  readonly cvePosition: Int32Array;
  readonly errata: Errata;
  readonly systemHas: (os: string, kb: string) => boolean;
  readonly monthOf: (kb: number) => number;
}

/** Turns the rows of one product into its updates: without foreign ones, cleaned of slips, by KB index. */
export function compileProduct(product: Product, rows: ReadonlyMap<string, Row>, context: ProductContext): CatalogProduct {
  const updates: CatalogUpdate[] = [];
  for (const [kb, row] of rows) {
    const nature = context.natures.get(kb);
    const index = context.kbIndex.get(kb);
    if (nature !== undefined && index !== undefined && !isForeign(nature, product) && !isSiblings(product, kb, nature, context))
      updates.push(updateOf(product, kb, index, row, nature, context));
  }
  updates.sort((a, b) => a.kb - b.kb);
  return { name: product.name, updates: hotpatchCompanions(withPlausibleBuilds(inRankMonths(updates, context))) };
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
    supersedes: [...row.supersedes].sort(),
    severity: row.severity,
    cves: Int32Array.from(row.cves, (cve) => context.cvePosition[cve] ?? 0).sort(),
  };
}

function netVersions(product: Product): readonly string[] {
  return product.kind === "component" && product.component.is === "net" ? product.component.groups.flat() : [];
}
