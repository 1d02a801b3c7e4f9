import type { Catalog } from "../catalog/catalog.ts";
import { ProductError } from "../errors.ts";
import type { Inventory } from "../fleet/inventory.ts";
import { parseDay } from "../windows/day.ts";
import type { ApplicationScope } from "./applications.ts";
import type { Assessment, AssessmentOptions, MissingUpdate } from "./assessment.ts";
import { type DeviceEvaluation, evaluateDevice, type Unassessable } from "./device-evaluation.ts";
import type { Evaluation } from "./evaluation.ts";
import { describeMissing, oneOfEach } from "./missing-update.ts";
import { notesOf } from "./notes.ts";
import { Planner } from "./planner.ts";
import type { DeviceWords } from "./why.ts";

/** Answers for any number of devices under one catalog on one day; plans are made once and kept. */
export type Assess = (inventory: Inventory) => Assessment;

/**
 * Prepares the assessment of devices under a catalog. Pure: the same inventory, catalog and day give the same answer.
 * @throws ProductError `usage` when `asOf` is no day
 */
export function assessor(catalog: Catalog, options: AssessmentOptions): Assess {
  const asOf = parseDay(options.asOf);
  if (asOf === undefined) throw new ProductError("usage", `"${options.asOf}" is no day`, { hint: "give a day as YYYY-MM-DD" });
  const planner = new Planner(catalog, asOf);
  return (inventory) => {
    const device = evaluateDevice(planner, inventory);
    return assessmentOf(planner, options, inventory, device);
  };
}

/** Assesses one device; for many, prepare an `assessor`. */
export function assess(inventory: Inventory, catalog: Catalog, options: AssessmentOptions): Assessment {
  return assessor(catalog, options)(inventory);
}

/** How an answer is put. */
export interface AnswerOptions extends AssessmentOptions {
  /** what the device misses, where that was named before: without reasons, and without superseded updates */
  readonly named?: readonly MissingUpdate[];
}

/** Puts what was worked out about a device into the words of the answer. */
export function assessmentOf(
  { catalog, asOf }: Planner,
  options: AnswerOptions,
  inventory: Inventory,
  device: DeviceEvaluation | Unassessable,
): Assessment {
  if ("status" in device) return unassessed(device.status, options.asOf, [device.reason, ...inventory.notes]);
  const missing = options.named ?? describeAll(catalog, options, inventory, device);
  const notes = notesOf(catalog, asOf, inventory, device);
  // an empty list is a claim, and with a gap in what could be looked at nobody can make it
  if (missing.length === 0 && device.gaps.length > 0) return unassessed("unknown", options.asOf, notes);
  const restart = inventory.pendingRestart || device.main.pending.length > 0;
  const products = [device.system.productName, ...device.applications.flatMap(({ scope }) => scope.products.map(({ name }) => name))];
  return {
    status: "assessed",
    asOf: options.asOf,
    missing,
    pendingRestart: restart,
    notes,
    products: [...new Set(products)],
  };
}

/** The words the device's answers are put in. */
export function wordsOf(inventory: Inventory, device: DeviceEvaluation): DeviceWords {
  return { osBuild: device.system.build, revision: inventory.os.ubr, installed: inventory.installedKbs ?? [] };
}

/** The words for an application. What Windows Installer calls its version says nothing about patches. */
export function applicationWords(inventory: Inventory, device: DeviceEvaluation, scope: ApplicationScope): DeviceWords {
  return { ...wordsOf(inventory, device), application: { name: scope.name, version: scope.isMsi ? undefined : scope.version } };
}

function describeAll(catalog: Catalog, options: AnswerOptions, inventory: Inventory, device: DeviceEvaluation): readonly MissingUpdate[] {
  const missing = [...missingOf(catalog, options, device.main, wordsOf(inventory, device))];
  for (const { scope, evaluation } of device.applications)
    missing.push(...missingOf(catalog, options, evaluation, applicationWords(inventory, device, scope)));
  return oneOfEach(missing);
}

function missingOf(catalog: Catalog, options: AnswerOptions, evaluation: Evaluation, words: DeviceWords): readonly MissingUpdate[] {
  const nodes = options.includeSuperseded === true ? evaluation.chosen : evaluation.missing;
  return nodes.map((node) => describeMissing(catalog, evaluation, node, words));
}

function unassessed(status: "unknown" | "unsupported", asOf: string, notes: readonly string[]): Assessment {
  return { status, asOf, missing: null, pendingRestart: false, notes, products: [] };
}
