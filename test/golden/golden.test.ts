import { describe, expect, it } from "vitest";
import { checkRow, type Score, score } from "./check-row.ts";
import { type Knowledge, knowledgeOfMicrosoft, knowledgeOfSheets } from "./knowledge.ts";
import type { GoldenRow } from "./row.ts";
import { GOLDEN_TABLE } from "./rows/all.ts";

const ALL = Object.values(GOLDEN_TABLE).flat();
const sheets = { name: "our own fact sheets", on: "sheets", allCves: false, knowledge: knowledgeOfSheets() } as const;
const microsoft = { name: "Microsoft's documents", on: "real", allCves: true, knowledge: knowledgeOfMicrosoft() } as const;

interface Form {
  readonly name: string;
  readonly on: "sheets" | "real";
  readonly allCves: boolean;
  readonly knowledge: Knowledge;
}

describe("the golden table on our own fact sheets", () => {
  runTable(sheets);

  it("finds all that is missing and lists nothing else, on a table where neither is nothing", () => {
    holds(sheets, { devices: 165, positives: 110, negatives: 100 });
  });
});

describe.runIf(microsoft.knowledge !== undefined)("the golden table on Microsoft's documents", () => {
  const { knowledge } = microsoft;
  if (knowledge === undefined) return;
  runTable({ ...microsoft, knowledge });

  it("finds all that is missing and lists nothing else, on a table where neither is nothing", () => {
    holds({ ...microsoft, knowledge }, { devices: 175, positives: 115, negatives: 110 });
  });
});

it.runIf(microsoft.knowledge === undefined)(
  "Microsoft's documents are not there: the golden table ran on our own fact sheets only",
  ({ skip }) => {
    skip("no ../shared/data/msrc-cvrf");
  },
);

describe("the golden table itself", () => {
  it("has one row by each name and day, with its reason", () => {
    const names = ALL.map(({ device, asOf }) => `${device}, ${asOf}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(ALL.filter(({ because }) => because.length < 15)).toEqual([]);
  });

  it("has every build since Windows 10 and the systems before it", () => {
    const builds = new Set(ALL.map(({ has }) => Number(has.build.split(".")[0])));
    const served = "6002 6003 7601 9200 9600 10240 10586 14393 15063 16299 17134 17763 18362 18363 19041 19042 19043 19044 19045 20348";
    const later = "22000 22621 22631 25398 26100 26200 28000";
    expect(`${served} ${later}`.split(" ").filter((build) => !builds.has(Number(build)))).toEqual([]);
  });
});

function rowsOf({ on }: Form): readonly GoldenRow[] {
  return ALL.filter((row) => row.on === "both" || row.on === on);
}

function runTable(form: Form): void {
  const rows = rowsOf(form);
  for (const [theme, all] of Object.entries(GOLDEN_TABLE)) {
    describe(theme, () => {
      for (const row of all.filter((candidate) => rows.includes(candidate))) {
        it(`${row.device}, ${row.asOf}`, () => checkRow(row, form.knowledge(row), form.allCves));
      }
    });
  }
}

function holds(form: Form, least: Pick<Score, "devices" | "positives" | "negatives">): void {
  const result = score(rowsOf(form), form.knowledge);
  process.stdout.write(
    `golden table on ${form.name}: ${result.devices} devices, ${result.found} of ${result.positives} missing updates found, ` +
      `${result.rightlyListed} of ${result.listed} listed rightly, ${result.negatives} named as not missing\n`,
  );
  expect(result.devices).toBeGreaterThanOrEqual(least.devices);
  expect(result.positives).toBeGreaterThanOrEqual(least.positives);
  expect(result.negatives).toBeGreaterThanOrEqual(least.negatives);
  expect({ found: result.found, listed: result.rightlyListed }).toEqual({ found: result.positives, listed: result.listed });
}
