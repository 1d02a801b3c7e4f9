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

/** How many updates of the same month an update stands on. Walks with a stack of its own: a hostile chain may be longer than the machine's. */
function depthsInMonth(nodes: readonly UnplacedNode[]): ReadonlyMap<string, number> {
  const byKb = new Map(nodes.map((node) => [node.kb, node]));
  const depths = new Map<string, number>();
  const below = (node: UnplacedNode): UnplacedNode[] =>
    // one without a document has its month from its successor: it says nothing about the month
    node.supersedes.flatMap((kb) => {
      const older = byKb.get(kb);
      return older !== undefined && older.document >= 0 && older.month === node.month ? [older] : [];
    });
  for (const start of nodes) {
    const path: UnplacedNode[] = [start];
    const onPath = new Set([start.kb]);
    while (path.length > 0) {
      const node = path.at(-1) as UnplacedNode;
      const next = below(node).find(({ kb }) => !depths.has(kb) && !onPath.has(kb));
      if (next !== undefined && !depths.has(node.kb)) {
        path.push(next);
        onPath.add(next.kb);
        continue;
      }
      if (!depths.has(node.kb))
        depths.set(
          node.kb,
          below(node).reduce((depth, { kb }) => Math.max(depth, (depths.get(kb) ?? -1) + 1), 0),
        );
      path.pop();
      onPath.delete(node.kb);
    }
  }
  return depths;
}
