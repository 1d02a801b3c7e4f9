import type { AssessmentStatus } from "../../domain/assessment/assessment.ts";
import type { InstalledProduct } from "../../domain/assessment/installed-products.ts";
import type { Shortfall } from "../../domain/assessment/shortfall.ts";
import type { DeviceCount } from "../../stores/device-store.ts";
import { countSoftware, type SoftwareCounts, type SoftwareTotals, type Together } from "./count-software.ts";
import { countUpdates, type UpdateTotals } from "./count-updates.ts";
import type { Epoch } from "./epoch.ts";
import type { Summary } from "./summary.ts";

/**
 * What a fleet comes to: counts of devices, made from its distinct inventories and never from its devices. What concerns software is counted when
 * it is asked for.
 */
export interface FleetTotals {
  readonly devices: Readonly<Record<AssessmentStatus | "total" | "withMissing", number>>;
  /** newest release first, then by id */
  readonly updates: readonly UpdateTotals[];
  /** by `vendor-_-name` */
  readonly software: ReadonlyMap<string, SoftwareTotals>;
  /** devices on which a CVE is open, by its index in the catalog */
  readonly exposed: ReadonlyMap<number, number>;
}

/** Counts a fleet. `summaries` are those of the counted digests, in their order. */
export function countFleet({ catalog }: Epoch, counts: readonly DeviceCount[], summaries: readonly Summary[]): FleetTotals {
  const devices = { total: 0, assessed: 0, unknown: 0, unsupported: 0, withMissing: 0 };
  const lacking = new Map<Shortfall, number>();
  const lists = new Map<Summary["missing"], number>();
  // Several states of a fleet are remembered: each holds numbers, and summaries that are there anyway.
  const numbers = Float64Array.from(counts, ({ devices: own }) => own);
  for (const [index, own] of numbers.entries()) {
    const { status, missing, shortfall } = summaries[index] as Summary;
    devices.total += own;
    devices[status] += own;
    if (missing.length === 0) continue;
    devices.withMissing += own;
    lists.set(missing, (lists.get(missing) ?? 0) + own);
    lacking.set(shortfall, (lacking.get(shortfall) ?? 0) + own);
  }
  let counted: SoftwareCounts | undefined;
  const inSoftware = (): SoftwareCounts => {
    counted ??= countSoftware(catalog, { lacking, together: byProducts(numbers, summaries) });
    return counted;
  };
  return {
    devices,
    updates: countUpdates(catalog, lists, lacking.keys()),
    get software() {
      return inSoftware().software;
    },
    get exposed() {
      return inSoftware().exposed;
    },
  };
}

function byProducts(numbers: Float64Array, summaries: readonly Summary[]): ReadonlyMap<readonly InstalledProduct[], Together> {
  const together = new Map<readonly InstalledProduct[], Together>();
  for (const [index, own] of numbers.entries()) {
    const { products, shortfall } = summaries[index] as Summary;
    const alike = together.get(products) ?? { devices: 0, shortfalls: new Set() };
    alike.devices += own;
    alike.shortfalls.add(shortfall);
    together.set(products, alike);
  }
  return together;
}
