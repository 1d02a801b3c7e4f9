import { assessor } from "../domain/assessment/assess.ts";
import type { AssessmentOptions } from "../domain/assessment/assessment.ts";
import { explainer } from "../domain/assessment/explain.ts";
import type { Catalog } from "../domain/catalog/catalog.ts";
import { ProductError } from "../domain/errors.ts";
import type { Inventory } from "../domain/fleet/inventory.ts";
import { parseDay } from "../domain/windows/day.ts";
import { parseKb } from "../domain/windows/kb.ts";
import { deviceIdOf } from "./device-id.ts";
import type { DeviceReport, MissingReport } from "./missing-report.ts";
import { describeStaleKnowledge } from "./stale-knowledge.ts";

export interface AssessRequest extends AssessmentOptions {
  /** KBs to explain for every device, as people write them */
  readonly explain?: readonly string[];
  /** alias of the tenant whose devices they are: part of the ids of those that brought none */
  readonly tenant?: string;
}

/** What is known, with its number. */
export interface Knowledge {
  readonly revision: number;
  readonly catalog: Catalog;
}

/** Answers for devices without storing them, in the order given. */
export function assessInventories(
  inventories: readonly Inventory[],
  { revision, catalog }: Knowledge,
  request: AssessRequest,
): MissingReport {
  const kbs = (request.explain ?? []).map(checkKb);
  const stale = describeStaleKnowledge(catalog.newestMonth, parseDay(request.asOf) ?? 0);
  const assess = assessor(catalog, request);
  const explain = explainer(catalog, request);
  const devices = inventories.map((inventory): DeviceReport => {
    const assessment = assess(inventory);
    const { deviceName, os, deviceId = deviceIdOf(deviceName, request.tenant) } = inventory;
    const notes = stale === undefined || assessment.missing === null ? assessment.notes : [...assessment.notes, stale];
    const report = { deviceName, deviceId, os, ...assessment, notes };
    return kbs.length === 0 ? report : { ...report, explanations: explain(inventory, kbs) };
  });
  return { catalog: { revision, ...catalog.summary }, devices };
}

function checkKb(text: string): string {
  const kb = parseKb(text);
  if (kb === undefined) throw new ProductError("usage", `"${text}" is no KB number`, { hint: "Write it as KB5034441 or 5034441." });
  return kb;
}
