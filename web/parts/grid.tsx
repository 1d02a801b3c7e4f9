import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from "@tanstack/virtual-core";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useTexts } from "../texts/language.ts";

export interface Column<T> {
  readonly name: string;
  readonly title: string;
  readonly cell: (row: T) => ComponentChildren;
  /** share of the width, as CSS grid has it */
  readonly width: string;
  readonly isNumber?: boolean;
  readonly canSort?: boolean;
  /** the most, or the worst, comes first when it is sorted by; numbers always do */
  readonly isWorstFirst?: boolean;
  /** the narrowest screen that has it: `wide` leaves it out on tablets, `middle` on phones */
  readonly from?: "wide" | "middle";
}

/** Rows in order of a column; descending with a minus in front: `-released` */
export type Sort = string;

interface GridProps<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly count: number;
  /** undefined: it is on its way */
  readonly row: (index: number) => T | undefined;
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
  /** told which rows are to be seen */
  readonly onRange?: (first: number, last: number) => void;
  /** what stands for a row on its way */
  readonly placeholder?: (index: number) => string;
}

const rowHeight = 44;

/** A table of any length: only what can be seen is in the document. */
export function Grid<T>(props: GridProps<T>): JSX.Element {
  const { label, columns, count, row, sort, onSort, onRange, placeholder } = props;
  const { scroller, items, height } = useVirtualRows(count);
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => onRange?.(first, last), [first, last, onRange]);
  return (
    <section class="grid-scroll" ref={scroller} tabIndex={0} aria-label={label}>
      <div class={`grid columns-${columns.length}`} role="table" aria-label={label} aria-rowcount={count + 1} style={gridStyle(columns)}>
        <Head columns={columns} sort={sort} onSort={onSort} />
        <div role="rowgroup" class="grid-body" style={{ height: `${height}px` }}>
          {items.map(({ index, start }) => (
            <Row key={index} index={index} start={start} columns={columns} row={row(index)} placeholder={placeholder} />
          ))}
        </div>
      </div>
    </section>
  );
}

function gridStyle<T>(columns: readonly Column<T>[]): Record<string, string> {
  const widths = (isShown: (column: Column<T>) => boolean): string =>
    columns
      .filter(isShown)
      .map(({ width }) => width)
      .join(" ");
  return {
    "--columns-wide": widths(() => true),
    "--columns-middle": widths(({ from }) => from !== "wide"),
    "--columns-narrow": widths(({ from }) => from === undefined),
  };
}

function useVirtualRows(count: number) {
  const scroller = useRef<HTMLElement>(null);
  const [, setTurn] = useState(0);
  const [virtualizer] = useState(
    () =>
      new Virtualizer<HTMLElement, HTMLElement>({
        count,
        getScrollElement: () => scroller.current,
        estimateSize: () => rowHeight,
        overscan: 12,
        scrollToFn: elementScroll,
        observeElementRect,
        observeElementOffset,
        onChange: () => setTurn((turn) => turn + 1),
      }),
  );
  virtualizer.setOptions({ ...virtualizer.options, count });
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  return { scroller, items: virtualizer.getVirtualItems(), height: virtualizer.getTotalSize() };
}

function Head<T>({ columns, sort, onSort }: Pick<GridProps<T>, "columns" | "sort" | "onSort">): JSX.Element {
  const texts = useTexts();
  const order = (name: string): "ascending" | "descending" | "none" => {
    if (sort === name) return "ascending";
    return sort === `-${name}` ? "descending" : "none";
  };
  return (
    <div role="rowgroup" class="grid-head">
      <div role="row" class="grid-row" aria-rowindex={1}>
        {columns.map(({ name, title, canSort, isNumber, isWorstFirst = isNumber === true, from }) => (
          <div key={name} role="columnheader" class={cellClass(isNumber, from)} {...(canSort === true ? { "aria-sort": order(name) } : {})}>
            {canSort === true ? (
              <button type="button" class="sort" onClick={() => onSort(nextSort(name, order(name), isWorstFirst))}>
                {title}
                <span class={`arrow ${order(name)}`} aria-hidden="true" />
                {order(name) !== "none" && <span class="unseen">{texts.sort[order(name) as "ascending"]}</span>}
              </button>
            ) : (
              title
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

/** Pressed once it sorts in its own direction, pressed again in the other. */
function nextSort(name: string, order: "ascending" | "descending" | "none", isWorstFirst: boolean): Sort {
  if (order === "none") return isWorstFirst ? `-${name}` : name;
  return order === "ascending" ? `-${name}` : name;
}

interface RowProps<T> {
  readonly index: number;
  readonly start: number;
  readonly columns: readonly Column<T>[];
  readonly row: T | undefined;
  readonly placeholder: ((index: number) => string) | undefined;
}

function Row<T>({ index, start, columns, row, placeholder }: RowProps<T>): JSX.Element {
  return (
    <div
      role="row"
      class={row === undefined ? "grid-row waiting" : "grid-row"}
      aria-rowindex={index + 2}
      style={{ transform: `translateY(${start}px)` }}
    >
      {columns.map(({ name, cell, isNumber, from }, column) => (
        <div key={name} role="cell" class={cellClass(isNumber, from)}>
          {row === undefined ? column === 0 && placeholder?.(index) : cell(row)}
        </div>
      ))}
    </div>
  );
}

function cellClass(isNumber: boolean | undefined, from: Column<unknown>["from"]): string {
  return `cell${isNumber === true ? " number" : ""}${from === undefined ? "" : ` from-${from}`}`;
}
