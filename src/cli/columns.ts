import { cut, pad, widthOf } from "./text-layout.ts";

/** A column of a table: its cells are harmless text. */
export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string;
  /** numbers stand at the right edge */
  readonly isNumber?: boolean;
  /** gives way where the terminal is narrow, but not below 12 */
  readonly isElastic?: boolean;
  readonly colour?: (row: Row) => (text: string) => string;
}

const narrowest = 12;
const gap = "  ";

/** Rows under their heads, each column as wide as it must be; elastic ones are cut where all of them do not fit. */
export function printColumns<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { width, head }: { readonly width: number | undefined; readonly head: (text: string) => string },
): string[] {
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  const natural = columns.map((column, index) =>
    cells.reduce((most, row) => Math.max(most, widthOf(row[index] ?? "")), column.head.length),
  );
  const widths = width === undefined ? natural : narrow(natural, columns, width);
  const line = (texts: readonly string[], mark: (text: string, index: number) => string): string =>
    texts
      .map((text, index) => mark(fill(text, widths[index] ?? 0, columns[index]?.isNumber === true), index))
      .join(gap)
      .trimEnd();
  return [
    head(
      line(
        columns.map((column) => column.head),
        (text) => text,
      ),
    ),
    ...rows.map((row, at) => line(cells[at] ?? [], (text, index) => (columns[index]?.colour?.(row) ?? identity)(text))),
  ];
}

function fill(text: string, width: number, isNumber: boolean): string {
  return pad(cut(text, width), width, isNumber ? "left" : "right");
}

function identity(text: string): string {
  return text;
}

function narrow<Row>(natural: readonly number[], columns: readonly Column<Row>[], width: number): number[] {
  const widths = [...natural];
  let excess = natural.reduce((sum, each) => sum + each + gap.length, -gap.length) - width;
  while (excess > 0) {
    const widest = widths.reduce(
      (best, each, index) => (columns[index]?.isElastic && each > (widths[best] ?? narrowest) ? index : best),
      -1,
    );
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess--;
  }
  return widths;
}
