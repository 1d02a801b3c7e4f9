import type { Day } from "../../domain/windows/day.ts";
import { printDay } from "../../domain/windows/day.ts";
import type { DeviceCount } from "../../stores/device-store.ts";
import type { Summary } from "./summary.ts";

/** Scores of a fleet, or of a group of it. The formulas are patchgap's own: docs/scores.md. */
export interface FleetScores {
  /** 0 (nothing known is open) to 100: the mean over all devices that could be assessed; 0 where there is none */
  readonly exposure: number;
  /** 0 to 1000: how well the fleet is kept up to date; a device that could not be assessed earns nothing */
  readonly configuration: number;
}

/** An update may wait so long before it counts against its device. */
const patienceDays = 30;
const mostPoints = 1000;

/** Scores of devices, by their inventories. `summaries` are those of the counted digests, in their order. */
export function scoresOf(counts: readonly DeviceCount[], summaries: readonly Summary[], today: Day): FleetScores {
  let [total, assessed, exposure, points] = [0, 0, 0, 0];
  for (const [index, { devices }] of counts.entries()) {
    const summary = summaries[index];
    total += devices;
    if (summary?.exposure === undefined) continue;
    assessed += devices;
    exposure += summary.exposure * devices;
    points += pointsOf(summary, today) * devices;
  }
  return { exposure: assessed === 0 ? 0 : exposure / assessed, configuration: total === 0 ? 0 : points / total };
}

/**
 * Half for nothing that has been open too long, three tenths for no CVE that attackers use, two tenths for no restart that is due. Not by
 * the updates listed alone: the newest one is all that a device lacks in name, however far it lags behind.
 */
function pointsOf({ missing, openSince, risk, pendingRestart }: Summary, today: Day): number {
  const late = today - patienceDays;
  const isPrompt = (openSince ?? late) >= late && missing.every(({ releasedOn }) => releasedOn >= printDay(late));
  return mostPoints * ((isPrompt ? 0.5 : 0) + (risk !== "High" ? 0.3 : 0) + (pendingRestart ? 0 : 0.2));
}
