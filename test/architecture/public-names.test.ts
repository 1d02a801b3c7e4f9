import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as library from "../../src/index.ts";
import { repository } from "./cruise.ts";

test("the library exports these names and no others", () => {
  expect(Object.keys(library).sort()).toEqual([
    "Catalog",
    "ProductError",
    "assess",
    "assessor",
    "compileCatalog",
    "decodeCatalog",
    "encodeCatalog",
    "explain",
    "parseErrata",
    "readCvrf",
    "readInventories",
  ]);
});

test("every name is exported by name", () => {
  const text = readFileSync(join(repository, "src", "index.ts"), "utf8");
  expect(text).not.toContain("export *");
  const types = [...text.matchAll(/export type \{([^}]*)\}/g)].flatMap((match) => (match[1] ?? "").split(","));
  const inline = [...text.matchAll(/\btype (\w+)[,}\s]/g)].map((match) => match[1] ?? "");
  const names = [...types, ...inline].map((name) => name.trim()).filter((name) => name !== "" && name !== "{");
  expect([...new Set(names)].sort()).toEqual([
    "Assessment",
    "AssessmentOptions",
    "AssessmentStatus",
    "CompiledCatalog",
    "DeviceReport",
    "Errata",
    "ErrorCode",
    "Explanation",
    "Inventory",
    "InventoryInput",
    "MissingReport",
    "MissingUpdate",
    "ReadInventories",
    "UpdateDocument",
  ]);
});
