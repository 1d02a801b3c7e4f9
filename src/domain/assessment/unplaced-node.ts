import type { Line } from "../catalog/update.ts";
import type { PlanNode } from "./plan.ts";

/** A node before it has its place on a line. */
export interface UnplacedNode extends Omit<PlanNode, "order"> {
  /** place in the release history, where one was given and knows the update */
  readonly historyIndex?: number;
  /** for an update known only as a predecessor: the update it stands just below */
  readonly justBelow?: string;
}

/** An update that no document holds: it can only prove that others are there. */
export function evidenceOnly(
  kb: string,
  line: Line,
  place: { readonly month: number; readonly revision?: number | null; readonly historyIndex?: number; readonly justBelow?: string },
): UnplacedNode {
  const { revision = null, ...rest } = place;
  return {
    kb,
    kind: "preview",
    line,
    version: null,
    released: 0,
    offered: false,
    supersedes: [],
    fixes: [],
    addressed: 0,
    distinct: 0,
    severity: null,
    exploited: false,
    document: -1,
    revision,
    ...rest,
  };
}
