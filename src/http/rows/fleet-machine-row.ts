import { stateOf } from "../../app/fleet/overview.ts";
import type { Summary } from "../../app/fleet/summary.ts";
import type { Severity } from "../../domain/catalog/document.ts";
import { worse } from "../../domain/catalog/severity.ts";
import type { Row } from "../../odata/row-values.ts";
import type { ListedDevice } from "../../stores/fleet-store.ts";
import { machineRow } from "./machine-row.ts";

/** The worst severity among the updates that are missing; null where nothing is, or nobody graded it. */
export function worstSeverity({ missing }: Summary): Severity | null {
  return missing.reduce<Severity | null>((worst, { severity }) => worse(worst, severity), null);
}

/** A device with how it stands. */
export function fleetMachineRow(device: ListedDevice, summary: Summary, at: string): Row {
  const { id, computerDnsName, firstSeen, lastSeen, osPlatform, version, osBuild, healthStatus, deviceValue, ...more } = machineRow(
    device,
    at,
  );
  const { rbacGroupId, rbacGroupName, riskScore, exposureLevel, machineTags } = more;
  return {
    ...{ id, computerDnsName, firstSeen, lastSeen, osPlatform, version, osVersion: summary.system.version, osBuild, healthStatus },
    ...{ deviceValue, rbacGroupId, rbacGroupName, riskScore, exposureLevel, machineTags },
    status: stateOf(summary),
    missingUpdates: summary.status === "assessed" ? summary.missing.length : null,
    severity: worstSeverity(summary),
    exploited: summary.missing.some(({ exploited }) => exploited),
    pendingRestart: summary.pendingRestart,
    exposureScore: summary.exposure === undefined ? null : Math.round(summary.exposure * 10) / 10,
  };
}
