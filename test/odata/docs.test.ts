import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ENTITIES, MACHINES } from "../../src/odata/entity-fields.ts";
import { LIMITS } from "../../src/odata/limits.ts";
import { parseFilter } from "../../src/odata/parse-filter.ts";
import { parseQueryOptions } from "../../src/odata/query-options.ts";

const page = readFileSync(join(import.meta.dirname, "..", "..", "docs", "odata.md"), "utf8");

test("the page lists the filters and the pages that each list has", () => {
  for (const { name, fields, paging } of ENTITIES) {
    const names = fields.filter(({ filterable }) => filterable).map((field) => field.name);
    expect(page).toContain(`| ${name} | ${names.join(", ")} | ${paging.maxTop} | ${paging.pageSize} |`);
  }
});

test("the page lists every limit", () => {
  const limits = page.slice(page.indexOf("## Limits"), page.indexOf("## For those"));
  const told = [...limits.matchAll(/\| (\d+) \|/g)].map((match) => Number(match[1]));
  expect(told.sort((a, b) => a - b)).toEqual(Object.values(LIMITS).sort((a, b) => a - b));
});

test("the samples are answered", () => {
  const samples = [...page.matchAll(/^GET \/api\/(?:[^?]*\/)?([A-Za-z]+)\?(.*)$/gm)];
  expect(samples.length).toBeGreaterThan(5);
  for (const [, name, query = ""] of samples) {
    const entity = ENTITIES.find((candidate) => candidate.name === name) ?? MACHINES;
    expect(parseQueryOptions(query, entity).entity.name).toBe(name);
  }
});

test("the sample error is the one that is given", () => {
  const message = /"message": ("(?:[^"\\]|\\.)*")/.exec(page)?.[1] ?? '""';
  expect(() => parseFilter("healthStatus eq Active", MACHINES)).toThrow(JSON.parse(message) as string);
});
