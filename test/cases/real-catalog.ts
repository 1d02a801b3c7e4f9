import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Catalog, type CompiledCatalog } from "../../src/domain/catalog/catalog.ts";
import { compileCatalog } from "../../src/domain/catalog/compile-catalog.ts";
import type { UpdateDocument } from "../../src/domain/catalog/document.ts";
import { type Errata, parseErrata } from "../../src/domain/catalog/errata.ts";
import { readCvrf } from "../../src/feeds/msrc/read-cvrf.ts";
import { sharedFile } from "../shared-data.ts";

const folder = sharedFile("data/msrc-cvrf");

/** Whether the real documents are there; tests that need them say so and skip where they are not. */
export const realDocumentsAreThere: boolean = folder !== undefined;

/** The day after the newest real document: everything in them has been released by then. */
export const newestDay = "2026-03-31";

let documents: readonly UpdateDocument[] | undefined;
let compiled: CompiledCatalog | undefined;
let catalog: Catalog | undefined;

/** All real documents, read once a test file. */
export function realDocuments(): readonly UpdateDocument[] {
  documents ??= readdirSync(folder ?? "")
    .filter((name) => name.endsWith(".xml.gz"))
    .map((name) => readCvrf(readFileSync(join(folder ?? "", name)), name).document);
  return documents;
}

/** The errata that ship with the product. */
export function shippedErrata(): Errata {
  return parseErrata(JSON.parse(readFileSync(join(import.meta.dirname, "..", "..", "data", "errata.json"), "utf8")));
}

/** What the real documents compile to. */
export function realCompiled(): CompiledCatalog {
  compiled ??= compileCatalog(realDocuments(), { errata: shippedErrata() });
  return compiled;
}

/** The catalog of the real documents, ready to be asked. */
export function realCatalog(): Catalog {
  catalog ??= new Catalog(realCompiled());
  return catalog;
}
