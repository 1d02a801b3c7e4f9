import type { Comparison, Filter, Match } from "./filter.ts";
import { type Comparable, compareValues, foundValue, itemsOf, type Row, wantedValue } from "./row-values.ts";

/** Whether a row meets a filter. Null equals null only; it is neither above nor below anything, and no text. */
export function meets(filter: Filter, row: Row): boolean {
  return evaluate(filter, row);
}

/** `scope` is the row, or the item that `any` looks at. */
function evaluate(filter: Filter, scope: unknown): boolean {
  switch (filter.kind) {
    case "and":
      return filter.terms.every((term) => evaluate(term, scope));
    case "or":
      return filter.terms.some((term) => evaluate(term, scope));
    case "not":
      return !evaluate(filter.term, scope);
    case "compare":
      return compares(filter.operator, foundValue(filter.operand, scope), wantedValue(filter.value, filter.operand));
    case "in": {
      const { operand, values } = filter;
      const found = foundValue(operand, scope);
      return found !== undefined && values.some((value) => compares("eq", found, wantedValue(value, operand)));
    }
    case "match": {
      const { operand, text } = filter;
      return matches(filter.how, foundValue(operand, scope), wantedValue({ type: "string", value: text }, operand));
    }
    case "any": {
      const { condition } = filter;
      const items = itemsOf(scope, filter.collection);
      return condition === undefined ? items.length > 0 : items.some((item) => evaluate(condition, item));
    }
  }
}

function compares(operator: Comparison, found: Comparable | undefined, wanted: Comparable | undefined): boolean {
  if (found === undefined || wanted === undefined) {
    const equal = found === wanted;
    return operator === "eq" ? equal : operator === "ne" && !equal;
  }
  return ANSWERS[operator](compareValues(found, wanted));
}

const ANSWERS: Readonly<Record<Comparison, (order: number) => boolean>> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
};

function matches(how: Match, found: Comparable | undefined, text: Comparable | undefined): boolean {
  if (typeof found !== "string" || typeof text !== "string") return false;
  if (how === "startswith") return found.startsWith(text);
  return how === "endswith" ? found.endsWith(text) : found.includes(text);
}
