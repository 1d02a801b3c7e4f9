import type { DevicesReport, FleetReport } from "../app/fleet-report.ts";
import { printCsv } from "./print-csv.ts";

const deviceHeader = [
  "deviceName",
  "deviceId",
  "os",
  "osBuild",
  "firstSeen",
  "lastSeen",
  "status",
  "asOf",
  "missing",
  "severity",
  "exploited",
  "pendingRestart",
  "tags",
];

/** A row for each device. */
export function printDevicesCsv({ devices, asOf }: DevicesReport): string {
  const rows = devices.map((device) => [
    device.deviceName,
    device.deviceId,
    device.os.caption ?? null,
    device.os.build === undefined ? null : [device.os.build, device.os.ubr].filter((part) => part !== undefined).join("."),
    device.firstSeen,
    device.lastSeen,
    device.status,
    asOf,
    device.missing,
    device.severity,
    device.exploited,
    device.pendingRestart,
    device.tags.join("; "),
  ]);
  return printCsv([deviceHeader, ...rows]);
}

const updateHeader = ["kb", "name", "releasedOn", "severity", "exploited", "devices", "productsNames", "url", "asOf"];

/** A row for each missing update. */
export function printFleetCsv({ missing, asOf }: FleetReport): string {
  const rows = missing.map((update) => [
    update.id,
    update.name,
    update.releasedOn,
    update.severity,
    update.exploited,
    update.machineMissedOn,
    update.productsNames.join(" "),
    update.url,
    asOf,
  ]);
  return printCsv([updateHeader, ...rows]);
}
