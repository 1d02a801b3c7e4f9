import type { Catalog } from "../catalog/catalog.ts";
import { coverage } from "./coverage.ts";
import { fixGroups } from "./fix-groups.ts";
import type { Plan, PlanNode, PlanScope } from "./plan.ts";
import { collectNodes } from "./plan-nodes.ts";

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
  return {
    nodes,
    nodeOfKb,
    covers: coverage(nodes, nodeOfKb, scope),
    groups: fixGroups(catalog, scope, nodes, nodeOfKb),
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
