/**
 * How many query strings with a $filter one core reads in a second, and how many rows it holds one against.
 * Alone: `node bench/odata-bench.ts`.
 */
import { MACHINES } from "../src/odata/entity-fields.ts";
import { meets } from "../src/odata/evaluate-filter.ts";
import { ODataError } from "../src/odata/odata-error.ts";
import { parseFilter } from "../src/odata/parse-filter.ts";
import { parseQueryOptions } from "../src/odata/query-options.ts";

/** As clients send them. */
const FILTERS = [
  "healthStatus eq 'Active'",
  "riskScore eq 'High' and lastSeen gt 2018-08-01Z",
  "(computerDnsName ne null) and (isExcluded eq false)",
  "startswith(computerDnsName,'mymachine')",
  "machineTags/any(tag: tag eq 'ExampleTag')",
  "exposureLevel in ('Medium', 'High') and healthStatus eq 'Active'",
  "lastSeen ge 2026-01-01T00:00:00Z or rbacGroupId eq 1234",
  "not startswith(osPlatform,'WindowsServer')",
];
const HOSTILE = [
  "(".repeat(5_000),
  `id eq '${"''".repeat(8_000)}'`,
  `${"a/".repeat(4_000)}a eq 1`,
  Array(199).fill("contains(id,'a')").join(" or "),
];
const ROUNDS = 5;

export interface ODataFigures {
  readonly filtersPerSecond: number;
  readonly queriesPerSecond: number;
  readonly rowsPerSecond: number;
  readonly slowestHostileMs: number;
}

/** Best of five rounds after one to warm up. */
export function benchOData(): ODataFigures {
  const queries = FILTERS.map((filter) => `$filter=${encodeURIComponent(filter)}&$top=100&$orderby=lastSeen%20desc`);
  const row = {
    id: "a",
    computerDnsName: "PC-1",
    lastSeen: "2026-01-01T00:00:00Z",
    machineTags: ["x"],
    healthStatus: "Active",
    osPlatform: "Windows10",
  };
  const parsed = FILTERS.map((filter) => parseFilter(filter, MACHINES));
  return {
    filtersPerSecond: rate(20_000, (turn) => parseFilter(FILTERS[turn % FILTERS.length] ?? "", MACHINES)),
    queriesPerSecond: rate(10_000, (turn) => parseQueryOptions(queries[turn % queries.length] ?? "", MACHINES)),
    rowsPerSecond: rate(5_000, () => parsed.filter((filter) => meets(filter, row))) * parsed.length,
    slowestHostileMs: Math.max(...HOSTILE.map((filter) => 1000 / rate(20, () => refused(filter)))),
  };
}

function rate(turns: number, act: (turn: number) => unknown): number {
  const rounds = Array.from({ length: ROUNDS + 1 }, () => {
    const started = performance.now();
    for (let turn = 0; turn < turns; turn++) act(turn);
    return (turns / (performance.now() - started)) * 1000;
  });
  return Math.max(...rounds.slice(1));
}

function refused(filter: string): boolean {
  try {
    parseFilter(filter, MACHINES);
    return false;
  } catch (error) {
    if (error instanceof ODataError) return true;
    throw error;
  }
}

if (import.meta.main) console.log(benchOData());
