/**
 * The public library: what the command line is made of, without files, network or database.
 *
 * @example
 * const documents = files.map((bytes, index) => readCvrf(bytes, names[index]).document);
 * const catalog = new Catalog(compileCatalog(documents, { errata: parseErrata(JSON.parse(errataText)) }));
 * const { devices } = readInventories([{ source: "pc.txt", bytes }]);
 * const { status, missing, notes } = assess(devices[0], catalog, { asOf: "2026-03-31" });
 *
 * @module
 */

export type { DeviceReport, MissingReport } from "./app/missing-report.ts";
export { assess, assessor } from "./domain/assessment/assess.ts";
export type { Assessment, AssessmentOptions, AssessmentStatus, Explanation, MissingUpdate } from "./domain/assessment/assessment.ts";
export { explain } from "./domain/assessment/explain.ts";
export { Catalog, type CompiledCatalog } from "./domain/catalog/catalog.ts";
export { decodeCatalog, encodeCatalog } from "./domain/catalog/catalog-codec.ts";
export { compileCatalog } from "./domain/catalog/compile-catalog.ts";
export type { UpdateDocument } from "./domain/catalog/document.ts";
export { type Errata, parseErrata } from "./domain/catalog/errata.ts";
export { type ErrorCode, ProductError } from "./domain/errors.ts";
export type { Inventory } from "./domain/fleet/inventory.ts";
export { readCvrf } from "./feeds/msrc/read-cvrf.ts";
export { type InventoryInput, type ReadInventories, readInventories } from "./inventory/read-inventories.ts";
