import { compareVersions } from "../windows/version.ts";
import { addBits, type Bits, hasBit, newBits } from "./bits.ts";
import { choicesFor } from "./choice.ts";
import { type DeviceFacts, type Evaluation, openGroups } from "./evaluation.ts";
import type { Choices, Lack, Plan, PlanNode } from "./plan.ts";

/** Evaluates a device under a plan. Some microseconds; the plan's memories aside, no side effects. */
export function evaluate(plan: Plan, facts: DeviceFacts): Evaluation {
  const satisfied = newBits(plan.nodes.length);
  const closed = newBits(plan.groups.length);
  const isThere = (node: number | undefined): void => {
    if (node === undefined || node < 0) return;
    addBits(satisfied, plan.covers[node] as Bits);
    addBits(closed, plan.closes[node] as Bits);
  };
  const { installed, pending } = whatIsInstalled(plan, facts);
  for (const node of installed) isThere(node);
  const reached = facts.revision === undefined ? -1 : highestUpTo(plan, plan.byRevision, facts.revision);
  const hotpatch = facts.revision === undefined ? undefined : plan.hotpatchByRevision.get(facts.revision);
  isThere(reached);
  isThere(hotpatch);
  if (facts.netBuild !== undefined) isThere(highestUpTo(plan, plan.netByBuild, facts.netBuild));
  for (const node of reachedVersions(plan, facts.version)) isThere(node);
  if (facts.flashGone === true || facts.listUnread === true) addBits(closed, plan.flashGroups);
  if (facts.listUnread === true) addBits(closed, plan.independentGroups);
  if (facts.listUnread === true && facts.netBuild === undefined) addBits(closed, plan.netGroups);
  const { choices, track } = choicesFor(plan, { facts, installed, satisfied, atHotpatchBuild: hotpatch !== undefined });
  const { chosen, missing, outcome } = lackOf(plan, closed, choices);
  return { plan, satisfied, installed, pending, reached, closed, chosen, missing, outcome, track };
}

/** Remembered for those who are patched in one way at most; past that the memory starts anew. */
const MOST_LACKS = 20_000;

/** What is chosen, and what is missing, follows from what is closed: devices of a fleet lack the same. */
function lackOf(plan: Plan, closed: Bits, choices: Choices): Lack {
  const known = choices.lacks.get(closed);
  if (known !== undefined) return known;
  const { chosen, offered } = chosenFor(openGroups({ plan, closed }), choices);
  const missing = withoutCovered(plan, offered);
  const lack = { chosen, missing, outcome: plan.outcomes.numberOf(`${missing.join()}:${closed.join()}`) };
  if (choices.lacks.size >= MOST_LACKS) choices.lacks.clear();
  choices.lacks.add(closed, lack);
  return lack;
}

/** A listed KB whose revision is above the running one waits for a restart, or was rolled back: it closes nothing. */
function whatIsInstalled(plan: Plan, facts: DeviceFacts): { installed: number[]; pending: number[] } {
  const installed: number[] = [];
  const pending: number[] = [];
  for (const kb of facts.installed) {
    const index = plan.nodeOfKb.get(kb);
    if (index === undefined) continue;
    const node = plan.nodes[index];
    const runs =
      facts.revision === undefined ||
      node?.line !== "os" ||
      node.revision === null ||
      node.kind === "securityOnly" ||
      node.kind === "companion" ||
      node.revision <= facts.revision;
    (runs ? installed : pending).push(index);
  }
  // in the plan's order, not the list's: the words of the answer name the first
  return { installed: installed.sort(byNumber), pending: pending.sort(byNumber) };
}

function byNumber(a: number, b: number): number {
  return a - b;
}

/** The newest update among those whose number the device has reached, by binary search over rising numbers. */
export function highestUpTo(plan: Plan, rising: readonly number[], limit: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((plan.nodes[rising[middle] ?? 0]?.revision ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return rising[low - 1] ?? -1;
}

function reachedVersions(plan: Plan, version: readonly number[] | undefined): number[] {
  if (version === undefined) return [];
  const hasReached = (node: PlanNode): boolean => node.version !== null && compareVersions(node.version, version) <= 0;
  return plan.nodes.flatMap((node, index) => (hasReached(node) ? [index] : []));
}

/** What would close the open groups, and what Windows Update offers for that: of a line the newest only. */
function chosenFor(open: readonly number[], { ofGroup, offeredFor }: Choices): { readonly chosen: number[]; readonly offered: number[] } {
  const chosen: number[] = [];
  const offered: number[] = [];
  for (const group of open) {
    const node = ofGroup[group] ?? -1;
    if (node >= 0 && !chosen.includes(node)) chosen.push(node);
  }
  for (const node of chosen) {
    const instead = offeredFor(node);
    if (!offered.includes(instead)) offered.push(instead);
  }
  return { chosen: [...chosen, ...offered.filter((node) => !chosen.includes(node))], offered };
}

/** Leaves out what another chosen update holds; of two that hold each other (a slip in the rows) the newer stays. */
function withoutCovered(plan: Plan, chosen: readonly number[]): number[] {
  return chosen.filter(
    (node) => !chosen.some((other) => other !== node && holds(plan, other, node) && (!holds(plan, node, other) || other > node)),
  );
}

function holds(plan: Plan, node: number, other: number): boolean {
  return hasBit(plan.covers[node] as Bits, other);
}
