import { type Bits, newBits, setBit } from "./bits.ts";
import type { Plan, PlanNode } from "./plan.ts";

type Kinds = ReadonlySet<PlanNode["kind"]>;

/** Kinds that tell which way of patching a device follows by being listed at all (see `choice.ts`). */
const TELLING_KINDS: Kinds = new Set<PlanNode["kind"]>(["rollup", "preview", "securityOnly"]);
const TELLING_KINDS_OF_CUMULATIVE: Kinds = new Set<PlanNode["kind"]>(["hotpatch"]);

const known = new WeakMap<Plan, Map<number, Bits>>();

/**
 * The updates of which nothing changes when they are listed as installed on a device that has reached an update: it holds all that they hold, closes all
 * that they close, and they are neither above its revision (a restart would be due) nor of a kind that tells how the device is patched.
 */
export function heldAnyway(plan: Plan, reached: number): Bits {
  const ofPlan = known.get(plan) ?? new Map<number, Bits>();
  known.set(plan, ofPlan);
  const found = ofPlan.get(reached) ?? findHeld(plan, reached);
  ofPlan.set(reached, found);
  return found;
}

function findHeld({ nodes, covers, closes, isCumulative }: Plan, reached: number): Bits {
  const tellsTrack = isCumulative ? TELLING_KINDS_OF_CUMULATIVE : TELLING_KINDS;
  const held = newBits(nodes.length);
  const limit = nodes[reached]?.revision ?? 0;
  for (const [index, { kind, line, revision }] of nodes.entries()) {
    const isAbove = line === "os" && revision !== null && revision > limit;
    if (isAbove || tellsTrack.has(kind)) continue;
    if (isWithin(covers[index] as Bits, covers[reached] as Bits) && isWithin(closes[index] as Bits, closes[reached] as Bits)) {
      setBit(held, index);
    }
  }
  return held;
}

function isWithin(part: Bits, whole: Bits): boolean {
  return part.every((word, index) => (word & ~(whole[index] ?? 0)) === 0);
}
