import { type DeviceState, deviceState } from "../../domain/assessment/device-state.ts";
import type { Day } from "../../domain/windows/day.ts";
import type { DeviceCount } from "../../stores/device-store.ts";
import type { Summary } from "./summary.ts";

/** A fleet in a few figures: devices by state, and of them those that wait for a restart or are open to a CVE that attackers use. */
export type FleetFigures = Readonly<Record<DeviceState | "total" | "pendingRestart" | "exploited", number>>;

/** The state of a device that has an inventory. */
export function stateOf({ status, missing }: Summary): DeviceState {
  return deviceState(status, missing.length);
}

/** Counts devices. `summaries` are those of the counted digests, in their order. */
export function figuresOf(counts: readonly DeviceCount[], summaries: readonly Summary[]): FleetFigures {
  const figures = { total: 0, current: 0, behind: 0, unknown: 0, unsupported: 0, pendingRestart: 0, exploited: 0 };
  for (const [index, { devices }] of counts.entries()) {
    const summary = summaries[index] as Summary;
    figures.total += devices;
    figures[stateOf(summary)] += devices;
    if (summary.pendingRestart) figures.pendingRestart += devices;
    if (summary.risk === "High") figures.exploited += devices;
  }
  return figures;
}

/** How long a device has been open: by the first of its open CVEs. */
export type PatchAge = "current" | "days7" | "days30" | "days60" | "days90" | "older" | "unknown" | "unsupported";

const ages: readonly (readonly [days: number, age: PatchAge])[] = [
  [7, "days7"],
  [30, "days30"],
  [60, "days60"],
  [90, "days90"],
];

/** The age of what a device lacks. */
export function patchAgeOf(summary: Summary, today: Day): PatchAge {
  const state = stateOf(summary);
  if (state !== "behind") return state;
  const days = today - (summary.openSince ?? today);
  return ages.find(([most]) => days <= most)?.[1] ?? "older";
}
