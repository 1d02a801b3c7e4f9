import { applicationStreams } from "./application-streams.ts";
import { addBits, type Bits, hasBit, newBits, removeBits, setBit } from "./bits.ts";
import type { LineRule, PlanNode, PlanScope } from "./plan.ts";

/**
 * For every update: all that is there once it is. Two sources: the line (cumulative by nature) and MSRC's graph of predecessors, which
 * alone breaks in one of ten places. `nodes` come oldest first within a line, so what a predecessor covers is known when it is needed.
 */
export function coverage(nodes: readonly PlanNode[], nodeOfKb: ReadonlyMap<string, number>, scope: PlanScope): readonly Bits[] {
  const independents = newBits(nodes.length);
  for (const [index, node] of nodes.entries()) if (node.kind === "independent") setBit(independents, index);
  const onLine = lineRule(nodes, scope);
  const covers: Bits[] = nodes.map(() => newBits(nodes.length));
  for (const index of systemLast(nodes)) {
    const node = nodes[index] as PlanNode;
    const own = covers[index] as Bits;
    addHeldOnLine(own, index, nodes, covers, onLine);
    for (const kb of node.supersedes) {
      const other = nodeOfKb.get(kb);
      if (other !== undefined && other !== index && !contradicts(node, nodes[other] as PlanNode)) addWith(own, covers, other);
    }
    // no build clears a Secure Boot update, whatever a row says
    if (node.kind !== "independent") removeBits(own, independents);
    setBit(own, index);
  }
  return covers;
}

/** A system's update may hold one of .NET; what that holds must be known by then. */
function systemLast(nodes: readonly PlanNode[]): number[] {
  const indices = nodes.map((_, index) => index);
  return [...indices.filter((index) => nodes[index]?.line !== "os"), ...indices.filter((index) => nodes[index]?.line === "os")];
}

/** Newest first: what that one holds is held already when its turn comes, and costs nothing more. */
function addHeldOnLine(own: Bits, index: number, nodes: readonly PlanNode[], covers: readonly Bits[], onLine: LineRule): void {
  const node = nodes[index] as PlanNode;
  for (let other = nodes.length - 1; other >= 0; other--) {
    if (other !== index && !hasBit(own, other) && onLine(node, nodes[other] as PlanNode)) addWith(own, covers, other);
  }
}

/** Adds an update and all it holds; what is held already brought its own with it, but for one that comes later in its turn (a circle). */
function addWith(own: Bits, covers: readonly Bits[], other: number): void {
  if (hasBit(own, other)) return;
  addBits(own, covers[other] as Bits);
  setBit(own, other);
}

/** A row that names a newer update of its own line as its predecessor is a slip. */
function contradicts(node: PlanNode, older: PlanNode): boolean {
  return node.line === older.line && older.order > node.order && node.line !== "application";
}

function lineRule(nodes: readonly PlanNode[], scope: PlanScope): LineRule {
  if (scope.style === "application") return applicationStreams(nodes);
  const system = scope.style === "cumulative-system" ? cumulativeSystem : trackSystem;
  return (node, other) => node.line === other.line && (node.line === "os" ? system(node, other) : component(node, other));
}

/** Windows 10 and later: a cumulative update holds every older one and the hotpatches of its month; a hotpatch stands on all before it. */
function cumulativeSystem(node: PlanNode, other: PlanNode): boolean {
  if (other.kind === "independent" || node.kind === "independent") return holdsIndependent(node, other);
  if (node.kind === "companion") return false;
  if (other.kind === "companion") return other.month < (node.kind === "hotpatch" ? node.month : monthReached(node));
  if (node.kind === "hotpatch" && other.kind === "hotpatch") return other.order < node.order;
  if (node.kind === "hotpatch" || other.kind === "hotpatch") return other.month < monthReached(node);
  return other.order < node.order;
}

/** First month that an update does not hold. One that no document holds has its month from its neighbour, and is not trusted with that month. */
function monthReached(node: PlanNode): number {
  return node.document === -1 ? node.month : node.month + 1;
}

/** All that stand for themselves are Secure Boot revocation lists, and a list holds the ones before it. */
function holdsIndependent(node: PlanNode, other: PlanNode): boolean {
  return node.kind === "independent" && other.kind === "independent" && other.order < node.order;
}

/** Windows 7 to 2012 R2: a rollup holds older rollups and every lesser update up to its own day; the others hold little. */
function trackSystem(node: PlanNode, other: PlanNode): boolean {
  if (other.kind === "independent") return holdsIndependent(node, other);
  const isRollup = node.kind === "rollup" || node.kind === "preview";
  if (isRollup && (other.kind === "rollup" || other.kind === "preview")) return other.order < node.order;
  if (isRollup) return other.month < node.month || (other.month === node.month && other.released <= node.released);
  return node.kind === "ieCumulative" && other.kind === "ieCumulative" && other.order < node.order;
}

/** .NET and Flash: one line each; a security-only update of .NET holds nothing but itself. */
function component(node: PlanNode, other: PlanNode): boolean {
  if (node.kind === "securityOnly" || node.kind === "single") return false;
  const isLesser = other.kind === "securityOnly" || other.kind === "single";
  return other.order < node.order || (isLesser && other.month < monthReached(node));
}
