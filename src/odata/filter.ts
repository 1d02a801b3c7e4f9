import type { ScalarType } from "./entity.ts";

/**
 * A checked $filter. Every name in it is one of the entity's, every value has the type of what it is compared with.
 * A filter says yes or no of a row, never "unknown": see docs/odata.md for null.
 */
export type Filter =
  | { readonly kind: "and" | "or"; readonly terms: readonly Filter[] }
  | { readonly kind: "not"; readonly term: Filter }
  | { readonly kind: "compare"; readonly operator: Comparison; readonly operand: Operand; readonly value: Literal }
  | { readonly kind: "in"; readonly operand: Operand; readonly values: readonly Value[] }
  | { readonly kind: "match"; readonly how: Match; readonly operand: Operand; readonly text: string }
  /** some item of a list meets the condition; without one: the list is not empty. The condition speaks of the item alone */
  | { readonly kind: "any"; readonly collection: string; readonly condition: Filter | undefined };

export type Comparison = "eq" | "ne" | "gt" | "ge" | "lt" | "le";

export type Match = "startswith" | "endswith" | "contains";

/** What a condition looks at: a property of the row; inside `any`, a property of the item or (`property` undefined) the item itself. */
export interface Operand {
  readonly property: string | undefined;
  readonly type: ScalarType;
  readonly ignoreCase: boolean;
}

/** What a property is compared with: null is no value. */
export type Literal = { readonly type: "null" } | Value;

/** A value of the operand's own type. Integers beyond 2^53 are bigints. */
export type Value =
  | { readonly type: "string" | "guid"; readonly value: string }
  /** in UTC, as parseDateTime prints it; `YYYY-MM-DD` for a date: both compare as texts */
  | { readonly type: "dateTime" | "date"; readonly value: string }
  | { readonly type: "integer"; readonly value: number | bigint }
  | { readonly type: "decimal"; readonly value: number }
  | { readonly type: "boolean"; readonly value: boolean };

/** Joins conditions; groups of the same kind within one another become one. */
export function combine(kind: "and" | "or", terms: readonly [Filter, ...Filter[]]): Filter {
  const flat = terms.flatMap((term) => (term.kind === kind ? term.terms : [term]));
  return flat.length === 1 ? terms[0] : { kind, terms: flat };
}

export function isComparison(word: string): word is Comparison {
  return COMPARISONS.has(word);
}

export function isMatch(word: string): word is Match {
  return MATCHES.has(word);
}

/** The comparison that says the same with its sides changed: `5 lt x` is `x gt 5`. */
export function mirrored(operator: Comparison): Comparison {
  return MIRRORED[operator];
}

const COMPARISONS: ReadonlySet<string> = new Set(["eq", "ne", "gt", "ge", "lt", "le"]);
const MATCHES: ReadonlySet<string> = new Set(["startswith", "endswith", "contains"]);
const MIRRORED: Readonly<Record<Comparison, Comparison>> = { eq: "eq", ne: "ne", gt: "lt", ge: "le", lt: "gt", le: "ge" };
