import type { Catalog } from "../catalog/catalog.ts";
import { printMonth } from "../windows/day.ts";
import { hasBit } from "./bits.ts";
import type { Evaluation } from "./evaluation.ts";
import type { PlanNode } from "./plan.ts";

/** What the sentences need to know of the device. */
export interface DeviceWords {
  readonly osBuild: number;
  readonly revision: number | undefined;
  /** listed as installed, digits */
  readonly installed: readonly string[];
  readonly application?: { readonly name: string; readonly version: readonly number[] | undefined };
}

/** One or two sentences on why an update is missing, from the evidence that was looked at. */
export function whyMissing(
  catalog: Catalog,
  evaluation: Evaluation,
  node: PlanNode,
  device: DeviceWords & { readonly closes: number },
): string {
  const closes = device.closes === 0 ? "" : ` It closes ${device.closes} ${device.closes === 1 ? "CVE" : "CVEs"} open here.`;
  return `${evidence(evaluation, node, device)}.${closes}${doubt(catalog, evaluation, node, device)}`;
}

function evidence(evaluation: Evaluation, node: PlanNode, device: DeviceWords): string {
  const pending = evaluation.pending.some((index) => evaluation.plan.nodes[index]?.kb === node.kb);
  if (pending)
    return `Listed as installed, but ${device.osBuild}.${device.revision} is running, below ${device.osBuild}.${node.revision}: a restart is due, or it was rolled back`;
  if (device.application?.version !== undefined && node.version !== null) {
    return `${device.application.name} ${device.application.version.join(".")} is below the fixed version ${node.version.join(".")}`;
  }
  if (node.line === "os" && device.revision !== undefined && node.revision !== null && node.kind !== "securityOnly") {
    return `Runs ${device.osBuild}.${device.revision}, below ${device.osBuild}.${node.revision}`;
  }
  if (node.kind === "independent") return "Not among the installed updates, and no cumulative update contains it";
  const newest = newestOnLine(evaluation, node);
  if (newest === undefined) return `Neither it nor a later update of ${LINE_WORDS[node.line]} is among the installed ones`;
  return `The newest installed update of ${LINE_WORDS[node.line]} is KB${newest.kb}${newest.document < 0 ? "" : ` (${printMonth(newest.month)})`}, which does not contain it`;
}

const LINE_WORDS: Readonly<Record<PlanNode["line"], string>> = {
  os: "the system",
  net: ".NET Framework",
  flash: "Flash",
  application: "the application",
};

function newestOnLine(evaluation: Evaluation, node: PlanNode): PlanNode | undefined {
  const own = evaluation.installed
    .map((index) => evaluation.plan.nodes[index])
    .filter((other) => other !== undefined && other.line === node.line);
  return own.filter((other) => other?.kind !== "independent").sort((a, b) => (b?.order ?? 0) - (a?.order ?? 0))[0];
}

/** The most installed updates that a doubt names. */
const NAMED = 3;

/** How far below the missing update's number a doubt still looks: numbers are given out months ahead (KB4482887 of March 2019 over KB4487044 of February). */
const NUMBERS_AHEAD = 5_000;

/**
 * Updates without CVEs replace security updates, and MSRC's documents do not know them (KB5034682 of .NET, previews of Windows). Where a list
 * holds numbers about as new as the missing one that no document knows, and no revision decides, the answer says so.
 */
function doubt(catalog: Catalog, evaluation: Evaluation, node: PlanNode, device: DeviceWords): string {
  const decided =
    node.line === "application" ||
    node.line === "flash" ||
    node.kind === "independent" ||
    (node.line === "os" && device.revision !== undefined && node.revision !== null);
  if (decided) return "";
  const isOpen = (kb: string): boolean => catalog.indexOfKb(kb) === undefined && !evaluation.plan.nodeOfKb.has(kb);
  const newer = device.installed.filter((kb) => Number(kb) > Number(node.kb) - NUMBERS_AHEAD && isOpen(kb)).sort();
  if (newer.length === 0) return "";
  const named = newer
    .slice(-NAMED)
    .map((kb) => `KB${kb}`)
    .join(", ");
  return ` May already be covered by ${named}, which no document of the catalog knows.`;
}

/** How an update that is there got there. */
export function whySatisfied(evaluation: Evaluation, index: number, device: DeviceWords): string {
  const { plan } = evaluation;
  const node = plan.nodes[index] as PlanNode;
  if (evaluation.installed.includes(index)) return "it is installed";
  const holder = evaluation.installed.find((other) => covers(evaluation, other, index));
  if (holder !== undefined) return `KB${plan.nodes[holder]?.kb}, which is installed, contains it`;
  if (device.application?.version !== undefined) return `version ${device.application.version.join(".")} is at or above its fix`;
  if (evaluation.reached >= 0 && covers(evaluation, evaluation.reached, index)) {
    const reached = plan.nodes[evaluation.reached] as PlanNode;
    const through = reached.kb === node.kb ? "" : ` of KB${reached.kb}, which contains it`;
    return `the running build ${device.osBuild}.${device.revision} has reached ${device.osBuild}.${reached.revision}${through}`;
  }
  return node.line === "net"
    ? "the file version of .NET Framework is at or above its fix"
    : "the running build is that of a hotpatch that contains it";
}

function covers(evaluation: Evaluation, holder: number, index: number): boolean {
  const own = evaluation.plan.covers[holder];
  return own !== undefined && hasBit(own, index);
}
