import type { Ordering } from "./property-lists.ts";
import { type Comparable, compareValues, foundValue, type Row } from "./row-values.ts";

/** Rows in the order asked for, as a new list. Null comes before all values, as OData wants it. */
export function orderRows<R extends Row>(rows: readonly R[], orderings: readonly Ordering[]): readonly R[] {
  const keyed = rows.map((row) => ({ row, keys: orderings.map(({ operand }) => foundValue(operand, row)) }));
  keyed.sort((left, right) => {
    for (const [index, { descending }] of orderings.entries()) {
      const order = compareKeys(left.keys[index], right.keys[index]);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  });
  return keyed.map(({ row }) => row);
}

function compareKeys(left: Comparable | undefined, right: Comparable | undefined): number {
  if (left === undefined || right === undefined) return Number(left !== undefined) - Number(right !== undefined);
  return compareValues(left, right);
}
