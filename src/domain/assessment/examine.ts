import type { Catalog } from "../catalog/catalog.ts";
import { ProductError } from "../errors.ts";
import type { Inventory } from "../fleet/inventory.ts";
import { parseDay } from "../windows/day.ts";
import { assessmentOf } from "./assess.ts";
import type { Assessment, AssessmentOptions } from "./assessment.ts";
import { evaluateDevice } from "./device-evaluation.ts";
import { type InstalledProduct, installedProducts } from "./installed-products.ts";

import { Planner } from "./planner.ts";
import { noShortfall, type Shortfall, ShortfallFinder } from "./shortfall.ts";

/** All that can be said about what a device reported, from one evaluation. */
export interface Examination {
  readonly assessment: Assessment;
  readonly shortfall: Shortfall;
  /** the system first, then by vendor and name */
  readonly products: readonly InstalledProduct[];
}

/** Examines any number of devices under one catalog on one day. */
export type Examine = (inventory: Inventory) => Examination;

/**
 * Prepares the examination of devices under a catalog, as `assessor` prepares their assessment.
 * @throws ProductError `usage` when `asOf` is no day
 */
export function examiner(catalog: Catalog, options: AssessmentOptions): Examine {
  const asOf = parseDay(options.asOf);
  if (asOf === undefined) throw new ProductError("usage", `"${options.asOf}" is no day`, { hint: "give a day as YYYY-MM-DD" });
  const planner = new Planner(catalog, asOf);
  const finder = new ShortfallFinder();
  return (inventory) => {
    const device = evaluateDevice(planner, inventory);
    const assessment = assessmentOf(planner, options, inventory, device);
    const shortfall = "status" in device || assessment.missing === null ? noShortfall : finder.of(device);
    return { assessment, shortfall, products: installedProducts(planner, inventory) };
  };
}
