import type { Catalog } from "../catalog/catalog.ts";
import type { Inventory } from "../fleet/inventory.ts";
import { compareTexts } from "../text-order.ts";
import { parseDay, printDay, printMonth } from "../windows/day.ts";
import { applicationWords, wordsOf } from "./assess.ts";
import type { AssessmentOptions, Explanation } from "./assessment.ts";
import { hasBit } from "./bits.ts";
import { type DeviceEvaluation, evaluateDevice } from "./device-evaluation.ts";
import { type Evaluation, openGroups } from "./evaluation.ts";
import { countOpenCves } from "./missing-update.ts";
import type { PlanNode } from "./plan.ts";
import { Planner } from "./planner.ts";
import { type DeviceWords, whyMissing, whySatisfied } from "./why.ts";

/** Says why KBs (digits) are, or are not, in the answer for a device, in their order. */
export type Explain = (inventory: Inventory, kbs: readonly string[]) => Explanation[];

/** Prepares explanations under a catalog, as `assessor` prepares answers: plans are made once, and a device is evaluated once for all its KBs. */
export function explainer(catalog: Catalog, options: AssessmentOptions): Explain {
  const planner = new Planner(catalog, parseDay(options.asOf) ?? 0);
  return (inventory, kbs) => {
    const device = evaluateDevice(planner, inventory);
    if (!("status" in device)) return kbs.map((kb) => explainKb(planner, inventory, device, kb));
    return kbs.map((kb) => ({ kb, verdict: "unknown", why: `the device could not be assessed: ${device.reason}` }));
  };
}

/** An update that a device need not install, and what took its place or put it there. */
export interface SatisfiedUpdate {
  readonly kb: string;
  /** title of the release it belongs to */
  readonly name: string;
  readonly releasedOn: string;
  readonly why: string;
}

/** Every update of MSRC's documents that is there on a device, newest first; undefined where the device could not be assessed. */
export function satisfiedUpdates(inventory: Inventory, catalog: Catalog, options: AssessmentOptions): SatisfiedUpdate[] | undefined {
  const planner = new Planner(catalog, parseDay(options.asOf) ?? 0);
  const device = evaluateDevice(planner, inventory);
  if ("status" in device) return undefined;
  const found = new Map<string, SatisfiedUpdate>();
  for (const { evaluation, words } of evaluationsOf(inventory, device)) {
    for (const [index, { kb, document, released, offered }] of evaluation.plan.nodes.entries()) {
      if (document < 0 || !offered || found.has(kb) || !hasBit(evaluation.satisfied, index)) continue;
      const name = catalog.content.documents[document]?.title ?? "";
      found.set(kb, { kb, name, releasedOn: printDay(released), why: whySatisfied(evaluation, index, words) });
    }
  }
  return [...found.values()].sort((a, b) => compareTexts(b.releasedOn, a.releasedOn) || compareTexts(a.kb, b.kb));
}

/** Explains one KB (digits) for one device; for more, prepare an `explainer`. */
export function explain(inventory: Inventory, catalog: Catalog, options: AssessmentOptions, kb: string): Explanation {
  return explainer(catalog, options)(inventory, [kb])[0] as Explanation;
}

function explainKb({ catalog, asOf }: Planner, inventory: Inventory, device: DeviceEvaluation, kb: string): Explanation {
  for (const { evaluation, words } of evaluationsOf(inventory, device)) {
    const index = evaluation.plan.nodeOfKb.get(kb);
    if (index !== undefined) return explainNode(catalog, evaluation, index, words, asOf);
  }
  return outsideThePlans(catalog, device, kb);
}

function evaluationsOf(inventory: Inventory, device: DeviceEvaluation): readonly { evaluation: Evaluation; words: DeviceWords }[] {
  return [
    { evaluation: device.main, words: wordsOf(inventory, device) },
    ...device.applications.map(({ scope, evaluation }) => ({ evaluation, words: applicationWords(inventory, device, scope) })),
  ];
}

function explainNode(catalog: Catalog, evaluation: Evaluation, index: number, words: DeviceWords, asOf: number): Explanation {
  const node = evaluation.plan.nodes[index] as PlanNode;
  if (evaluation.missing.includes(index)) {
    return {
      kb: node.kb,
      verdict: "missing",
      why: whyMissing(catalog, evaluation, node, { ...words, closes: countOpenCves(evaluation, index) }),
    };
  }
  if (hasBit(evaluation.satisfied, index)) return { kb: node.kb, verdict: "satisfied", why: whySatisfied(evaluation, index, words) };
  if (node.document < 0)
    return {
      kb: node.kb,
      verdict: "not-chosen",
      why: "no MSRC document has an update of that number; it is only named as a predecessor or in the release history",
    };
  return { kb: node.kb, verdict: "not-chosen", why: whyNotChosen(catalog, evaluation, index, asOf) };
}

function whyNotChosen(catalog: Catalog, evaluation: Evaluation, index: number, asOf: number): string {
  const node = evaluation.plan.nodes[index] as PlanNode;
  if (node.released > asOf) return `it was released on ${printDay(node.released)}, after the day asked for`;
  const withdrawn = catalog.withdrawnSince(node.kb);
  if (withdrawn !== undefined && withdrawn <= asOf) return `Windows Update has not offered it since ${printDay(withdrawn)}`;
  const holder = evaluation.missing.find((other) => hasBit(evaluation.plan.covers[other] as Uint32Array, index));
  if (holder !== undefined) return `KB${evaluation.plan.nodes[holder]?.kb}, which is missing too, contains it`;
  const closed = !openGroups(evaluation).some((group) => evaluation.plan.groups[group]?.alternatives.includes(index));
  if (closed) return "everything it fixes is already fixed by other installed updates";
  const rival = evaluation.missing.find((other) =>
    evaluation.plan.groups.some(({ alternatives }) => alternatives.includes(index) && alternatives.includes(other)),
  );
  if (rival !== undefined)
    return `KB${evaluation.plan.nodes[rival]?.kb} fixes the same and fits how this device is patched (${TRACK_WORDS[evaluation.track]})`;
  return KIND_REASONS[node.kind] ?? `it does not fit how this device is patched (${TRACK_WORDS[evaluation.track]})`;
}

const TRACK_WORDS: Readonly<Record<Evaluation["track"], string>> = {
  cumulative: "cumulative updates",
  hotpatch: "hotpatches",
  rollup: "monthly rollups",
  securityOnly: "security-only updates",
};

const KIND_REASONS: Readonly<Partial<Record<PlanNode["kind"], string>>> = {
  preview: "it is a preview, which nobody has to install",
  optional: "it is an optional alternative, which nobody has to install",
  hotpatch: "it is for devices enrolled for hotpatching that have the baseline of its quarter",
};

const NAMED = 3;

function outsideThePlans(catalog: Catalog, device: DeviceEvaluation, kb: string): Explanation {
  const index = catalog.indexOfKb(kb);
  if (index === undefined)
    return { kb, verdict: "unknown", why: `no document of the catalog has an update KB${kb}: it fixes no CVE, or its month is absent` };
  const others = catalog.content.products.filter(({ updates }) => updates.some((update) => update.kb === index)).map(({ name }) => name);
  const more = others.length > NAMED ? ` and ${others.length - NAMED} more` : "";
  const month = printMonth(catalog.content.documents[catalog.content.kbs[index]?.document ?? 0]?.month ?? 0);
  return {
    kb,
    verdict: "not-applicable",
    why: `KB${kb} of ${month} is for ${others.slice(0, NAMED).join(", ")}${more}, not for ${device.system.productName} with what is installed on it`,
  };
}
