import type { Catalog } from "../catalog/catalog.ts";
import { ProductError } from "../errors.ts";
import type { Inventory } from "../fleet/inventory.ts";
import { type InventoryContent, inventoryOf } from "../fleet/inventory-content.ts";
import { parseDay } from "../windows/day.ts";
import { assessmentOf } from "./assess.ts";
import type { Assessment, AssessmentOptions } from "./assessment.ts";
import { type DeviceEvaluation, evaluateDevice, evaluateWithin, type Unassessable } from "./device-evaluation.ts";
import { type InstalledProduct, ProductLister } from "./installed-products.ts";
import { MissingNamer } from "./missing-namer.ts";
import { Planner } from "./planner.ts";
import { type FoundPosture, PostureFinder } from "./posture-finder.ts";
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

/** What an examination says of what a device lacks: all but the list of what is installed. That of a posture has no reasons in words (`why` is empty). */
export type PostureExamination = Omit<Examination, "products">;

/** Examines a fleet under one catalog on one day: each posture once, whatever number of inventories and devices come to it. */
export interface FleetExaminer {
  /** the whole answer for one device, with the words of every reason */
  readonly examine: Examine;
  readonly postureOf: (content: InventoryContent) => FoundPosture;
  readonly examinePosture: (posture: FoundPosture) => PostureExamination;
  readonly productsOf: (content: InventoryContent) => readonly InstalledProduct[];
}

/**
 * Prepares the examination of devices under a catalog, as `assessor` prepares their assessment.
 * @throws ProductError `usage` when `asOf` is no day
 */
export function examiner(catalog: Catalog, options: AssessmentOptions): Examine {
  return fleetExaminer(catalog, options).examine;
}

/**
 * Prepares the examination of a fleet by its postures.
 * @throws ProductError `usage` when `asOf` is no day
 */
export function fleetExaminer(catalog: Catalog, options: AssessmentOptions): FleetExaminer {
  const asOf = parseDay(options.asOf);
  if (asOf === undefined) throw new ProductError("usage", `"${options.asOf}" is no day`, { hint: "give a day as YYYY-MM-DD" });
  const planner = new Planner(catalog, asOf);
  const shortfalls = new ShortfallFinder(catalog.content.cves.length);
  const postures = new PostureFinder(planner);
  const products = new ProductLister(planner);
  const names = new MissingNamer(catalog);
  const answer = (inventory: Inventory, device: DeviceEvaluation | Unassessable, isNamed: boolean): PostureExamination => {
    if ("status" in device) return { assessment: assessmentOf(planner, options, inventory, device), shortfall: noShortfall };
    const shortfall = shortfalls.of(device);
    const how = isNamed ? { ...options, named: names.of(device, shortfall) } : options;
    const assessment = assessmentOf(planner, how, inventory, device);
    return { assessment, shortfall };
  };
  return {
    examine: (inventory) => ({ ...answer(inventory, evaluateDevice(planner, inventory), false), products: products.of(inventory) }),
    postureOf: (content) => postures.of(content),
    examinePosture: ({ content, scope }) => {
      const inventory = inventoryOf(content);
      return answer(inventory, "status" in scope ? scope : evaluateWithin(planner, scope, inventory), true);
    },
    productsOf: (content) => products.of(content),
  };
}
