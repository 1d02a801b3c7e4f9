import { printFilter } from "./print-filter.ts";
import type { Ordering } from "./property-lists.ts";
import type { QueryOptions } from "./query-options.ts";

/** Where the next page begins: after so many rows, or at a token of the caller's. */
export type NextPage = { readonly skip: number } | { readonly skipToken: string };

/**
 * The address of the next page: the one called (scheme, host and path as the client knows them), with the same question in canonical names.
 * Undefined with $top, which is answered once. `others` are options beyond OData's that have to be repeated, such as `tag`.
 */
export function nextLink(
  called: { readonly base: string; readonly path: string },
  options: QueryOptions,
  next: NextPage,
  others: Readonly<Record<string, string>> = {},
): string | undefined {
  if (options.top !== undefined) return undefined;
  const { filter, select, count, pageSize, sinceTime } = options;
  const orderBy = printOrderBy(options);
  const parts: readonly (readonly [string, string | undefined])[] = [
    ...Object.entries(others),
    ["$filter", filter === undefined ? undefined : printFilter(filter)],
    ["$select", select?.join(",")],
    ["$orderby", orderBy === "" ? undefined : orderBy],
    ["$count", count ? "true" : undefined],
    ["pagesize", pageSize === undefined ? undefined : String(pageSize)],
    ["sincetime", sinceTime],
    "skip" in next ? ["$skip", String(next.skip)] : ["$skiptoken", next.skipToken],
  ];
  const query = parts.filter(([, value]) => value !== undefined).map(([name, value]) => `${encodeName(name)}=${encode(value ?? "")}`);
  return `${called.base.replace(/\/$/, "")}${called.path}?${query.join("&")}`;
}

/** Without the key at the end that parseOrderBy puts there by itself. */
function printOrderBy({ orderBy, entity }: QueryOptions): string {
  const last = orderBy.at(-1);
  const asked = last?.operand.property === entity.key.name && !last.descending ? orderBy.slice(0, -1) : orderBy;
  return asked.map(printOrdering).join(",");
}

function printOrdering({ operand, descending }: Ordering): string {
  return descending ? `${operand.property} desc` : `${operand.property}`;
}

/** Commas and colons are allowed in a query and read better as they are. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll("%2C", ",").replaceAll("%3A", ":");
}

function encodeName(name: string): string {
  return name.startsWith("$") ? `$${encode(name.slice(1))}` : encode(name);
}
