import type { Catalog } from "../catalog/catalog.ts";
import { worse } from "../catalog/severity.ts";
import type { CatalogUpdate, UpdateKind } from "../catalog/update.ts";
import { parseVersion } from "../windows/version.ts";
import { type HistoryPlace, historyNodes, historyPlaces } from "./history-nodes.ts";
import { placeOnLines } from "./line-order.ts";
import type { NodeFixes, PlanNode, PlanScope } from "./plan.ts";
import { evidenceOnly, type UnplacedNode } from "./unplaced-node.ts";

/** The updates of a scope: those of its products, those only named as predecessors, and those only the release history knows. */
export function collectNodes(catalog: Catalog, scope: PlanScope): readonly PlanNode[] {
  const updates = updatesByKb(catalog, scope);
  const places = historyPlaces(scope.history);
  const known = [...updates].map(([kb, own]) => nodeOf(catalog, scope, kb, own, places.get(kb)));
  const withHistory = [...known, ...historyNodes(known, places)];
  return placeOnLines(newest([...withHistory, ...predecessors(catalog, withHistory)]));
}

/** Updates of one scope at most (the largest real one has 700): what each holds is kept as a bit for every other. */
const MOST_NODES = 8192;

/** Hostile documents may name any number of updates for a product; the newest decide what is missing. */
function newest(nodes: readonly UnplacedNode[]): readonly UnplacedNode[] {
  if (nodes.length <= MOST_NODES) return nodes;
  return [...nodes].sort((a, b) => b.month - a.month || b.document - a.document || Number(b.kb) - Number(a.kb)).slice(0, MOST_NODES);
}

interface OwnUpdate {
  readonly update: CatalogUpdate;
  /** undefined: for a product the device does not have, evidence only */
  readonly softwareId: string | undefined;
}

function updatesByKb(catalog: Catalog, scope: PlanScope): Map<string, OwnUpdate[]> {
  const byKb = new Map<string, OwnUpdate[]>();
  const add = (update: CatalogUpdate, softwareId: string | undefined): void => {
    const kb = catalog.content.kbs[update.kb]?.id ?? "";
    const own = byKb.get(kb);
    if (own === undefined) byKb.set(kb, [{ update, softwareId }]);
    else own.push({ update, softwareId });
  };
  for (const { product, softwareId } of scope.products) for (const update of product.updates) add(update, softwareId);
  for (const product of scope.evidence ?? []) for (const update of product.updates) if (update.line === "net") add(update, undefined);
  return byKb;
}

function nodeOf(catalog: Catalog, scope: PlanScope, kb: string, own: readonly OwnUpdate[], place: HistoryPlace | undefined): UnplacedNode {
  // the system's own row decides what the update is; components of a system come after it in the scope
  const main = own[0]?.update as CatalogUpdate;
  const facts = catalog.content.kbs[main.kb];
  const released = facts?.released ?? 0;
  const applying = own.filter(({ softwareId }) => softwareId !== undefined);
  const fixes = fixesOf(catalog, scope, applying);
  const withdrawn = catalog.withdrawnSince(kb) ?? Number.POSITIVE_INFINITY;
  const revisions = applying.map(({ update }) => update.revision).filter((revision) => revision !== null);
  return {
    kb,
    kind: main.kind,
    line: main.line,
    month: Math.min(...own.map(({ update }) => update.month)),
    revision: (main.line === "os" ? place?.revision : undefined) ?? revisions[0] ?? null,
    version: versionOf(applying),
    released,
    offered: applying.length > 0 && released <= scope.asOf && withdrawn > scope.asOf,
    supersedes: [...new Set(own.flatMap(({ update }) => update.supersedes))].sort(),
    fixes,
    addressed: fixes.reduce((sum, { counted }) => sum + counted, 0),
    distinct: distinctCves(catalog, fixes),
    severity: applying.reduce<PlanNode["severity"]>((worst, { update }) => worse(worst, update.severity), null),
    exploited: fixes.some(({ cves }) => cves.some((cve) => catalog.content.cves[cve]?.exploited === true)),
    document: facts?.document ?? -1,
    ...(place === undefined ? {} : { historyIndex: place.index }),
  };
}

function versionOf(own: readonly OwnUpdate[]): readonly number[] | null {
  for (const { update } of own) {
    const version = update.version === null ? undefined : parseVersion(update.version);
    if (version !== undefined) return version;
  }
  return null;
}

function fixesOf(catalog: Catalog, scope: PlanScope, own: readonly OwnUpdate[]): readonly NodeFixes[] {
  const bySoftware = new Map<string, Set<number>>();
  for (const { update, softwareId = "" } of own) {
    const cves = bySoftware.get(softwareId) ?? new Set();
    for (const cve of update.cves) if ((catalog.content.cves[cve]?.published ?? 0) <= scope.asOf) cves.add(cve);
    if (cves.size > 0) bySoftware.set(softwareId, cves);
  }
  const isCounted = (cve: number): boolean => catalog.isCve(cve);
  const fixes = [...bySoftware].map(([softwareId, cves]) => ({ softwareId, cves: [...cves], counted: [...cves].filter(isCounted).length }));
  return fixes.sort((a, b) => b.counted - a.counted || (a.softwareId < b.softwareId ? -1 : 1));
}

function distinctCves(catalog: Catalog, fixes: readonly NodeFixes[]): number {
  const cves = new Set(fixes.flatMap((fix) => fix.cves));
  return [...cves].filter((cve) => catalog.isCve(cve)).length;
}

/** Lines on which an unknown predecessor says something: having it means having all before its successor. */
const SUCCESSIVE: ReadonlySet<UpdateKind> = new Set<UpdateKind>(["cumulative", "alternate", "rollup"]);

function predecessors(catalog: Catalog, nodes: readonly UnplacedNode[]): UnplacedNode[] {
  const known = new Set(nodes.map((node) => node.kb));
  // a KB of some other system is a slip of MSRC's (KB5031377 of 1507 "supersedes" one of 1607)
  const isUnknown = (kb: string): boolean => !known.has(kb) && catalog.indexOfKb(kb) === undefined;
  const lowest = new Map<string, UnplacedNode>();
  for (const node of nodes.filter(({ kind, line }) => SUCCESSIVE.has(kind) && line !== "application")) {
    for (const kb of node.supersedes.filter(isUnknown)) {
      const other = lowest.get(kb);
      if (other === undefined || node.month < other.month) lowest.set(kb, node);
    }
  }
  return [...lowest].map(([kb, successor]) => evidenceOnly(kb, successor.line, { month: successor.month, justBelow: successor.kb }));
}
