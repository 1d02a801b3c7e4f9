/**
 * Every row of the shared OData cases: accepted or refused, rows, time, message. Left to tests with a server: the envelope and the status on the
 * wire (400 here also stands for 414 and 431), whose rows come back (tenants), memory of the process, and what of a filter reaches SQL.
 */
import { describe, expect, test } from "vitest";
import { MACHINES, VULNERABILITIES } from "../../src/odata/entity-fields.ts";
import { ODataError } from "../../src/odata/odata-error.ts";
import type { Row } from "../../src/odata/row-values.ts";
import { type Answer, answer } from "./answer.ts";
import { type CaseRow, readCases, wireQuery } from "./case-rows.ts";
import { MACHINE_ROWS, VULNERABILITY_ROWS } from "./made-up-rows.ts";

const file = readCases();
const ENTITY = { machines: MACHINES, vulnerabilities: VULNERABILITIES };
const ROWS = { machines: MACHINE_ROWS, vulnerabilities: VULNERABILITY_ROWS };

/** Rows about what only a server can show, by id, with the reason. So far there is none. */
const NEEDS_A_SERVER: ReadonlyMap<string, string> = new Map();

/** What is held against a row whose rows are known: how many rows of the made-up set it has to find. */
const KNOWN_ROWS: ReadonlyMap<string, number> = new Map([
  ["m-ok-00", 6],
  ["m-ok-02", 2],
  ["m-ok-04", 7],
  ["m-ok-06", 1],
  ["m-ok-10", 4],
  ["m-ok-14", 7],
  ["m-ok-18", 1],
  ["m-ok-26", 1],
  ["m-ok-30", 1],
  ["m-compat-case1", 6],
  ["m-compat-case3", 7],
  ["m-plus-space", 1],
  ["v-ok-00", 2],
  ["v-ok-02", 3],
  ["v-ok-04", 1],
  ["v-ok-08", 1],
  ["v-ok-10", 0],
  ["enc-06", 6],
  ["enc-16", 8],
  ["enc-18", 8],
  ["skip-262", 3],
  ["skip-264", 0],
  ["top-skip", 2],
  ["opt-302", 8],
]);

/** Words that would tell of what is behind the service. */
const INSIDE = /select |where |sqlite|postgres|syntax error|node_modules|\.ts\b|\bat .*:\d+|enrollment_key_hash,|tid,/i;

describe.skipIf(file === undefined)("the shared OData cases", () => {
  const cases = file?.cases ?? [];

  test("are all there, and every one is held here or has a reason", () => {
    expect(cases.length).toBeGreaterThanOrEqual(158);
    const ids = new Set(cases.map(({ id }) => id));
    expect(ids.size).toBe(cases.length);
    expect([...NEEDS_A_SERVER.keys(), ...KNOWN_ROWS.keys()].filter((id) => !ids.has(id))).toEqual([]);
  });

  test("name the filters and the largest $top that the entities have", () => {
    for (const [name, filterable] of Object.entries(file?.filterable ?? {})) {
      const entity = ENTITY[name as keyof typeof ENTITY];
      const ours = entity.fields.filter((field) => field.filterable).map((field) => field.name);
      expect(ours).toEqual(expect.arrayContaining([...filterable]));
      expect(entity.paging.maxTop).toBe(file?.max_top[name]);
    }
  });

  test.each(cases.filter(({ id }) => !NEEDS_A_SERVER.has(id)))("$id ($group): $why", (row) => {
    const query = wireQuery(row);
    const started = performance.now();
    const given = attempt(query, row);
    const took = performance.now() - started;
    expect(took).toBeLessThan(row.max_ms ?? 200);
    if (given instanceof ODataError) {
      expect(row.expect).toContain(400);
      expect(given.message).not.toMatch(INSIDE);
      expect(given.message.length).toBeLessThan(2_000);
    } else {
      expect(row.expect).toContain(200);
      holdRows(row, given);
    }
  });

  test.each(cases.filter(({ group }) => group === "malformed"))("$id tells where it is wrong", (row) => {
    expect(attempt(wireQuery(row), row)).toMatchObject({ option: "$filter", position: expect.any(Number) });
  });
});

/** The answer or the refusal; anything else that is thrown fails the test. */
function attempt(query: string, { entity }: CaseRow): Answer | ODataError {
  try {
    return answer(query, ENTITY[entity], ROWS[entity]);
  } catch (error) {
    if (error instanceof ODataError) return error;
    throw error;
  }
}

function holdRows(row: CaseRow, { options, value, total }: Answer): void {
  const all: readonly Row[] = ROWS[row.entity];
  expect(total).toBeLessThanOrEqual(all.length);
  if (row.expect_rows !== undefined) expect(value).toHaveLength(row.expect_rows);
  if (row.expect_max_rows !== undefined) {
    expect(value.length).toBeLessThanOrEqual(row.expect_max_rows);
    expect(options.limit).toBe(row.expect_max_rows);
  }
  const known = KNOWN_ROWS.get(row.id);
  if (known !== undefined) expect(value).toHaveLength(known);
  if (row.id === "opt-296") expect(value.map((found) => Object.keys(found))).toEqual(all.map(() => ["id", "computerDnsName"]));
  if (row.id === "opt-302") expect([options.count, total]).toEqual([true, all.length]);
  if (row.id === "top-skip") expect(value).toEqual(all.slice(1, 3));
  if (row.group === "orderby") expect(options.orderBy.at(-1)?.operand.property).toBe("id");
}
