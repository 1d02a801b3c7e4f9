import type { Catalog } from "../catalog/catalog.ts";
import type { Inventory } from "../fleet/inventory.ts";
import { monthOfDay, printMonth } from "../windows/day.ts";
import type { DeviceEvaluation } from "./device-evaluation.ts";
import type { Evaluation } from "./evaluation.ts";

/** Months without an update after which a system is said to be out of service. */
const SILENT_MONTHS = 6;

/** An application may go a year without a security update and be well. */
const SILENT_APPLICATION = 12;

const none: readonly string[] = [];
const reportedRestart: readonly string[] = ["the device reports that it waits for a restart"];

/** What limits the answer for an assessed device, in sentences. */
export function notesOf(catalog: Catalog, asOf: number, inventory: Inventory, device: DeviceEvaluation): string[] {
  return [
    ...inventory.notes,
    ...device.system.assumptions,
    ...restartNotes(inventory, device.main),
    ...silence(catalog, asOf, device),
    ...beyondKnowledge(device, inventory),
    ...unreadList(inventory, device),
    ...device.gaps,
    ...device.remarks,
  ];
}

function restartNotes(inventory: Inventory, main: Evaluation): readonly string[] {
  if (main.pending.length === 0) return inventory.pendingRestart ? reportedRestart : none;
  const notes = main.pending.map((index) => {
    const node = main.plan.nodes[index];
    return `KB${node?.kb} is listed as installed, but the running revision ${inventory.os.ubr} is below its ${node?.revision}: a restart is due, or it was rolled back`;
  });
  return inventory.pendingRestart ? [...notes, ...reportedRestart] : notes;
}

/** MSRC names no updates any more for what is out of service: nothing missing is then no good news. */
function silence(catalog: Catalog, asOf: number, device: DeviceEvaluation): string[] {
  const newest = Math.min(catalog.newestMonth ?? 0, monthOfDay(asOf));
  const notes: string[] = [];
  const note = (name: string, last: number, after: number): void => {
    if (last <= 0 || newest - last <= after) return;
    notes.push(`no update for ${name} since ${printMonth(last)}: it is probably out of service, and nothing missing does not mean safe`);
  };
  note(device.system.productName, device.main.plan.newestOffered, SILENT_MONTHS);
  for (const { scope, evaluation } of device.applications) note(scope.name, evaluation.plan.newestOffered, SILENT_APPLICATION);
  return notes;
}

function beyondKnowledge(device: DeviceEvaluation, inventory: Inventory): readonly string[] {
  const { plan } = device.main;
  const highest = plan.nodes[plan.byRevision.at(-1) ?? -1]?.revision ?? undefined;
  if (inventory.os.ubr === undefined || highest === undefined || inventory.os.ubr <= highest) return none;
  return [
    `the running revision ${device.system.build}.${inventory.os.ubr} is newer than any update the catalog knows (${device.system.build}.${highest})`,
  ];
}

function unreadList(inventory: Inventory, device: DeviceEvaluation): readonly string[] {
  if (inventory.installedKbs !== null) return none;
  const unchecked = device.parts.netBuild === undefined ? ".NET Framework, Flash" : "Flash";
  return [
    `the hotfix list could not be read: the running revision settles the cumulative updates; ${unchecked} and Secure Boot updates were not checked`,
  ];
}
