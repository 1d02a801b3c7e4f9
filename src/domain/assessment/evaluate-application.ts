import { evaluate } from "./evaluate.ts";
import type { DeviceFacts, Evaluation } from "./evaluation.ts";
import type { Plan } from "./plan.ts";

/** Evaluations remembered for one application at most; past that the memory starts anew. */
const MOST_EVALUATIONS = 1_000;

const known = new WeakMap<Plan, Map<string, Evaluation>>();

/** Evaluates an application. A fleet has few of them and few patch levels of each, on any of its systems: each is worked out once. */
export function evaluateApplication(
  plan: Plan,
  facts: Pick<DeviceFacts, "version"> & { readonly installed: readonly string[] },
): Evaluation {
  const own = facts.installed.filter((kb) => plan.nodeOfKb.has(kb));
  const key = `${facts.version?.join(".") ?? ""}|${own.join()}`;
  const evaluations = known.get(plan) ?? new Map<string, Evaluation>();
  known.set(plan, evaluations);
  const found = evaluations.get(key);
  if (found !== undefined) return found;
  if (evaluations.size >= MOST_EVALUATIONS) evaluations.clear();
  const evaluation = evaluate(plan, { ...facts, installed: own });
  evaluations.set(key, evaluation);
  return evaluation;
}
