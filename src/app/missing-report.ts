import type { Assessment, Explanation } from "../domain/assessment/assessment.ts";
import type { OperatingSystem } from "../domain/fleet/inventory.ts";

/** What `missing --json` prints. */
export interface MissingReport {
  readonly catalog: CatalogSummary;
  /** in the order of the inventories given */
  readonly devices: readonly DeviceReport[];
}

/** The knowledge behind an answer. */
export interface CatalogSummary {
  readonly revision: number;
  readonly documents: number;
  /** `2026-Mar`; null for a catalog without documents */
  readonly newest: string | null;
  /** months between the first and the newest that the catalog does not hold */
  readonly absent: readonly string[];
}

/** The answer for a device, with the device it is for. */
export interface DeviceReport extends Assessment {
  readonly deviceName: string;
  /** 40 hex digits */
  readonly deviceId: string;
  readonly os: OperatingSystem;
  /** for the KBs asked for, in that order; absent when none were */
  readonly explanations?: readonly Explanation[];
}
