import { compareVersions } from "../windows/version.ts";
import { addBits, type Bits, hasBit, newBits } from "./bits.ts";
import { chooser } from "./choice.ts";
import type { DeviceFacts, Evaluation } from "./evaluation.ts";
import type { Plan } from "./plan.ts";

/** Evaluates a device under a plan. Some microseconds; no side effects. */
export function evaluate(plan: Plan, facts: DeviceFacts): Evaluation {
  const satisfied = newBits(plan.nodes.length);
  const { installed, pending } = whatIsInstalled(plan, facts);
  for (const node of installed) addBits(satisfied, plan.covers[node] as Bits);
  const reached = facts.revision === undefined ? -1 : highestUpTo(plan, plan.byRevision, facts.revision);
  if (reached >= 0) addBits(satisfied, plan.covers[reached] as Bits);
  const hotpatch = facts.revision === undefined ? undefined : plan.hotpatchByRevision.get(facts.revision);
  if (hotpatch !== undefined) addBits(satisfied, plan.covers[hotpatch] as Bits);
  const net = facts.netBuild === undefined ? -1 : highestUpTo(plan, plan.netByBuild, facts.netBuild);
  if (net >= 0) addBits(satisfied, plan.covers[net] as Bits);
  if (facts.version !== undefined) addReachedVersions(plan, facts.version, satisfied);
  const open = openGroups(plan, satisfied, facts);
  const { choose, track } = chooser(plan, { facts, installed, satisfied, atHotpatchBuild: hotpatch !== undefined });
  const chosen = chooseAll(plan, open, choose);
  return { plan, satisfied, installed, pending, reached, open, chosen, missing: withoutCovered(plan, chosen), track };
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
      node.revision <= facts.revision;
    (runs ? installed : pending).push(index);
  }
  return { installed, pending };
}

/** The newest update among those whose number the device has reached, by binary search over rising numbers. */
function highestUpTo(plan: Plan, rising: readonly number[], limit: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((plan.nodes[rising[middle] ?? 0]?.revision ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return rising[low - 1] ?? -1;
}

function addReachedVersions(plan: Plan, version: readonly number[], satisfied: Bits): void {
  for (const [index, node] of plan.nodes.entries()) {
    if (node.version !== null && compareVersions(node.version, version) <= 0) addBits(satisfied, plan.covers[index] as Bits);
  }
}

function openGroups(plan: Plan, satisfied: Bits, facts: DeviceFacts): number[] {
  const open: number[] = [];
  for (const [index, group] of plan.groups.entries()) {
    if (group.alternatives.some((node) => hasBit(satisfied, node))) continue;
    if (facts.flashGone === true && group.alternatives.every((node) => plan.nodes[node]?.line === "flash")) continue;
    open.push(index);
  }
  return open;
}

function chooseAll(plan: Plan, open: readonly number[], choose: (alternatives: readonly number[]) => number): number[] {
  const chosen = new Set<number>();
  for (const index of open) {
    const node = choose(plan.groups[index]?.alternatives ?? []);
    if (node >= 0) chosen.add(node);
  }
  return [...chosen];
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
