import { describe, expect, it, test } from "vitest";
import { scaleChart } from "../../bench/scale/chart.ts";
import { exponentOf, growthOf, growthSentences, isTooFast, sizeWords } from "../../bench/scale/growth.ts";
import { newestDocument } from "../../bench/scale/knowledge.ts";
import { type Figures, isKept, STEPS, type StepKey } from "../../bench/scale/steps.ts";
import { scaleTables } from "../../bench/scale/table.ts";

type Values = Figures["values"];

function figures(database: string, ...bySize: readonly (readonly [devices: number, values: Values])[]): readonly Figures[] {
  return bySize.map(([devices, values]) => ({ database, devices, values }));
}

function step(key: StepKey) {
  const found = STEPS.find((each) => each.key === key);
  if (found === undefined) throw new Error(key);
  return found;
}

test.each([
  ["ten times the data, ten times the cost", { size: 10, cost: 2 }, { size: 100, cost: 20 }, 1],
  ["ten times the data, the same cost", { size: 10, cost: 2 }, { size: 100, cost: 2 }, 0],
  ["twice the data, four times the cost", { size: 50, cost: 3 }, { size: 100, cost: 12 }, 2],
])("an exponent: %s", (_, from, to, exponent) => {
  expect(exponentOf(from, to)).toBeCloseTo(exponent, 10);
});

describe("growth", () => {
  it("is told between sizes that follow each other, whatever their order, and for each database alone", () => {
    const grown = growthOf([
      ...figures("B", [100, { loadSeconds: 9 }]),
      ...figures("A", [1000, { loadSeconds: 100 }], [10, { loadSeconds: 1 }], [100, { loadSeconds: 10 }]),
    ]);
    expect(grown.map(({ database, from, to, exponent }) => [database, from, to, Math.round(exponent * 100) / 100])).toEqual([
      ["A", 10, 100, 1],
      ["A", 100, 1000, 1],
    ]);
  });

  it("leaves out what is no cost, and what was not measured at both sizes", () => {
    expect(growthOf(figures("A", [10, { loadRate: 5 }], [100, { loadRate: 9, listP99: 3 }]))).toEqual([]);
  });

  it.each([
    ["a fleet's step that grows as the fleet", "walkSeconds", 1, 10, false],
    ["a fleet's step that grows faster", "walkSeconds", 1, 20, true],
    ["a request that takes as long", "listP99", 20, 21, false],
    ["a request that grows with the fleet", "listP99", 20, 40, true],
    ["a request that grows by less than a millisecond", "missingKbsP99", 0.2, 0.9, false],
    ["a fleet's step that is over in a moment anyway", "evaluationSeconds", 0.01, 0.4, false],
  ] as const)("%s", (_, key, less, more, isFast) => {
    const [grown] = growthOf(figures("A", [10, { [key]: less }], [100, { [key]: more }]));
    expect(grown?.step).toBe(step(key));
    expect(grown !== undefined && isTooFast(grown)).toBe(isFast);
  });

  it("is named in sentences", () => {
    const grown = growthOf(figures("SQLite", [10_000, { walkSeconds: 1, listP99: 10 }], [100_000, { walkSeconds: 100, listP99: 10 }]));
    expect(growthSentences(grown)).toEqual([
      'SQLite, 10k to 100k devices: "walk of MissingKbsByMachine" grows faster than the fleet: exponent 2.00.',
    ]);
    expect(growthSentences(growthOf(figures("A", [1, { listP99: 5 }], [10, { listP99: 5 }])))).toEqual([
      "No step grows faster than its data.",
    ]);
    expect(growthSentences([])).toEqual(["One size alone says nothing about growth."]);
  });

  it.each([
    [10_000, "10k"],
    [1_000_000, "1M"],
    [1_500, "1500"],
    [1_500_000, "1500k"],
  ])("%d devices are %s", (devices, words) => expect(sizeWords(devices)).toBe(words));
});

test.each([
  ["walkSeconds", 60, 1_000_000, true],
  ["walkSeconds", 61, 1_000_000, false],
  ["walkSeconds", 61, 10_000_000, undefined],
  ["loadShare", 0.5, 10_000, true],
  ["loadShare", 0.4, 10_000, false],
  ["walkRows", 7, 10_000, undefined],
] as const)("%s of %d at %d devices keeps its limit: %s", (key, value, devices, kept) => {
  expect(isKept(step(key), value, devices)).toBe(kept);
});

test("a table has a row for each step that was measured, and says which limit is missed", () => {
  const table = scaleTables([
    ...figures("SQLite", [1_000_000, { walkSeconds: 70, walkRows: 1_234_567 }], [100_000, { walkSeconds: 7.25 }]),
    ...figures("PostgreSQL 18", [100_000, { loadShare: 0.55 }]),
  ]);
  expect(table.split("\n\n").map((part) => part.split("\n"))).toEqual([
    [
      "| SQLite | 100k | 1M | limit | exponents |",
      "| --- | ---: | ---: | ---: | ---: |",
      "| walk of MissingKbsByMachine, s | 7.3 ok | 70 **TOO MUCH** | at most 60 s | 0.98 |",
      "| rows |  | 1,234,567 |  |  |",
    ],
    [
      "| PostgreSQL 18 | 100k | limit | exponents |",
      "| --- | ---: | ---: | ---: |",
      "| its share of raw inserts of rows | 0.55 ok | at least 0.5 |  |",
    ],
  ]);
});

describe("the chart", () => {
  const sizes = [10_000, 100_000, 1_000_000];
  const chart = scaleChart([
    ...figures("SQLite", ...sizes.map((devices) => [devices, { loadSeconds: devices / 20_000, listP99: 12 }] as const)),
    ...figures("PostgreSQL 18", ...sizes.map((devices) => [devices, { loadSeconds: devices / 10_000, listP99: 20 }] as const)),
  ]);

  it("has a point for each figure, a legend for each line and database, and colours for dark pages", () => {
    expect(chart.match(/<circle /g)).toHaveLength(12);
    for (const words of ["load", "filtered list, p99", "SQLite", "PostgreSQL 18", "10k devices", "1M devices"])
      expect(chart).toContain(`>${words}<`);
    expect(chart).toContain("prefers-color-scheme: dark");
    expect(chart).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("draws the same growth as a straight line and no growth as a level one", () => {
    const points = [...chart.matchAll(/<circle class="c(\d)" r="3" cx="(\d+)" cy="(\d+)"/g)].map((match) => match.slice(1).map(Number));
    const [load, list] = [points.slice(0, 3), points.filter(([colour]) => colour === 2).slice(0, 3)];
    const steps = (axis: number): number[] => [
      (load[1]?.[axis] ?? 0) - (load[0]?.[axis] ?? 0),
      (load[2]?.[axis] ?? 0) - (load[1]?.[axis] ?? 0),
    ];
    expect(Math.abs((steps(1)[0] ?? 0) - (steps(1)[1] ?? 0))).toBeLessThanOrEqual(1);
    expect(Math.abs((steps(2)[0] ?? 0) - (steps(2)[1] ?? 0))).toBeLessThanOrEqual(1);
    expect(steps(2)[0]).toBeLessThan(0);
    expect(new Set(list.map(([, , y]) => y)).size).toBe(1);
  });
});

test.each([
  [
    ["a/cvrfDocument-2025-Dec.xml.gz", "a/cvrfDocument-2026-Mar.xml.gz", "a/cvrfDocument-2026-Feb.xml", "a/cvrfDocument-Oct-OOB.xml.gz"],
    "a/cvrfDocument-2026-Mar.xml.gz",
  ],
  [["made-up-9.xml.gz", "made-up-23.xml.gz", "made-up-10.xml.gz"], "made-up-23.xml.gz"],
])("of %j the newest is %s", (files, newest) => expect(newestDocument(files)).toBe(newest));
