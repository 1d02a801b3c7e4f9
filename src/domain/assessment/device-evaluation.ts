import type { Catalog } from "../catalog/catalog.ts";
import type { Inventory } from "../fleet/inventory.ts";
import { printDay } from "../windows/day.ts";
import { type IdentifiedSystem, identifySystem, type SupportedSystem } from "../windows/operating-system.ts";
import type { ApplicationScope, Applications } from "./applications.ts";
import { monthReached } from "./choice.ts";
import { partsOf, type SystemParts } from "./components.ts";
import { evaluate } from "./evaluate.ts";
import { evaluateApplication } from "./evaluate-application.ts";
import type { DeviceFacts, Evaluation } from "./evaluation.ts";
import type { Plan } from "./plan.ts";
import type { Planner } from "./planner.ts";

/** Everything worked out about a device before any of it is put into words. */
export interface DeviceEvaluation {
  readonly system: SupportedSystem;
  readonly parts: SystemParts;
  readonly main: Evaluation;
  readonly applications: readonly ApplicationEvaluation[];
  readonly gaps: readonly string[];
  readonly remarks: readonly string[];
}

export interface ApplicationEvaluation {
  readonly scope: ApplicationScope;
  readonly evaluation: Evaluation;
}

/** Of the system first, then of each application. */
export function evaluationsOf({ main, applications }: DeviceEvaluation): readonly Evaluation[] {
  return [main, ...applications.map(({ evaluation }) => evaluation)];
}

/** A device that cannot be evaluated, and why. */
export interface Unassessable {
  readonly status: "unknown" | "unsupported";
  readonly reason: string;
}

/** What a device's system and software settle by themselves, before any list of updates is read: the same for thousands of devices. */
export interface DeviceScope {
  readonly system: SupportedSystem;
  readonly parts: SystemParts;
  readonly plan: Plan;
  readonly applications: Applications;
}

/** Evaluates the system and the applications of a device, or says why nobody could. */
export function evaluateDevice(planner: Planner, inventory: Inventory): DeviceEvaluation | Unassessable {
  const scope = scopeOfDevice(planner, inventory);
  return "status" in scope ? scope : evaluateWithin(planner, scope, inventory);
}

/** Finds out what there is to evaluate on a device, or says why there is nothing. */
export function scopeOfDevice(planner: Planner, inventory: Pick<Inventory, "os" | "software">): DeviceScope | Unassessable {
  const system = likeliestSystem(planner, inventory);
  if (system.status !== "supported") return { status: system.status, reason: system.reason };
  if (planner.catalog.content.documents.length === 0) return { status: "unknown", reason: "there is no update knowledge yet" };
  const parts = partsOf(system, inventory);
  const plan = planner.forSystem(system, parts);
  const ignorance = whyIgnorant(planner, plan, system.productName);
  if (ignorance !== undefined) return { status: "unknown", reason: ignorance };
  return { system, parts, plan, applications: planner.applications(inventory.software) };
}

/** Evaluates a device whose scope is known. */
export function evaluateWithin(planner: Planner, scope: DeviceScope, inventory: Inventory): DeviceEvaluation | Unassessable {
  const { system, parts, plan, applications } = scope;
  const main = evaluateSystem(planner.catalog, plan, inventory, parts);
  const unsettled = inventory.installedKbs === null ? whyUnsettled(main, inventory) : undefined;
  if (unsettled !== undefined) return { status: "unknown", reason: unsettled };
  return { system, parts, main, ...evaluateApplications(planner, applications, inventory), remarks: applications.remarks };
}

/** A client by assumption whose revision no client update has reached, but a server's has, is the server (26100 counts them apart since 2026). */
function likeliestSystem(planner: Planner, inventory: Pick<Inventory, "os" | "software">): IdentifiedSystem {
  const { os } = inventory;
  const assumed = identifySystem(os);
  if (assumed.status !== "supported" || !assumed.roleIsAssumed || os.ubr === undefined) return assumed;
  const server = identifySystem({ ...os, installationType: "Server" });
  if (server.status !== "supported") return assumed;
  const highest = (system: SupportedSystem): number => {
    const { nodes, byRevision } = planner.forSystem(system, partsOf(system, inventory));
    return nodes[byRevision.at(-1) ?? -1]?.revision ?? 0;
  };
  if (os.ubr <= highest(assumed) || os.ubr > highest(server)) return assumed;
  const why = `the inventory does not say whether this is a client or a server: revision ${os.ubr} is a server's`;
  return { ...server, assumptions: [...server.assumptions, why] };
}

/** Nothing known of a system, or nothing yet on the day asked for: an empty list would be a claim without ground. */
function whyIgnorant(planner: Planner, plan: Plan, productName: string): string | undefined {
  const first = plan.firstKnown;
  if (!Number.isFinite(first)) return `the catalog names no update for ${productName}`;
  if (first <= planner.asOf) return undefined;
  return `the first update that the catalog knows for ${productName} is of ${printDay(first)}, after the day asked for`;
}

function evaluateSystem(catalog: Catalog, plan: Plan, inventory: Inventory, parts: SystemParts): Evaluation {
  const facts: DeviceFacts = {
    installed: inventory.installedKbs ?? [],
    listUnread: inventory.installedKbs === null,
    revision: inventory.os.ubr,
    hotpatch: inventory.os.hotpatch,
    netBuild: parts.netBuild,
  };
  const first = evaluate(plan, facts);
  const asksForFlash = first.missing.some((node) => plan.nodes[node]?.line === "flash");
  return asksForFlash && flashIsGone(catalog, first, inventory) ? evaluate(plan, { ...facts, flashGone: true }) : first;
}

/** Flash leaves by an update of its own, or within the cumulative updates from some month on. */
function flashIsGone(catalog: Catalog, evaluation: Evaluation, inventory: Inventory): boolean {
  const removal = catalog.content.flashRemoval;
  if (removal === null) return false;
  return (
    inventory.installedKbs?.includes(removal.kb) === true || monthReached(evaluation.plan, evaluation.satisfied) >= removal.containedFrom
  );
}

/** Without a hotfix list the revision must settle it: the newest update asked for must have a known build to compare with. */
function whyUnsettled(evaluation: Evaluation, inventory: Inventory): string | undefined {
  const { plan, missing } = evaluation;
  if (inventory.os.ubr === undefined)
    return "the hotfix list could not be read, and the inventory has no build revision that would settle it";
  const undecided = missing.find(
    (node) => plan.nodes[node]?.line === "os" && plan.nodes[node]?.kind !== "independent" && plan.nodes[node]?.revision === null,
  );
  if (undecided === undefined) return undefined;
  return `the hotfix list could not be read, and MSRC names no build for KB${plan.nodes[undecided]?.kb} that revision ${inventory.os.ubr} could be compared with`;
}

function evaluateApplications(
  planner: Planner,
  applications: Applications,
  inventory: Inventory,
): { applications: readonly ApplicationEvaluation[]; gaps: readonly string[] } {
  if (applications.scopes.length === 0) return { applications: [], gaps: applications.gaps };
  const gaps = [...applications.gaps];
  const evaluations: ApplicationEvaluation[] = [];
  const installed = [...(inventory.installedKbs ?? []), ...(inventory.msiPatchKbs ?? [])];
  for (const scope of applications.scopes) {
    const gap = whyNoAnswer(scope, inventory);
    if (gap !== undefined) gaps.push(gap);
    const plans = gap === undefined ? planner.forApplication(scope) : [];
    const facts = { installed, version: scope.isMsi ? undefined : scope.version };
    evaluations.push(...plans.map((plan) => ({ scope, evaluation: evaluateApplication(plan, facts) })));
  }
  return { applications: evaluations, gaps };
}

function whyNoAnswer(scope: ApplicationScope, inventory: Inventory): string | undefined {
  if (scope.isMsi && inventory.msiPatchKbs === null) {
    return `${scope.name} is patched by Windows Installer, whose patches no hotfix list names, and the inventory does not list them (msiPatchKbs)`;
  }
  if (!scope.isMsi && scope.version === undefined && inventory.installedKbs === null)
    return `${scope.name}: neither its version nor a hotfix list is known`;
  return undefined;
}
