import type { Filter, Operand } from "../../src/odata/filter.ts";

/**
 * What a filter says of a row, written a second time and from the documentation only: everything becomes a text or a number that sorts, null is null,
 * and no function of the product is used.
 */
export function naivelyMeets(filter: Filter, scope: unknown): boolean {
  switch (filter.kind) {
    case "and":
      return !filter.terms.some((term) => !naivelyMeets(term, scope));
    case "or":
      return filter.terms.filter((term) => naivelyMeets(term, scope)).length > 0;
    case "not":
      return naivelyMeets(filter.term, scope) === false;
    case "any":
      return hasItem(filter.condition, (scope as Record<string, unknown[] | undefined>)[filter.collection] ?? []);
    default:
      return leafMeets(filter, sortable(look(filter.operand, scope), filter.operand));
  }
}

type Leaf = Extract<Filter, { operand: Operand }>;

function hasItem(condition: Filter | undefined, items: readonly unknown[]): boolean {
  return items.some((item) => condition === undefined || naivelyMeets(condition, item));
}

function look({ property }: Operand, scope: unknown): unknown {
  return property === undefined ? scope : ((scope as Record<string, unknown>)[property] ?? null);
}

function leafMeets(leaf: Leaf, left: Sortable): boolean {
  const { operand } = leaf;
  if (leaf.kind === "match") return left !== null && hasText(leaf.how, String(left), String(sortable(leaf.text, operand)));
  if (leaf.kind === "in") return left !== null && leaf.values.some(({ value }) => order(left, sortable(value, operand)) === 0);
  const right = leaf.value.type === "null" ? null : sortable(leaf.value.value, operand);
  const sign = order(left, right);
  if (leaf.operator === "eq") return sign === 0;
  if (leaf.operator === "ne") return sign !== 0;
  if (left === null || right === null) return false;
  return { gt: sign > 0, ge: sign >= 0, lt: sign < 0, le: sign <= 0 }[leaf.operator];
}

function hasText(how: string, text: string, part: string): boolean {
  if (how === "contains") return part === "" || text.split(part).length > 1;
  if (how === "startswith") return text.slice(0, part.length) === part;
  return part === "" || text.slice(-part.length) === part;
}

type Sortable = string | number | bigint | null;

function sortable(value: unknown, { type, ignoreCase }: Operand): Sortable {
  if (value === null) return null;
  if (typeof value === "number" || typeof value === "bigint") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  const text = String(value);
  if (type === "dateTime") return ticks(text);
  if (!ignoreCase) return text;
  return [...text].map((letter) => (letter >= "A" && letter <= "Z" ? String.fromCharCode(letter.charCodeAt(0) + 32) : letter)).join("");
}

/** By the clock of JavaScript: milliseconds since 1970, and the four digits that it cannot hold. */
function ticks(text: string): bigint | null {
  const [whole = "", fraction = ""] = text.split(/[.Z+]/, 2);
  const zone = /[+-]\d\d:\d\d$/.exec(text)?.[0] ?? "Z";
  const seconds = Date.parse(whole + zone);
  if (Number.isNaN(seconds)) return null;
  const digits = text.includes(".") ? fraction.padEnd(7, "0") : "0000000";
  return BigInt(seconds) * 10_000n + BigInt(digits);
}

/** Texts by code points, as numbers by their size; null equals null and nothing else. */
function order(left: Sortable, right: Sortable): number {
  if (left === null || right === null) return left === right ? 0 : Number.NaN;
  if (typeof left === "string" && typeof right === "string") return orderOfCodes(codes(left), codes(right));
  return left < right ? -1 : Number(left > right);
}

function codes(text: string): readonly number[] {
  return [...text].map((character) => character.codePointAt(0) ?? 0);
}

function orderOfCodes(left: readonly number[], right: readonly number[]): number {
  const at = left.findIndex((code, index) => code !== right[index]);
  return at === -1 ? left.length - right.length : (left[at] ?? -1) - (right[at] ?? -1);
}
