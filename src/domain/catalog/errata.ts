import { ProductError } from "../errors.ts";
import { type Day, parseDay } from "../windows/day.ts";
import { parseKb } from "../windows/kb.ts";

/**
 * Facts that MSRC's documents get wrong or leave out, each with its source. The file is small on purpose:
 * what a rule can find (foreign rows, branches mistyped, revisions above a later month's) is not listed.
 */
export interface Errata {
  /** true revision of a cumulative update whose FixedBuild is mistyped */
  readonly revisions: ReadonlyMap<string, number>;
  /** updates that Windows Update stopped offering, and since when */
  readonly withdrawn: ReadonlyMap<string, Day>;
  /** how Flash leaves a device: the update that removes it, and the month from which cumulative updates and rollups contain that removal */
  readonly flashRemoval: { readonly kb: string; readonly containedFrom: number } | undefined;
}

/** No errata at all: what tests with made-up documents want. */
export const NO_ERRATA: Errata = { revisions: new Map(), withdrawn: new Map(), flashRemoval: undefined };

/**
 * Reads the errata file (`data/errata.json`).
 * @throws ProductError `unreadable-input` naming the field; a wrong erratum would be worse than none
 */
export function parseErrata(json: unknown, source = "errata.json"): Errata {
  const root = record(json, source, "");
  const revisions = entries(root["revisions"], source, "revisions").map(([field, entry]) => {
    const revision = entry["revision"];
    if (typeof revision !== "number" || !Number.isInteger(revision) || revision < 1)
      throw wrong(source, `${field}.revision`, "a revision number");
    return [kbOf(entry["kb"], source, `${field}.kb`), revision] as const;
  });
  const withdrawn = entries(root["withdrawn"], source, "withdrawn").map(
    ([field, entry]) => [kbOf(entry["kb"], source, `${field}.kb`), dayOf(entry["on"], source, `${field}.on`)] as const,
  );
  return { revisions: new Map(revisions), withdrawn: new Map(withdrawn), flashRemoval: flashRemoval(root["flashRemoval"], source) };
}

function flashRemoval(json: unknown, source: string): Errata["flashRemoval"] {
  if (json === undefined) return undefined;
  const entry = record(json, source, "flashRemoval");
  const month = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(String(entry["containedFrom"]));
  if (month === null) throw wrong(source, "flashRemoval.containedFrom", "a month YYYY-MM");
  return { kb: kbOf(entry["kb"], source, "flashRemoval.kb"), containedFrom: Number(month[1]) * 12 + Number(month[2]) - 1 };
}

function entries(json: unknown, source: string, field: string): (readonly [string, Record<string, unknown>])[] {
  if (json === undefined) return [];
  if (!Array.isArray(json)) throw wrong(source, field, "a list");
  return json.map((entry, index) => [`${field}[${index}]`, record(entry, source, `${field}[${index}]`)] as const);
}

function record(json: unknown, source: string, field: string): Record<string, unknown> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw wrong(source, field, "an object");
  return json as Record<string, unknown>;
}

function kbOf(json: unknown, source: string, field: string): string {
  const kb = typeof json === "string" ? parseKb(json) : undefined;
  if (kb === undefined) throw wrong(source, field, "a KB number");
  return kb;
}

function dayOf(json: unknown, source: string, field: string): Day {
  const day = typeof json === "string" ? parseDay(json) : undefined;
  if (day === undefined) throw wrong(source, field, "a day YYYY-MM-DD");
  return day;
}

function wrong(source: string, field: string, expected: string): ProductError {
  return new ProductError("unreadable-input", `expected ${expected}`, { place: { source, field } });
}
