import type { Catalog } from "../catalog/catalog.ts";
import type { Inventory } from "../fleet/inventory.ts";
import { monthOfDay, printMonth } from "../windows/day.ts";
import type { DeviceEvaluation } from "./device-evaluation.ts";
import type { Evaluation } from "./evaluation.ts";

/** Months without an update after which a system is said to be out of service. */
const SILENT_MONTHS = 6;

/** An application may go a year without a security update and be well. */
const SILENT_APPLICATION = 12;

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

function restartNotes(inventory: Inventory, main: Evaluation): string[] {
  const notes = main.pending.map((index) => {
    const node = main.plan.nodes[index];
    return `KB${node?.kb} is listed as installed, but the running revision ${inventory.os.ubr} is below its ${node?.revision}: a restart is due, or it was rolled back`;
  });
  return inventory.pendingRestart ? [...notes, "the device reports that it waits for a restart"] : notes;
}

/** MSRC names no updates any more for what is out of service: nothing missing is then no good news. */
function silence(catalog: Catalog, asOf: number, device: DeviceEvaluation): string[] {
  const newest = Math.min(catalog.newestMonth ?? 0, monthOfDay(asOf));
  const sayings = [{ name: device.system.productName, last: device.main.plan.newestOffered, after: SILENT_MONTHS }];
  for (const { scope, evaluation } of device.applications)
    sayings.push({ name: scope.name, last: evaluation.plan.newestOffered, after: SILENT_APPLICATION });
  const silent = sayings.filter(({ last, after }) => last > 0 && newest - last > after);
  return silent.map(
    ({ name, last }) =>
      `no update for ${name} since ${printMonth(last)}: it is probably out of service, and nothing missing does not mean safe`,
  );
}

function beyondKnowledge(device: DeviceEvaluation, inventory: Inventory): string[] {
  const { plan } = device.main;
  const highest = plan.nodes[plan.byRevision.at(-1) ?? -1]?.revision ?? undefined;
  if (inventory.os.ubr === undefined || highest === undefined || inventory.os.ubr <= highest) return [];
  return [
    `the running revision ${device.system.build}.${inventory.os.ubr} is newer than any update the catalog knows (${device.system.build}.${highest})`,
  ];
}

function unreadList(inventory: Inventory, device: DeviceEvaluation): string[] {
  if (inventory.installedKbs !== null) return [];
  const unchecked = device.parts.netBuild === undefined ? ".NET Framework, Flash" : "Flash";
  return [
    `the hotfix list could not be read: the running revision settles the cumulative updates; ${unchecked} and Secure Boot updates were not checked`,
  ];
}
