import type { JSX } from "preact";
import { type Column, Grid } from "./grid.tsx";

interface SortedGridProps<T> {
  readonly title: string;
  /** said where no row is left */
  readonly empty: string;
  readonly columns: readonly Column<T>[];
  /** all of them, in order */
  readonly rows: readonly T[];
  readonly sort: string;
  readonly onSort: (sort: string) => void;
}

/** A table of rows that are all here, or why there are none. */
export function SortedGrid<T>({ title, empty, columns, rows, sort, onSort }: SortedGridProps<T>): JSX.Element {
  if (rows.length === 0) return <p class="state">{empty}</p>;
  return <Grid label={title} columns={columns} count={rows.length} row={(index) => rows[index]} sort={sort} onSort={onSort} />;
}
