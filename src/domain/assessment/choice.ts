import { type Bits, hasBit } from "./bits.ts";
import { BitsMap } from "./bits-map.ts";
import type { DeviceFacts, Track } from "./evaluation.ts";
import type { Choices, Lack, Plan, PlanNode } from "./plan.ts";

export interface ChoiceContext {
  readonly facts: DeviceFacts;
  readonly installed: readonly number[];
  readonly satisfied: Bits;
  readonly atHotpatchBuild: boolean;
}

type Preference = Readonly<Partial<Record<PlanNode["kind"], number>>>;

/** Kinds by preference, higher first choice; a kind without a number is never asked for (previews, standalones, "Update"). */
const PREFERENCES: Readonly<Record<Track, Preference>> = {
  cumulative: { cumulative: 3, independent: 2, alternate: 1 },
  hotpatch: { hotpatch: 5, companion: 4, cumulative: 3, independent: 2, alternate: 1 },
  rollup: { rollup: 5, cumulative: 5, independent: 4, single: 3, ieCumulative: 2, securityOnly: 1, application: 1 },
  securityOnly: { securityOnly: 5, cumulative: 5, ieCumulative: 4, independent: 4, single: 3, rollup: 1 },
};

/** Finds the device's track, and what a device on that track takes. */
export function choicesFor(plan: Plan, context: ChoiceContext): { readonly track: Track; readonly choices: Choices } {
  const track = plan.isCumulative ? hotpatchOrCumulative(plan, context) : rollupOrSecurityOnly(plan, context.installed, "os");
  const netTrack = plan.isCumulative ? track : netTrackOf(plan, context, track);
  const level = track === "hotpatch" ? monthReached(plan, context.satisfied) : 0;
  const key = `${track}|${netTrack}|${level}`;
  const known = plan.choices.get(key);
  if (known !== undefined) return { track, choices: known };
  const preferenceOf = (node: PlanNode): number => {
    if (!node.offered || (isHotpatch(node) && baselineMonth(node.month) > level)) return 0;
    return PREFERENCES[node.line === "net" ? netTrack : track][node.kind] ?? 0;
  };
  const choices = {
    ofGroup: Int32Array.from(plan.groups, ({ alternatives }) => mostPreferred(plan, alternatives, preferenceOf)),
    offeredFor: byNode((index) => offeredInstead(plan, index, preferenceOf)),
    lacks: new BitsMap<Lack>(),
  };
  plan.choices.set(key, choices);
  return { track, choices };
}

function byNode(work: (node: number) => number): (node: number) => number {
  const known = new Map<number, number>();
  return (node) => {
    const result = known.get(node) ?? work(node);
    known.set(node, result);
    return result;
  };
}

/** Kinds of which Windows Update offers the newest only. */
const NEWEST_ONLY: ReadonlySet<PlanNode["kind"]> = new Set<PlanNode["kind"]>(["cumulative", "rollup", "hotpatch"]);

/** The newest update on offer that holds a chosen one of its line; a hotpatch where the device takes those. */
function offeredInstead(plan: Plan, index: number, preferenceOf: (node: PlanNode) => number): number {
  const chosen = plan.nodes[index] as PlanNode;
  if (!NEWEST_ONLY.has(chosen.kind) || chosen.line === "application") return index;
  const preferred = preferenceOf(chosen);
  let instead = index;
  for (let other = plan.nodes.length - 1; other >= 0; other--) {
    const node = plan.nodes[other] as PlanNode;
    const mayReplace = node.line === chosen.line && NEWEST_ONLY.has(node.kind) && hasBit(plan.covers[other] as Bits, index);
    const preference = mayReplace ? preferenceOf(node) : 0;
    if (preference > preferred) return other;
    if (preference === preferred && instead === index) instead = other;
  }
  return instead;
}

/** The alternative of highest preference, the newest of several; -1 where none has one. */
function mostPreferred(plan: Plan, alternatives: readonly number[], preferenceOf: (node: PlanNode) => number): number {
  let best = -1;
  let most = 0;
  for (const index of alternatives) {
    const preference = preferenceOf(plan.nodes[index] as PlanNode);
    if (preference === 0 || preference < most || (preference === most && index < best)) continue;
    best = index;
    most = preference;
  }
  return best;
}

function hotpatchOrCumulative(plan: Plan, context: ChoiceContext): Track {
  const { facts, installed } = context;
  if (facts.hotpatch !== undefined) return facts.hotpatch ? "hotpatch" : "cumulative";
  return context.atHotpatchBuild || installed.some((index) => plan.nodes[index]?.kind === "hotpatch") ? "hotpatch" : "cumulative";
}

function isHotpatch(node: PlanNode): boolean {
  return node.kind === "hotpatch" || node.kind === "companion";
}

/** A hotpatch goes onto the cumulative update of its quarter's first month; without it Windows Update offers the cumulative update. */
function baselineMonth(month: number): number {
  return month - (month % 3);
}

/** Month of the newest system update that is there, 0 for none. */
export function monthReached(plan: Plan, satisfied: Bits): number {
  const newest = plan.byMonth.find((index) => hasBit(satisfied, index));
  return newest === undefined ? 0 : (plan.nodes[newest]?.month ?? 0);
}

/** One rollup makes a device a rollup device; security-only updates and no rollup make it the other. */
function rollupOrSecurityOnly(plan: Plan, installed: readonly number[], line: PlanNode["line"]): Track {
  let isSecurityOnly = false;
  for (const index of installed) {
    const node = plan.nodes[index];
    if (node?.line !== line) continue;
    if (node.kind === "rollup" || node.kind === "preview") return "rollup";
    isSecurityOnly ||= node.kind === "securityOnly";
  }
  return isSecurityOnly ? "securityOnly" : "rollup";
}

function netTrackOf(plan: Plan, context: ChoiceContext, system: Track): Track {
  const hasAny = context.installed.some((index) => {
    const node = plan.nodes[index];
    return node?.line === "net" && (node.kind === "rollup" || node.kind === "preview" || node.kind === "securityOnly");
  });
  return hasAny ? rollupOrSecurityOnly(plan, context.installed, "net") : system;
}
