import { assessor } from "../../src/domain/assessment/assess.ts";
import type { Assessment } from "../../src/domain/assessment/assessment.ts";
import { type DeviceEvaluation, evaluateDevice } from "../../src/domain/assessment/device-evaluation.ts";
import type { PlanNode } from "../../src/domain/assessment/plan.ts";
import { Planner } from "../../src/domain/assessment/planner.ts";
import type { Catalog } from "../../src/domain/catalog/catalog.ts";
import type { Inventory } from "../../src/domain/fleet/inventory.ts";
import { parseDay } from "../../src/domain/windows/day.ts";
import { compareVersions, parseVersion } from "../../src/domain/windows/version.ts";

/** What breaks the promise of a listed update: it must go once installed, and nothing as old may come. Empty where the promise holds. */
export function brokenByInstalling(device: Inventory, catalog: Catalog, asOf: string): string[] {
  const evaluated = evaluateDevice(new Planner(catalog, parseDay(asOf) ?? 0), device);
  if ("status" in evaluated) return [];
  const answerFor = assessor(catalog, { asOf });
  const before = answerFor(device);
  const listed = kbsOf(before);
  return (before.missing ?? []).flatMap((update) => {
    const after = answerFor(withInstalled(device, evaluated, update.id));
    const added = (after.missing ?? []).filter(({ id, releasedOn }) => !listed.includes(id) && releasedOn <= update.releasedOn);
    return [
      // with a gap elsewhere on the device an emptied list cannot be claimed: "unknown" then says more than "nothing missing"
      ...(after.status === "assessed" || evaluated.gaps.length > 0 ? [] : [`KB${update.id} makes it ${after.status}`]),
      ...(kbsOf(after).includes(update.id) ? [`KB${update.id} stays`] : []),
      ...(changesTrack(evaluated, update.id)
        ? []
        : added.map((other) => `KB${update.id} of ${update.releasedOn} brings KB${other.id} of ${other.releasedOn}`)),
    ];
  });
}

/**
 * Where no update of its own track fixes something, a device is asked for one of the other, and other updates fit it from then on:
 * KB4566468 of July 2020, for which MSRC names no .NET rollup on Server 2012 R2.
 */
function changesTrack({ main }: DeviceEvaluation, kb: string): boolean {
  const kind = main.plan.nodes.find((node) => node.kb === kb)?.kind;
  return (main.track === "securityOnly" && kind === "rollup") || (main.track === "rollup" && kind === "securityOnly");
}

/** The device after its owner installed a listed update and restarted: in the lists, and at the build or version it brings. */
function withInstalled(device: Inventory, { main, applications }: DeviceEvaluation, kb: string): Inventory {
  const nodeIn = ({ plan }: { readonly plan: { readonly nodes: readonly PlanNode[] } }): PlanNode | undefined =>
    plan.nodes.find((node) => node.kb === kb);
  const software = device.software.map((entry) => {
    const patched = applications.filter(({ scope }) => scope.name === entry.name).map(({ evaluation }) => nodeIn(evaluation));
    return entry.version === undefined ? entry : { ...entry, version: laterVersion(entry.version, patched) };
  });
  return {
    ...device,
    os: device.os.ubr === undefined ? device.os : { ...device.os, ubr: laterRevision(device.os.ubr, nodeIn(main)) },
    installedKbs: [...(device.installedKbs ?? []), kb],
    msiPatchKbs: device.msiPatchKbs === null ? null : [...device.msiPatchKbs, kb],
    software,
  };
}

/** A security-only update tells nothing of the level a device is at, whatever build its row names. */
function laterRevision(ubr: number, node: PlanNode | undefined): number {
  return node?.line === "os" && node.kind !== "securityOnly" && node.revision !== null ? Math.max(ubr, node.revision) : ubr;
}

function laterVersion(version: string, patched: readonly (PlanNode | undefined)[]): string {
  const own = parseVersion(version);
  const fixed = patched.find((node) => node?.version != null)?.version;
  return fixed != null && own !== undefined && compareVersions(fixed, own) > 0 ? fixed.join(".") : version;
}

function kbsOf(answer: Assessment): readonly string[] {
  return answer.missing?.map(({ id }) => id) ?? [];
}
