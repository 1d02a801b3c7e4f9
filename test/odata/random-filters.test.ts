import fc from "fast-check";
import { expect, test } from "vitest";
import { ENTITIES, MACHINES } from "../../src/odata/entity-fields.ts";
import { meets } from "../../src/odata/evaluate-filter.ts";
import { ODataError } from "../../src/odata/odata-error.ts";
import { parseFilter } from "../../src/odata/parse-filter.ts";
import { printFilter } from "../../src/odata/print-filter.ts";
import { parseQueryOptions } from "../../src/odata/query-options.ts";
import { SLOW_MACHINE } from "../slow-machine.ts";
import { filters, rows } from "./arbitrary.ts";
import { MACHINE_ROWS } from "./made-up-rows.ts";
import { naivelyMeets } from "./naive-evaluator.ts";

const entities = fc.constantFrom(...ENTITIES);

test("a printed filter is read as the same filter, 2,000 times", () => {
  const cases = entities.chain((entity) => filters(entity).map((filter) => ({ entity, filter })));
  fc.assert(
    fc.property(cases, ({ entity, filter }) => {
      expect(parseFilter(printFilter(filter), entity)).toEqual(filter);
    }),
    { numRuns: 2_000, seed: 20_260_301 },
  );
});

test("2,000 random filters choose the rows that a second, naive evaluator chooses", () => {
  let met = 0;
  const cases = entities.chain((entity) =>
    fc.record({ filter: filters(entity), rows: fc.array(rows(entity), { minLength: 3, maxLength: 8 }) }),
  );
  fc.assert(
    fc.property(cases, ({ filter, rows: some }) => {
      for (const row of some) {
        const answer = meets(filter, row);
        if (answer) met++;
        expect(answer).toBe(naivelyMeets(filter, row));
      }
    }),
    { numRuns: 2_000, seed: 20_260_302 },
  );
  expect(met).toBeGreaterThan(1_000);
});

test("random filters on the made-up fleet, as texts, agree as well", () => {
  fc.assert(
    fc.property(filters(MACHINES), (filter) => {
      const read = parseFilter(printFilter(filter), MACHINES);
      expect(MACHINE_ROWS.filter((row) => meets(read, row))).toEqual(MACHINE_ROWS.filter((row) => naivelyMeets(filter, row)));
    }),
    { numRuns: 500, seed: 20_260_303 },
  );
});

/** 500 valid filters, short enough that one changed character matters. */
const VALID = [
  "healthStatus eq 'Active'",
  "lastSeen gt 2018-08-01Z",
  "lastSeen le 2024-01-01T00:00:00.1234567+02:00",
  "(computerDnsName ne null) and (isExcluded eq false)",
  "machineTags/any(tag: tag eq 'it''s')",
  "exposureLevel in ('Medium', 'High') and healthStatus eq 'Active'",
  "not startswith(osPlatform,'WindowsServer') or rbacGroupId eq 1234",
  "ipAddresses/any(i: i/ipAddress eq '10.0.0.1' and i/macAddress ne null)",
  ...fc.sample(filters(MACHINES).map(printFilter), { numRuns: 492, seed: 20_260_304 }),
];

test("10,000 mutations of valid filters are answered or refused, quickly, and nothing else", () => {
  const random = fc.sample(fc.nat({ max: 2 ** 31 - 1 }), { numRuns: 30_000, seed: 20_260_305 });
  let next = 0;
  const refused = { filter: 0, query: 0 };
  for (const filter of VALID) {
    for (let round = 0; round < 20; round++) {
      const [at = 0, kind = 0, code = 0] = [random[next++], random[next++], random[next++]];
      if (!holds(() => meetsSome(mutate(filter, at, kind, code)))) refused.filter++;
      const query = `$filter=${encodeURIComponent(filter)}&$top=5&$orderby=lastSeen%20desc`;
      if (!holds(() => parseQueryOptions(mutate(query, at, kind, code % 256), MACHINES))) refused.query++;
    }
  }
  expect(refused.filter).toBeGreaterThan(4_000);
  expect(refused.filter).toBeLessThan(10_000);
  expect(refused.query).toBeGreaterThan(1_000);
  expect(refused.query).toBeLessThan(10_000);
});

/** One character replaced, left out, doubled or put in between. */
function mutate(text: string, position: number, kind: number, code: number): string {
  const at = position % text.length;
  const character = String.fromCharCode(code % 3 === 0 ? code % 65_536 : code % 128);
  return [
    text.slice(0, at) + character + text.slice(at + 1),
    text.slice(0, at) + text.slice(at + 1),
    text.slice(0, at) + text.slice(at, at + 1) + text.slice(at),
    text.slice(0, at) + character + text.slice(at),
  ][kind % 4] as string;
}

function meetsSome(text: string): boolean {
  const filter = parseFilter(text, MACHINES);
  return MACHINE_ROWS.some((row) => meets(filter, row));
}

/** Whether it was answered; a second try where the machine was busy the first time. */
function holds(act: () => unknown): boolean {
  const [answered, took] = timed(act);
  if (took >= 50) expect(timed(act)[1]).toBeLessThan(50 * SLOW_MACHINE);
  return answered;
}

function timed(act: () => unknown): [boolean, number] {
  const started = performance.now();
  let answered = true;
  try {
    act();
  } catch (error) {
    if (!(error instanceof ODataError)) throw error;
    answered = false;
  }
  return [answered, performance.now() - started];
}
