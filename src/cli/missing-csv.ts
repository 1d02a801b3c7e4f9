import type { DeviceReport, MissingReport } from "../app/missing-report.ts";
import type { MissingUpdate } from "../domain/assessment/assessment.ts";
import { printCsv } from "./print-csv.ts";

type Cell = string | number | boolean | null;

const updateColumns: readonly (readonly [name: string, cell: (update: MissingUpdate) => Cell])[] = [
  ["kb", ({ id }) => id],
  ["name", ({ name }) => name],
  ["releasedOn", ({ releasedOn }) => releasedOn],
  ["severity", ({ severity }) => severity],
  ["exploited", ({ exploited }) => exploited],
  ["cveAddressed", ({ cveAddressed }) => cveAddressed],
  ["distinctCves", ({ distinctCves }) => distinctCves],
  ["cumulativeCves", ({ cumulativeCves }) => cumulativeCves],
  ["productsNames", ({ productsNames }) => productsNames.join(" ")],
  ["supersedes", ({ supersedes }) => supersedes.join(" ")],
  ["url", ({ url }) => url],
  ["why", ({ why }) => why],
];

const header = ["deviceName", "deviceId", "status", "asOf", "osBuild", "pendingRestart", ...updateColumns.map(([name]) => name), "notes"];

/** A row for each missing update; a device without any has one row with its status, so that none vanishes from the file. */
export function printMissingCsv(report: MissingReport): string {
  return printCsv([header, ...report.devices.flatMap(rowsOf)]);
}

function rowsOf(device: DeviceReport): Cell[][] {
  const updates = device.missing ?? [];
  return (updates.length === 0 ? [undefined] : updates).map((update) => [
    device.deviceName,
    device.deviceId,
    device.status,
    device.asOf,
    device.os.build ?? null,
    device.pendingRestart,
    ...updateColumns.map(([, cell]) => (update === undefined ? null : cell(update))),
    device.notes.join("; "),
  ]);
}
