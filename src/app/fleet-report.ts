import type { AssessmentStatus } from "../domain/assessment/assessment.ts";
import type { Severity } from "../domain/catalog/document.ts";
import type { OperatingSystem } from "../domain/fleet/inventory.ts";
import type { CatalogSummary } from "./missing-report.ts";

/** What `fleet --json` prints. */
export interface FleetReport extends FleetCounts {
  readonly catalog: CatalogSummary;
  /** the day asked for, `YYYY-MM-DD` */
  readonly asOf: string;
  /** what limits every answer, in sentences */
  readonly notes: readonly string[];
}

export interface FleetCounts {
  /** devices by status; `withMissing` are those of the assessed that miss something */
  readonly devices: Readonly<Record<AssessmentStatus | "total" | "withMissing", number>>;
  /** newest release first, then by id */
  readonly missing: readonly FleetUpdate[];
}

/** An update that devices of the fleet miss. */
export interface FleetUpdate {
  /** KB number, digits only */
  readonly id: string;
  readonly name: string;
  readonly releasedOn: string;
  /** the worst that any of the devices has */
  readonly severity: Severity | null;
  readonly exploited: boolean;
  /** number of devices that miss it */
  readonly machineMissedOn: number;
  readonly productsNames: readonly string[];
  readonly url: string;
}

/** What `devices --json` prints. */
export interface DevicesReport {
  readonly catalog: CatalogSummary;
  readonly asOf: string;
  readonly notes: readonly string[];
  /** ordered by name */
  readonly devices: readonly DeviceLine[];
}

export interface DeviceLine {
  readonly deviceName: string;
  readonly deviceId: string;
  readonly os: OperatingSystem;
  readonly status: AssessmentStatus;
  /** number of missing updates; null unless the status is `assessed`: not knowing is never 0 */
  readonly missing: number | null;
  /** the worst of the missing updates */
  readonly severity: Severity | null;
  readonly exploited: boolean;
  readonly pendingRestart: boolean;
  /** ISO times of its first and its newest inventory */
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly tags: readonly string[];
}
