import { expect } from "vitest";
import { assess } from "../../src/domain/assessment/assess.ts";
import type { Assessment, MissingUpdate } from "../../src/domain/assessment/assessment.ts";
import { explain } from "../../src/domain/assessment/explain.ts";
import type { Catalog } from "../../src/domain/catalog/catalog.ts";
import { type GoldenRow, inventoryOf } from "./row.ts";

/** Answers a row; what it lists is `null` where it makes no claim. */
export function answerOf(row: GoldenRow, catalog: Catalog): Assessment {
  const options = { asOf: row.asOf, ...(row.includeSuperseded === undefined ? {} : { includeSuperseded: row.includeSuperseded }) };
  return assess(inventoryOf(row.has), catalog, options);
}

export function listed(answer: Assessment): readonly string[] | Assessment["status"] {
  return answer.missing?.map(({ id }) => id) ?? answer.status;
}

/** Everything a row says, checked at once; `allCves`: whether the catalog holds every CVE, so that counts can be compared. */
export function checkRow(row: GoldenRow, catalog: Catalog, allCves: boolean): void {
  const answer = answerOf(row, catalog);
  expect(listed(answer), row.because).toEqual(row.missing);
  if (row.notes !== undefined) expect(answer.notes.join(" / ")).toMatch(row.notes);
  if (row.pendingRestart !== undefined) expect(answer.pendingRestart).toBe(row.pendingRestart);
  for (const [kb, reason] of Object.entries(row.notMissing ?? {})) checkNotMissing(row, catalog, kb, reason);
  checkUpdates(row, answer, allCves || row.countsOnSheets === true);
}

function checkUpdates(row: GoldenRow, answer: Assessment, counts: boolean): void {
  const update = (kb: string): MissingUpdate | undefined => answer.missing?.find(({ id }) => id === kb);
  for (const [kb, why] of Object.entries(row.why ?? {})) expect(update(kb)?.why).toMatch(why);
  for (const [kb, names] of Object.entries(row.productsNames ?? {})) {
    // most CVEs first, where all CVEs are there
    expect(counts ? update(kb)?.productsNames : update(kb)?.productsNames.toSorted()).toEqual(counts ? names : names.toSorted());
  }
  if (!counts) return;
  for (const [kb, count] of Object.entries(row.cveAddressed ?? {})) expect([kb, update(kb)?.cveAddressed]).toEqual([kb, count]);
}

function checkNotMissing(row: GoldenRow, catalog: Catalog, kb: string, reason: string): void {
  const { verdict, why } = explain(inventoryOf(row.has), catalog, { asOf: row.asOf }, kb);
  expect({ kb, verdict, why }, reason).toEqual({ kb, verdict: reason.slice(0, reason.indexOf(":")), why: expect.stringMatching(/./) });
}

/** What was expected and what was listed, over many rows: an empty answer finds nothing, a long one lists too much. */
export interface Score {
  readonly devices: number;
  readonly positives: number;
  readonly found: number;
  readonly listed: number;
  readonly rightlyListed: number;
  readonly negatives: number;
}

export function score(rows: readonly GoldenRow[], catalogOf: (row: GoldenRow) => Catalog): Score {
  const total = { devices: rows.length, positives: 0, found: 0, listed: 0, rightlyListed: 0, negatives: 0 };
  for (const row of rows) {
    const expected = typeof row.missing === "string" ? [] : row.missing;
    const answer = answerOf(row, catalogOf(row)).missing?.map(({ id }) => id) ?? [];
    total.positives += expected.length;
    total.found += expected.filter((kb) => answer.includes(kb)).length;
    total.listed += answer.length;
    total.rightlyListed += answer.filter((kb) => expected.includes(kb)).length;
    total.negatives += Object.keys(row.notMissing ?? {}).length;
  }
  return total;
}
