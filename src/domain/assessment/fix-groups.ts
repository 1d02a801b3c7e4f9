import type { Catalog } from "../catalog/catalog.ts";
import type { CatalogUpdate } from "../catalog/update.ts";
import type { FixGroup, PlanNode, PlanScope } from "./plan.ts";

/**
 * Groups what is to be fixed by its alternatives. On a system, the fixes of one CVE on one product are alternatives;
 * for an application every KB stands for itself (Office's updates are different components of one product).
 */
export function fixGroups(
  catalog: Catalog,
  scope: PlanScope,
  nodes: readonly PlanNode[],
  nodeOfKb: ReadonlyMap<string, number>,
): readonly FixGroup[] {
  const groups = new Map<string, GroupDraft>();
  const add = (alternatives: number[], cve: number, softwareId: string): void => {
    const key = alternatives.join(",");
    const group = groups.get(key) ?? { alternatives, cves: new Set(), bySoftware: new Map() };
    group.cves.add(cve);
    if (catalog.isCve(cve)) group.bySoftware.set(softwareId, (group.bySoftware.get(softwareId) ?? new Set()).add(cve));
    groups.set(key, group);
  };
  for (const { product, softwareId } of scope.products) {
    for (const [cve, alternatives] of fixesByCve(catalog, scope, product.updates, nodes, nodeOfKb)) {
      if (scope.style === "application") for (const node of alternatives) add([node], cve, softwareId);
      else add(alternatives, cve, softwareId);
    }
  }
  const numberOf = cveNumbers(catalog);
  return [...groups.values()].map(({ alternatives, cves, bySoftware }) => ({
    alternatives,
    cves: [...cves],
    counted: numberOf(cves),
    bySoftware: [...bySoftware].map(([softwareId, own]) => [softwareId, [...own]] as const),
  }));
}

interface GroupDraft {
  readonly alternatives: number[];
  readonly cves: Set<number>;
  readonly bySoftware: Map<string, Set<number>>;
}

/** Numbers CVE ids from 0 as they come, so that sets of them are short runs of bytes; advisories get no number. */
function cveNumbers(catalog: Catalog): (cves: ReadonlySet<number>) => Int32Array {
  const numbers = new Map<number, number>();
  return (cves) =>
    Int32Array.from(
      [...cves].filter((cve) => catalog.isCve(cve)),
      (cve) => {
        const number = numbers.get(cve) ?? numbers.size;
        numbers.set(cve, number);
        return number;
      },
    );
}

/** The updates of one product that fix each CVE, as far as both were published by the plan's day. */
function fixesByCve(
  catalog: Catalog,
  scope: PlanScope,
  updates: readonly CatalogUpdate[],
  nodes: readonly PlanNode[],
  nodeOfKb: ReadonlyMap<string, number>,
): Map<number, number[]> {
  const isPublished = (cve: number): boolean => (catalog.content.cves[cve]?.published ?? 0) <= scope.asOf;
  const byCve = new Map<number, number[]>();
  for (const update of updates) {
    const node = nodeOfKb.get(catalog.content.kbs[update.kb]?.id ?? "");
    if (node === undefined || (nodes[node] as PlanNode).released > scope.asOf) continue;
    for (const cve of update.cves.filter(isPublished)) byCve.set(cve, [...(byCve.get(cve) ?? []), node]);
  }
  return byCve;
}
