import { byRelease } from "../../domain/assessment/missing-update.ts";
import type { Shortfall, UpdateFixes } from "../../domain/assessment/shortfall.ts";
import type { Catalog } from "../../domain/catalog/catalog.ts";
import type { Severity } from "../../domain/catalog/document.ts";
import { worse } from "../../domain/catalog/severity.ts";
import type { MissingRow } from "./summary.ts";

/** A missing update over all devices that miss it. */
export interface UpdateTotals extends Omit<MissingRow, "osBuild" | "cumulativeCves" | "cveAddressed" | "distinctCves"> {
  devices: number;
  /** the worst that any of the devices has */
  severity: Severity | null;
  exploited: boolean;
  productsNames: readonly string[];
  supersedes: readonly string[];
  /** the CVEs it fixes by itself, by software; no advisories */
  readonly fixes: Map<string, Set<number>>;
}

/**
 * Counts missing updates, newest release first. `lists` are the devices that miss the same list of rows, `lacking` what those devices lack. Rows, and
 * what an update fixes, are the same objects wherever they are the same: each is looked into once.
 */
export function countUpdates(
  catalog: Catalog,
  lists: ReadonlyMap<readonly MissingRow[], number>,
  lacking: Iterable<Shortfall>,
): readonly UpdateTotals[] {
  const rows = new Map<MissingRow, number>();
  for (const [list, devices] of lists) for (const row of list) rows.set(row, (rows.get(row) ?? 0) + devices);
  const updates = new Map<string, UpdateTotals>();
  for (const [row, devices] of rows) {
    const known = updates.get(row.id);
    if (known === undefined) updates.set(row.id, begin(row, devices));
    else join(known, row, devices);
  }
  addFixes(catalog, updates, lacking);
  return [...updates.values()].sort(byRelease);
}

function begin(row: MissingRow, devices: number): UpdateTotals {
  const { osBuild: _build, cumulativeCves: _closes, cveAddressed: _pairs, distinctCves: _distinct, ...facts } = row;
  return { ...facts, devices, fixes: new Map() };
}

function join(known: UpdateTotals, row: MissingRow, devices: number): void {
  known.devices += devices;
  known.severity = worse(known.severity, row.severity);
  known.exploited ||= row.exploited;
  known.productsNames = union(known.productsNames, row.productsNames);
  known.supersedes = union(known.supersedes, row.supersedes);
}

function addFixes(catalog: Catalog, updates: ReadonlyMap<string, UpdateTotals>, lacking: Iterable<Shortfall>): void {
  const seen = new Map<UpdateTotals, Set<UpdateFixes["fixes"]>>();
  for (const shortfall of lacking) {
    for (const { kb, fixes } of shortfall.updates) {
      const update = updates.get(kb);
      if (update === undefined) continue;
      const own = seen.get(update) ?? new Set();
      if (!own.has(fixes)) addFixesTo(update, fixes, catalog);
      seen.set(update, own.add(fixes));
    }
  }
}

function addFixesTo(update: UpdateTotals, fixes: UpdateFixes["fixes"], catalog: Catalog): void {
  for (const { softwareId, cves } of fixes) {
    const all = update.fixes.get(softwareId) ?? new Set<number>();
    for (const cve of cves) if (catalog.isCve(cve)) all.add(cve);
    update.fixes.set(softwareId, all);
  }
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return b.every((one) => a.includes(one)) ? a : [...new Set([...a, ...b])].sort();
}
