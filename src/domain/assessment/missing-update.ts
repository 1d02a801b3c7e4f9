import type { Catalog } from "../catalog/catalog.ts";
import { compareTexts } from "../text-order.ts";
import { printDay } from "../windows/day.ts";
import { catalogUrl } from "../windows/kb.ts";
import type { MissingUpdate } from "./assessment.ts";
import { type Bits, bitsWithout, membersOf } from "./bits.ts";
import type { Evaluation } from "./evaluation.ts";
import { Marks } from "./marks.ts";
import type { Plan, PlanNode } from "./plan.ts";
import { type DeviceWords, whyMissing } from "./why.ts";

/** Newest release first, then by id: the order of every list of missing updates. */
export function byRelease(a: Released, b: Released): number {
  return compareTexts(b.releasedOn, a.releasedOn) || compareTexts(a.id, b.id);
}

type Released = Pick<MissingUpdate, "id" | "releasedOn">;

/** Puts a missing update of an evaluation into the words of the answer. */
export function describeMissing(catalog: Catalog, evaluation: Evaluation, index: number, device: DeviceWords): MissingUpdate {
  const node = evaluation.plan.nodes[index] as PlanNode;
  const closes = countOpenCves(evaluation, index);
  return { ...withoutReason(catalog, node, device, closes), why: whyMissing(catalog, evaluation, node, { ...device, closes }) };
}

/** Builds are lower numbers. */
const BUILDS = 1_000_000;

/** The missing updates of an evaluation without the words of reasons: one list for all devices of a build that lack the same. */
export function nameMissing(catalog: Catalog, evaluation: Evaluation, device: Pick<DeviceWords, "osBuild">): readonly MissingUpdate[] {
  const { plan, missing, outcome } = evaluation;
  const key = outcome * BUILDS + device.osBuild;
  const known = plan.named.get(key);
  if (known !== undefined) return known;
  if (plan.named.size >= MOST_COUNTS) plan.named.clear();
  const named = missing.map((index) => withoutReason(catalog, plan.nodes[index] as PlanNode, device, countOpenCves(evaluation, index)));
  plan.named.set(key, named);
  return named;
}

function withoutReason(catalog: Catalog, node: PlanNode, device: Pick<DeviceWords, "osBuild">, cumulative: number): MissingUpdate {
  return {
    id: node.kb,
    name: catalog.content.documents[node.document]?.title ?? "",
    osBuild: device.osBuild,
    productsNames: node.fixes.map(({ softwareId }) => softwareId),
    url: catalogUrl(node.kb),
    machineMissedOn: 1,
    cveAddressed: node.addressed,
    distinctCves: node.distinct,
    cumulativeCves: cumulative,
    severity: node.severity,
    exploited: node.exploited,
    releasedOn: printDay(node.released),
    supersedes: node.supersedes,
    why: "",
  };
}

/** Counts, and lists, remembered for one plan at most; past that the memory starts anew. */
const MOST_COUNTS = 20_000;

/**
 * How many CVEs open on the device installing the update closes, those of the updates it holds included; advisories are not counted.
 * Remembered by the groups found open: devices of a fleet lack the same.
 */
export function countOpenCves(evaluation: Evaluation, index: number): number {
  const { plan, closed } = evaluation;
  const opened = bitsWithout(plan.closes[index] as Bits, closed);
  const known = plan.openCounts.get(opened);
  if (known !== undefined) return known;
  if (plan.openCounts.size >= MOST_COUNTS) plan.openCounts.clear();
  const count = countCves(plan, opened);
  plan.openCounts.add(opened, count);
  return count;
}

const marks = new Marks();

function countCves(plan: Plan, groups: Bits): number {
  marks.begin(plan.countedCves);
  let count = 0;
  for (const group of membersOf(groups)) for (const cve of plan.groups[group]?.counted ?? []) if (marks.isNew(cve)) count++;
  return count;
}

/** In the order of every list. One KB may patch several applications of a device: it is installed once. */
export function oneOfEach(missing: readonly MissingUpdate[]): readonly MissingUpdate[] {
  if (missing.length < 2) return missing;
  const byId = new Map<string, MissingUpdate>();
  for (const update of missing) {
    const other = byId.get(update.id);
    byId.set(update.id, other === undefined ? update : joined(other, update));
  }
  return [...byId.values()].sort(byRelease);
}

function joined(a: MissingUpdate, b: MissingUpdate): MissingUpdate {
  return {
    ...a,
    productsNames: [...new Set([...a.productsNames, ...b.productsNames])],
    cveAddressed: sameSoftware(a, b) ? Math.max(a.cveAddressed, b.cveAddressed) : a.cveAddressed + b.cveAddressed,
    distinctCves: Math.max(a.distinctCves, b.distinctCves),
    cumulativeCves: Math.max(a.cumulativeCves, b.cumulativeCves),
    supersedes: [...new Set([...a.supersedes, ...b.supersedes])].sort(),
  };
}

function sameSoftware(a: MissingUpdate, b: MissingUpdate): boolean {
  return a.productsNames.join() === b.productsNames.join();
}
