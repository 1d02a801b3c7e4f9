import type { Catalog } from "../catalog/catalog.ts";
import { type Bits, hasBit, newBits, setBit } from "./bits.ts";
import { BitsMap } from "./bits-map.ts";
import { coverage } from "./coverage.ts";
import { fixGroups } from "./fix-groups.ts";
import type { FixGroup, Plan, PlanNode, PlanScope } from "./plan.ts";
import { collectNodes } from "./plan-nodes.ts";
import { TextNumbers } from "./text-numbers.ts";

/** Builds the plan of a scope. Costs some milliseconds; callers keep plans (see `Planner`). */
export function buildPlan(catalog: Catalog, scope: PlanScope): Plan {
  const nodes = collectNodes(catalog, scope);
  const nodeOfKb = new Map(nodes.map((node, index) => [node.kb, index]));
  const indices = nodes.map((_, index) => index);
  const revisionOf = (index: number): number => nodes[index]?.revision ?? 0;
  const withRevision = (accepts: (node: PlanNode) => boolean): number[] =>
    indices
      .filter((index) => nodes[index] !== undefined && nodes[index].revision !== null && accepts(nodes[index]))
      .sort((a, b) => revisionOf(a) - revisionOf(b));
  const covers = coverage(nodes, nodeOfKb, scope);
  const groups = fixGroups(catalog, scope, nodes, nodeOfKb);
  return {
    nodes,
    nodeOfKb,
    covers,
    groups,
    closes: covers.map((own, index) => groupsWhere(groups, (group) => isClosed(group, own, nodes, index))),
    flashGroups: groupsWhere(
      groups,
      only(nodes, ({ line }) => line === "flash"),
    ),
    netGroups: groupsWhere(
      groups,
      only(nodes, ({ line }) => line === "net"),
    ),
    independentGroups: groupsWhere(
      groups,
      only(nodes, ({ kind }) => kind === "independent"),
    ),
    byMonth: indices.filter((index) => tellsMonth(nodes[index])).sort((a, b) => (nodes[b]?.month ?? 0) - (nodes[a]?.month ?? 0)),
    countedCves: groups.reduce((count, { counted }) => counted.reduce((most, cve) => Math.max(most, cve + 1), count), 0),
    firstKnown: nodes.reduce(
      (first, node) => (node.document >= 0 && node.line === "os" ? Math.min(first, node.released) : first),
      Number.POSITIVE_INFINITY,
    ),
    newestOffered: nodes.reduce(
      (newest, node) => (node.offered && (node.line === "os" || node.line === "application") ? Math.max(newest, node.month) : newest),
      0,
    ),
    openCounts: new BitsMap(),
    outcomes: new TextNumbers(),
    named: new Map(),
    choices: new Map(),
    byRevision: withRevision(tellsStanding),
    hotpatchByRevision: new Map(withRevision((node) => node.kind === "hotpatch").map((index) => [revisionOf(index), index])),
    netByBuild: withRevision((node) => node.line === "net"),
    isCumulative: scope.style === "cumulative-system",
  };
}

function tellsStanding(node: PlanNode): boolean {
  return (
    node.line === "os" && (node.kind === "cumulative" || node.kind === "alternate" || node.kind === "rollup" || node.kind === "preview")
  );
}

function tellsMonth(node: PlanNode | undefined): boolean {
  return node?.line === "os" && node.kind !== "independent" && node.document !== -1;
}

function groupsWhere(groups: readonly FixGroup[], accepts: (group: FixGroup) => boolean): Bits {
  const bits = newBits(groups.length);
  for (const [index, group] of groups.entries()) if (accepts(group)) setBit(bits, index);
  return bits;
}

function only(nodes: readonly PlanNode[], accepts: (node: PlanNode) => boolean): (group: FixGroup) => boolean {
  return ({ alternatives }) => alternatives.every((index) => accepts(nodes[index] as PlanNode));
}

/**
 * A hotpatch stands on the cumulative update of its month, but not on what a companion or a second hotpatch of the month brings
 * (March 2026): MSRC leaves that out of its rows.
 */
function isClosed({ alternatives }: FixGroup, covered: Bits, nodes: readonly PlanNode[], index: number): boolean {
  const isHotpatch = nodes[index]?.kind === "hotpatch";
  let isThere = false;
  let isLeftOut = false;
  for (const node of alternatives) {
    const kind = nodes[node]?.kind;
    if (!hasBit(covered, node)) isLeftOut ||= kind === "companion" || (isHotpatch && kind === "hotpatch");
    else if (!isHotpatch || kind === "hotpatch") return true;
    else isThere = true;
  }
  return isThere && !isLeftOut;
}
