import { parseDate, parseDateTime } from "./date-time.ts";
import { decodeQuery, type QueryPart } from "./decode-query.ts";
import type { Entity } from "./entity.ts";
import type { Filter } from "./filter.ts";
import { LIMITS } from "./limits.ts";
import { ODataError, quote } from "./odata-error.ts";
import { parseFilter } from "./parse-filter.ts";
import { type Ordering, parseOrderBy, parseSelect } from "./property-lists.ts";
import { foldCase } from "./texts.ts";

/** What a request asks of a list, checked. */
export interface QueryOptions {
  readonly entity: Entity;
  readonly filter?: Filter;
  /** always ends with the entity's key, so that the order of rows is the same in every answer */
  readonly orderBy: readonly Ordering[];
  /** $orderby was given; else rows may keep an order of their own */
  readonly isOrdered: boolean;
  /** canonical names; absent: all properties */
  readonly select?: readonly string[];
  /** rows wanted in all: with it there is one answer and no nextLink */
  readonly top?: number;
  /** as asked, at most the entity's largest page */
  readonly pageSize?: number;
  /** rows of this answer: $top, pageSize or the entity's page */
  readonly limit: number;
  readonly skip: number;
  /** `@odata.count` is wanted */
  readonly count: boolean;
  /** opaque here; nothing but the place in a walk through pages may ever be read from it */
  readonly skipToken?: string;
  /** of the calls that know it: a moment as parseDateTime prints it */
  readonly sinceTime?: string;
}

/**
 * Reads the query string of a request for a list. Names count in any case and without their `$`. Options with `$` that are not supported are
 * refused, others (`foo=bar`) are none of ours and ignored. Throws ODataError.
 */
export function parseQueryOptions(query: string, entity: Entity): QueryOptions {
  const given = new Map<Option, string>();
  for (const part of decodeQuery(query)) {
    const option = knownOption(part);
    if (option === undefined) continue;
    if (given.has(option)) throw new ODataError("is given more than once", { option });
    if (part.value === undefined || part.value === "") throw new ODataError("has no value", { option });
    given.set(option, part.value);
  }
  return checkedOptions(given, entity);
}

/** Option names as they are printed: Defender answers `pageSize=5` with `pagesize=5`. */
const OPTIONS = ["$filter", "$orderby", "$select", "$top", "$skip", "$count", "$skiptoken", "$format", "pagesize", "sincetime"] as const;

type Option = (typeof OPTIONS)[number];

/** All spellings, in lower case. `format` without its $ is too common a word to be OData's. */
const SPELLINGS: ReadonlyMap<string, Option> = new Map(
  OPTIONS.flatMap((option) => {
    const bare = option.replace("$", "");
    const spelt: readonly [string, Option][] = [
      [`$${bare}`, option],
      [bare, option],
    ];
    return option === "$format" ? spelt.slice(0, 1) : spelt;
  }),
);

function knownOption({ name }: QueryPart): Option | undefined {
  const known = SPELLINGS.get(foldCase(name));
  if (known !== undefined || !name.startsWith("$")) return known;
  throw new ODataError(`${quote(name)} is not supported; supported are ${OPTIONS.filter((option) => option.startsWith("$")).join(", ")}`);
}

function checkedOptions(given: ReadonlyMap<Option, string>, entity: Entity): QueryOptions {
  const { filter, select, top, pageSize, skipToken, sinceTime } = {
    filter: read(given, "$filter", (text) => parseFilter(text, entity)),
    select: read(given, "$select", (text) => parseSelect(text, entity)),
    top: read(given, "$top", (text) => parseTop(text, entity.paging.maxTop)),
    pageSize: read(given, "pagesize", (text) => parsePageSize(text, entity.paging.maxPageSize)),
    skipToken: read(given, "$skiptoken", parseSkipToken),
    sinceTime: read(given, "sincetime", parseSinceTime),
  };
  read(given, "$format", parseFormat);
  return {
    entity,
    ...(filter === undefined ? {} : { filter }),
    orderBy: parseOrderBy(given.get("$orderby"), entity),
    isOrdered: given.has("$orderby"),
    ...(select === undefined ? {} : { select }),
    ...(top === undefined ? {} : { top }),
    ...(pageSize === undefined ? {} : { pageSize }),
    limit: top ?? pageSize ?? entity.paging.pageSize,
    skip: read(given, "$skip", (text) => parseWhole(text, "$skip")) ?? 0,
    count: read(given, "$count", parseCount) ?? false,
    ...(skipToken === undefined ? {} : { skipToken }),
    ...(sinceTime === undefined ? {} : { sinceTime }),
  };
}

function read<T>(given: ReadonlyMap<Option, string>, option: Option, parse: (text: string) => T): T | undefined {
  const text = given.get(option);
  return text === undefined ? undefined : parse(text);
}

/** Spaces around the number are those that the documentation's own sample addresses end in. */
function parseWhole(text: string, option: Option): number {
  const digits = text.trim();
  const value = /^\d{1,16}$/.test(digits) ? Number(digits) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new ODataError(`${quote(text)} is no whole number from 0 on`, { option });
}

function parseTop(text: string, maxTop: number): number {
  const top = parseWhole(text, "$top");
  if (top <= maxTop) return top;
  throw new ODataError(`${top} is more than the ${maxTop} rows that one request may ask for; leave it out to walk through pages`, {
    option: "$top",
  });
}

function parsePageSize(text: string, maxPageSize: number): number {
  const size = parseWhole(text, "pagesize");
  if (size === 0) throw new ODataError("a page has at least one row", { option: "pagesize" });
  return Math.min(size, maxPageSize);
}

function parseCount(text: string): boolean {
  const word = foldCase(text.trim());
  if (word === "true" || word === "false") return word === "true";
  throw new ODataError(`${quote(text)} is neither true nor false`, { option: "$count" });
}

/** Form only: whoever made the token checks the rest. */
function parseSkipToken(text: string): string {
  if (text.length <= LIMITS.skipTokenLength && /^[A-Za-z0-9._~=-]+$/.test(text)) return text;
  throw new ODataError("is no token of this service; take it from @odata.nextLink as it stands", { option: "$skiptoken" });
}

function parseSinceTime(text: string): string {
  const trimmed = text.trim();
  const moment = parseDateTime(parseDate(trimmed) === undefined ? trimmed.replace(/ (?=\d\d:\d\d$)/, "+") : `${trimmed}Z`);
  if (moment !== undefined) return moment;
  throw new ODataError(`${quote(text)} is no moment such as 2024-01-01T08:15:00Z or 2024-01-01`, { option: "sincetime" });
}

function parseFormat(text: string): void {
  const format = foldCase(text.trim());
  if (format === "json" || format === "application/json" || format.startsWith("application/json;")) return;
  throw new ODataError(`${quote(text)} is not supported; answers are json`, { option: "$format" });
}
