import type { Entity } from "../../src/odata/entity.ts";
import { meets } from "../../src/odata/evaluate-filter.ts";
import { orderRows } from "../../src/odata/order-rows.ts";
import { projectRow } from "../../src/odata/project-row.ts";
import { parseQueryOptions, type QueryOptions } from "../../src/odata/query-options.ts";
import type { Row } from "../../src/odata/row-values.ts";

/** What a server would answer from these rows: the way from query string to page, without HTTP. */
export interface Answer {
  readonly options: QueryOptions;
  readonly value: readonly Row[];
  /** rows that meet the filter, whatever the page */
  readonly total: number;
}

export function answer(query: string, entity: Entity, rows: readonly Row[]): Answer {
  const options = parseQueryOptions(query, entity);
  const { filter, orderBy, skip, limit, select } = options;
  const found = filter === undefined ? rows : rows.filter((row) => meets(filter, row));
  const page = orderRows(found, orderBy).slice(skip, skip + limit);
  return { options, value: page.map((row) => projectRow(row, select)), total: found.length };
}
