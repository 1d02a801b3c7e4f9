import { compareVersions } from "../windows/version.ts";
import type { LineRule, PlanNode } from "./plan.ts";

/** Share of months in which an application may have two updates and still count as one stream (Excel 2016: 5 of 71; Office 2016: 42 of 72). */
const ONE_STREAM = 0.1;

/** Applications with at most this many updates a month on average have few enough streams to tell which continues which (SharePoint: core and language). */
const FEW_STREAMS = 2;

/**
 * How the updates of an application succeed one another where MSRC's graph is broken: documents are absent, and since 2023 many rows name no predecessor.
 * One stream is cumulative by nature. Of two, a chain that begins takes up one that ended before it. With more (Office: a dozen components)
 * only a chain whose first update names a predecessor takes one up; the rest stand for themselves.
 */
export function applicationStreams(nodes: readonly PlanNode[]): LineRule {
  const perMonth = new Map<number, number>();
  for (const node of nodes) perMonth.set(node.month, (perMonth.get(node.month) ?? 0) + 1);
  const shared = [...perMonth.values()].filter((updates) => updates > 1).length;
  if (shared <= perMonth.size * ONE_STREAM) return oneStream;
  const isFew = nodes.length <= perMonth.size * FEW_STREAMS;
  const streams = streamsOf(nodes, isFew);
  return (node, other) => node.month > other.month && streams.get(node.kb) === streams.get(other.kb);
}

/** A later update holds the earlier ones; versions decide where both have one. */
function oneStream(node: PlanNode, other: PlanNode): boolean {
  if (node.version !== null && other.version !== null) return compareVersions(other.version, node.version) < 0;
  return other.month < node.month;
}

/** Updates that follow one another by the graph. */
interface Chain {
  readonly updates: PlanNode[];
  readonly first: PlanNode;
  readonly last: PlanNode;
}

function streamsOf(nodes: readonly PlanNode[], isFew: boolean): ReadonlyMap<string, number> {
  const chains = chainsOf(nodes).sort((a, b) => a.first.month - b.first.month || a.first.order - b.first.order);
  const streams = new Map<string, number>();
  const ends: { month: number; stream: number; taken: boolean }[] = [];
  for (const [index, chain] of chains.entries()) {
    const mayContinue = isFew || chain.first.supersedes.length > 0;
    const ended = mayContinue
      ? ends.filter((end) => !end.taken && end.month < chain.first.month).sort((a, b) => b.month - a.month)[0]
      : undefined;
    if (ended !== undefined) ended.taken = true;
    const stream = ended?.stream ?? index;
    ends.push({ month: chain.last.month, stream, taken: false });
    for (const node of chain.updates) streams.set(node.kb, stream);
  }
  if (isFew) joinLeftovers(chains, streams);
  return streams;
}

/** With few streams, a chain that ended and that none took up belongs to whatever began next: SharePoint's parts go on, they do not vanish. */
function joinLeftovers(chains: readonly Chain[], streams: Map<string, number>): void {
  const streamOf = (chain: Chain): number => streams.get(chain.last.kb) ?? -1;
  const goesOn = (chain: Chain): boolean =>
    chains.some((other) => streamOf(other) === streamOf(chain) && other.last.month > chain.last.month);
  for (const chain of chains.filter((candidate) => !goesOn(candidate))) {
    const next = chains.find(({ first }) => first.month > chain.last.month);
    if (next !== undefined) for (const node of chain.updates) streams.set(node.kb, streamOf(next));
  }
}

/** Joins updates along the graph, whatever their order; a branching chain stays one. */
function chainsOf(nodes: readonly PlanNode[]): Chain[] {
  const root = new Map(nodes.map((node) => [node.kb, node.kb]));
  const find = (kb: string): string => {
    let at = kb;
    for (let up = root.get(at); up !== undefined && up !== at; up = root.get(at)) {
      root.set(at, root.get(up) ?? up);
      at = up;
    }
    return at;
  };
  for (const node of nodes) for (const kb of node.supersedes) if (root.has(kb)) root.set(find(kb), find(node.kb));
  const members = new Map<string, PlanNode[]>();
  for (const node of nodes) members.set(find(node.kb), [...(members.get(find(node.kb)) ?? []), node]);
  return [...members.values()].map((updates) => ({ updates, first: updates[0] as PlanNode, last: updates.at(-1) as PlanNode }));
}
