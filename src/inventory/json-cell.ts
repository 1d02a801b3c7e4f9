import { member } from "./json-fields.ts";
import type { JsonObject } from "./json-text.ts";
import { LIMITS } from "./limits.ts";
import { isBuildNumber } from "./os-facts.ts";

/** One cell as text. osquery writes every value as a string, and an empty one for what it does not know; its users convert some to numbers. */
export function cell(row: JsonObject | undefined, column: string): string | undefined {
  const value = row === undefined ? undefined : member(row, column);
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value.slice(0, LIMITS.otherText) : undefined;
}

/** Reads a build or a revision out of a cell. */
export function buildNumberIn(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,6}$/.test(text)) return undefined;
  return isBuildNumber(Number(text)) ? Number(text) : undefined;
}
