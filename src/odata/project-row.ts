import type { Row } from "./row-values.ts";

/** A row with the properties asked for, in that order; all of it where $select says nothing. */
export function projectRow(row: Row, select: readonly string[] | undefined): Row {
  if (select === undefined) return row;
  return Object.fromEntries(select.filter((name) => Object.hasOwn(row, name)).map((name) => [name, row[name]]));
}
