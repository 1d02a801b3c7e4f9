import type { Line } from "../catalog/update.ts";
import type { PlanNode } from "./plan.ts";
import type { UnplacedNode } from "./unplaced-node.ts";

const LINES: readonly Line[] = ["os", "net", "flash", "application"];

/** Gives every node its place on its line, oldest first. */
export function placeOnLines(nodes: readonly UnplacedNode[]): readonly PlanNode[] {
  return LINES.flatMap((line) => inOrder(nodes.filter((node) => node.line === line))).map(
    ({ historyIndex: _, justBelow: __, ...node }, order) => ({ ...node, order }),
  );
}

function inOrder(nodes: readonly UnplacedNode[]): readonly UnplacedNode[] {
  const depths = depthsInMonth(nodes);
  const ordered = nodes.filter((node) => node.justBelow === undefined).sort((a, b) => compare(a, b, depths));
  for (const node of nodes.filter((candidate) => candidate.justBelow !== undefined).sort(byNumber)) {
    const successor = ordered.findIndex((other) => other.kb === node.justBelow);
    ordered.splice(Math.max(0, successor), 0, node);
  }
  return ordered;
}

/** The release history knows best, then the month, then revisions, then who replaces whom within the month. */
function compare(a: UnplacedNode, b: UnplacedNode, depths: ReadonlyMap<string, number>): number {
  if (a.historyIndex !== undefined && b.historyIndex !== undefined) return a.historyIndex - b.historyIndex;
  if (a.month !== b.month) return a.month - b.month;
  if (a.revision !== null && b.revision !== null && a.revision !== b.revision) return a.revision - b.revision;
  return (depths.get(a.kb) ?? 0) - (depths.get(b.kb) ?? 0) || lateness(a) - lateness(b) || byNumber(a, b);
}

function byNumber(a: UnplacedNode, b: UnplacedNode): number {
  return Number(a.kb) - Number(b.kb);
}

/** Within a month an alternate comes after the update it stands for, a preview after both. */
function lateness(node: UnplacedNode): number {
  return node.kind === "preview" ? 2 : node.kind === "alternate" ? 1 : 0;
}

/** How many updates of the same month an update stands on. */
function depthsInMonth(nodes: readonly UnplacedNode[]): ReadonlyMap<string, number> {
  const byKb = new Map(nodes.map((node) => [node.kb, node]));
  const depths = new Map<string, number>();
  const depthOf = (node: UnplacedNode, path: ReadonlySet<string>): number => {
    const known = depths.get(node.kb);
    if (known !== undefined) return known;
    let depth = 0;
    for (const kb of node.supersedes) {
      const older = byKb.get(kb);
      // one without a document has its month from its successor: it says nothing about the month
      if (older === undefined || older.document < 0 || older.month !== node.month || path.has(kb)) continue;
      depth = Math.max(depth, 1 + depthOf(older, new Set([...path, kb])));
    }
    depths.set(node.kb, depth);
    return depth;
  };
  for (const node of nodes) depthOf(node, new Set([node.kb]));
  return depths;
}
