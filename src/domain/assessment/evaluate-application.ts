import { type Bits, newBits, setBit } from "./bits.ts";
import { BitsMap } from "./bits-map.ts";
import { evaluate } from "./evaluate.ts";
import type { DeviceFacts, Evaluation } from "./evaluation.ts";
import type { Plan } from "./plan.ts";

/** Evaluations remembered for one application at most; past that the memory starts anew. */
const MOST_EVALUATIONS = 1_000;

type Version = DeviceFacts["version"];

/** Of one application. */
interface Memory {
  /** by version, as the one list that all devices with the same entry of software share; then by what of the plan is installed */
  readonly byVersion: Map<Version, BitsMap<Evaluation>>;
  size: number;
}

const memories = new WeakMap<Plan, Memory>();

/** Evaluates an application. A fleet has few of them and few patch levels of each, on any of its systems: each is worked out once. */
export function evaluateApplication(
  plan: Plan,
  facts: Pick<DeviceFacts, "version"> & { readonly installed: readonly string[] },
): Evaluation {
  const memory = memories.get(plan) ?? { byVersion: new Map(), size: 0 };
  memories.set(plan, memory);
  const installed = installedNodes(plan, facts.installed);
  const known = memory.byVersion.get(facts.version)?.get(installed);
  if (known !== undefined) return known;
  if (memory.size >= MOST_EVALUATIONS) forget(memory);
  const evaluation = evaluate(plan, facts);
  const ofVersion = memory.byVersion.get(facts.version) ?? new BitsMap();
  memory.byVersion.set(facts.version, ofVersion);
  ofVersion.add(installed, evaluation);
  memory.size++;
  return evaluation;
}

function forget(memory: Memory): void {
  memory.byVersion.clear();
  memory.size = 0;
}

/** All of a list that matters to a plan. */
function installedNodes(plan: Plan, installed: readonly string[]): Bits {
  const bits = newBits(plan.nodes.length);
  for (const kb of installed) {
    const node = plan.nodeOfKb.get(kb);
    if (node !== undefined) setBit(bits, node);
  }
  return bits;
}
