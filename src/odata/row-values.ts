import { parseDate, parseDateTime } from "./date-time.ts";
import type { ScalarType } from "./entity.ts";
import type { Literal, Operand } from "./filter.ts";
import { compareText, foldCase } from "./texts.ts";

/** A row of an answer, by wire names. */
export type Row = Readonly<Record<string, unknown>>;

/** A value that compares with others of its kind. */
export type Comparable = string | number | bigint | boolean;

/** What an operand finds in a row or an item, ready to be compared; undefined for null, nothing there, and what is of another type. */
export function foundValue({ property, type, ignoreCase }: Operand, scope: unknown): Comparable | undefined {
  const found = property === undefined ? scope : propertyOf(scope, property);
  const value = READERS[type](found);
  return ignoreCase && typeof value === "string" ? foldCase(value) : value;
}

/** A literal, ready to be compared with what the operand finds; undefined for null. */
export function wantedValue(literal: Literal, { ignoreCase }: Operand): Comparable | undefined {
  if (literal.type === "null") return undefined;
  return ignoreCase && typeof literal.value === "string" ? foldCase(literal.value) : literal.value;
}

type Reader = (value: unknown) => Comparable | undefined;

const READERS: Readonly<Record<ScalarType, Reader>> = {
  string: textOf,
  guid: textOf,
  integer: numberOf,
  decimal: numberOf,
  boolean: (value) => (typeof value === "boolean" ? value : undefined),
  dateTime: (value) => (typeof value === "string" ? parseDateTime(value) : undefined),
  date: (value) => (typeof value === "string" ? parseDate(value) : undefined),
};

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function numberOf(value: unknown): number | bigint | undefined {
  if (typeof value === "bigint") return value;
  return typeof value === "number" && !Number.isNaN(value) ? value : undefined;
}

/** The order of two values of one kind. */
export function compareValues(left: Comparable, right: Comparable): -1 | 0 | 1 {
  if (typeof left === "string" && typeof right === "string") return compareText(left, right);
  if (left < right) return -1;
  return left > right ? 1 : 0;
}

/** The items of a list; nothing for what is no list. */
export function itemsOf(row: unknown, collection: string): readonly unknown[] {
  const found = propertyOf(row, collection);
  return Array.isArray(found) ? found : [];
}

function propertyOf(scope: unknown, name: string): unknown {
  return typeof scope === "object" && scope !== null && Object.hasOwn(scope, name) ? (scope as Row)[name] : undefined;
}
