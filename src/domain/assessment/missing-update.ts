import type { Catalog } from "../catalog/catalog.ts";
import { printDay } from "../windows/day.ts";
import { catalogUrl } from "../windows/kb.ts";
import type { MissingUpdate } from "./assessment.ts";
import { type Bits, hasBit } from "./bits.ts";
import type { Evaluation } from "./evaluation.ts";
import type { PlanNode } from "./plan.ts";
import { type DeviceWords, whyMissing } from "./why.ts";

/** Newest release first, then by id: the order of every list of missing updates. */
export function byRelease(a: MissingUpdate, b: MissingUpdate): number {
  if (a.releasedOn !== b.releasedOn) return a.releasedOn < b.releasedOn ? 1 : -1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** Puts a missing update of an evaluation into the words of the answer. */
export function describeMissing(catalog: Catalog, evaluation: Evaluation, index: number, device: DeviceWords): MissingUpdate {
  const node = evaluation.plan.nodes[index] as PlanNode;
  const cumulative = countOpenCves(catalog, evaluation, index);
  return {
    id: node.kb,
    name: catalog.content.documents[node.document]?.title ?? "",
    osBuild: device.osBuild,
    productsNames: node.fixes.map(({ softwareId }) => softwareId),
    url: catalogUrl(node.kb),
    machineMissedOn: 1,
    cveAddressed: node.fixes.reduce((sum, { counted }) => sum + counted, 0),
    distinctCves: new Set(node.fixes.flatMap(({ cves }) => cves.filter((cve) => isCve(catalog, cve)))).size,
    cumulativeCves: cumulative,
    severity: node.severity,
    exploited: node.exploited,
    releasedOn: printDay(node.released),
    supersedes: node.supersedes,
    why: whyMissing(catalog, evaluation, node, { ...device, closes: cumulative }),
  };
}

/** CVEs open on the device that installing the update closes, those of the updates it holds included. */
export function openCves(evaluation: Evaluation, index: number): ReadonlySet<number> {
  const covers = evaluation.plan.covers[index] as Bits;
  const cves = new Set<number>();
  for (const group of evaluation.open) {
    const { alternatives, cves: own } = evaluation.plan.groups[group] ?? { alternatives: [], cves: [] };
    if (alternatives.some((node) => hasBit(covers, node))) for (const cve of own) cves.add(cve);
  }
  return cves;
}

function countOpenCves(catalog: Catalog, evaluation: Evaluation, index: number): number {
  let count = 0;
  for (const cve of openCves(evaluation, index)) if (isCve(catalog, cve)) count++;
  return count;
}

function isCve(catalog: Catalog, cve: number): boolean {
  return catalog.content.cves[cve]?.id.startsWith("CVE-") === true;
}
