import type { HistoryLine } from "../catalog/release-history.ts";
import { evidenceOnly, type UnplacedNode } from "./unplaced-node.ts";

/** Where the release history puts an update. */
export interface HistoryPlace {
  readonly index: number;
  readonly revision: number | null;
}

/** Looks up table of one line of the release history. */
export function historyPlaces(history: HistoryLine | undefined): ReadonlyMap<string, HistoryPlace> {
  const places = new Map<string, HistoryPlace>();
  for (const [index, { kb, revision }] of (history?.releases ?? []).entries()) {
    // the first mention counts: a KB offered again later is the same bytes
    if (kb !== null && !places.has(kb)) places.set(kb, { index, revision });
  }
  return places;
}

/** Previews and out-of-band releases that only the history knows, in the month of the known update they follow. */
export function historyNodes(known: readonly UnplacedNode[], places: ReadonlyMap<string, HistoryPlace>): UnplacedNode[] {
  const onLine = known.filter((node) => node.line === "os" && node.historyIndex !== undefined);
  onLine.sort((a, b) => (a.historyIndex ?? 0) - (b.historyIndex ?? 0));
  const held = new Set(known.map((node) => node.kb));
  const nodes: UnplacedNode[] = [];
  for (const [kb, { index, revision }] of places) {
    if (held.has(kb)) continue;
    const before = onLine.findLast((node) => (node.historyIndex ?? 0) < index);
    nodes.push(evidenceOnly(kb, "os", { month: before?.month ?? 0, revision, historyIndex: index }));
  }
  return nodes;
}
