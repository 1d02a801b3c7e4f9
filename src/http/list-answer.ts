import { Readable } from "node:stream";
import type { Fleet } from "../app/fleet/fleet.ts";
import { openWalk, type ReadFrom, type ReadInSight, readNow, resumeWalk, type Sight } from "../app/fleet/walks.ts";
import type { Entity } from "../odata/entity.ts";
import { meets } from "../odata/evaluate-filter.ts";
import { nextLink } from "../odata/next-link.ts";
import { orderRows } from "../odata/order-rows.ts";
import { projectRow } from "../odata/project-row.ts";
import { parseQueryOptions, type QueryOptions } from "../odata/query-options.ts";
import type { Row } from "../odata/row-values.ts";
import { badRequest, unavailable } from "./http-error.ts";
import { type Context, contextUrl } from "./metadata/contexts.ts";
import { type Answer, type Call, jsonType } from "./route.ts";
import { readSkipToken, type SkipToken, writeSkipToken } from "./skip-token.ts";

/** A page of rows, and where the next one begins. */
export interface Page extends ReadInSight {
  readonly rows: readonly Row[];
  /** rows on all pages together; needed where they are to be counted */
  readonly total?: number;
  /** absent: this is the last one */
  readonly next?: Omit<SkipToken, "walkId">;
  /** the change of the fleet that it was read at; absent: it does not depend on devices */
  readonly change?: number;
  /** it hangs on what changes without a change of the fleet being counted: when devices were last seen */
  readonly isFleeting?: boolean;
}

/** What a page is asked for. */
export interface PageRequest {
  readonly options: QueryOptions;
  readonly sight: Sight;
  readonly token: SkipToken | undefined;
}

/** Reads one page of a list. */
export type ReadPage = (request: PageRequest) => Promise<Page>;

export interface ListKind {
  readonly context: Context;
  /** of the rows, where it is not the context's */
  readonly entity?: Entity;
  /** options beyond OData's, which the next page's address repeats */
  readonly others?: Readonly<Record<string, string>>;
}

/** Answers a list: one page of it, in one state of the fleet, which the pages that follow see too. */
export async function answerList(fleet: Fleet, call: Call, kind: ListKind, read: ReadPage): Promise<Answer> {
  const parsed = parseQueryOptions(call.path.query, kind.entity ?? kind.context.entity);
  const options = call.path.countOnly ? { ...parsed, count: true } : parsed;
  const readFirst = (asked: QueryOptions): Promise<ReadFrom<Page>> =>
    readNow(fleet, call.tenant.id, (sight) => read({ options: asked, sight, token: undefined }));
  if (call.path.countOnly) return countAlone(await readFirst({ ...options, limit: 0 }));
  if (options.skipToken !== undefined) {
    const token = readSkipToken(options.skipToken);
    const sight = await resume(fleet, call, token);
    return respond(call, kind, options, { read: await read({ options, sight, token }), sight });
  }
  const first = await readFirst(options);
  const isDone = first.read.next === undefined || options.top !== undefined;
  if (isDone || first.sight.walkId !== undefined) return respond(call, kind, options, first);
  // The first of several pages: what it was read from is kept from here on. Where it changed in between, it is read again.
  const walk = await openWalk(fleet, call.tenant.id);
  const page = isAsOf(first, walk) ? first.read : await read({ options, sight: walk, token: undefined });
  return respond(call, kind, options, { read: page, sight: walk });
}

/** Whether a page says what it would say if it were read from a walk. */
function isAsOf({ read: { change, isFleeting }, sight }: ReadFrom<Page>, walk: Sight): boolean {
  const isSame = change === undefined || (change === walk.view.change && isFleeting !== true);
  return isSame && sight.epoch === walk.epoch;
}

/** The state of the fleet that a walk goes on in; @throws HttpError 400 where it is over, 503 where this server does not know enough yet */
export async function resume(fleet: Fleet, call: Call, { walkId }: SkipToken): Promise<Sight> {
  const sight = await resumeWalk(fleet, call.tenant.id, walkId);
  if (sight === "ahead") throw unavailable("$skiptoken: the knowledge of this walk through pages is being loaded.", 2);
  if (sight !== "over") return sight;
  throw badRequest("$skiptoken: this walk through pages has ended, or its knowledge is gone; begin again without $skiptoken");
}

function countAlone({ read: { total = 0 }, sight: { epoch } }: ReadFrom<Page>): Answer {
  return { body: String(total), type: "text/plain; charset=utf-8", epoch };
}

function respond(call: Call, kind: ListKind, options: QueryOptions, { read: page, sight }: ReadFrom<Page>): Answer {
  const { origin, path } = call;
  const { walkId, epoch } = sight;
  const link =
    page.next === undefined || walkId === undefined
      ? undefined
      : nextLink({ base: origin, path: path.asCalled }, options, { skipToken: writeSkipToken({ ...page.next, walkId }) }, kind.others);
  const head = {
    "@odata.context": contextUrl(origin, kind.context.fragment),
    ...(options.count ? { "@odata.count": page.total ?? page.rows.length } : {}),
  };
  const before = `${JSON.stringify(head).slice(0, -1)},"value":[`;
  const after = link === undefined ? "]}" : `],"@odata.nextLink":${JSON.stringify(link)}}`;
  const text = (rows: readonly Row[]): string => rows.map((row) => JSON.stringify(projectRow(row, options.select))).join();
  if (page.rows.length <= rowsAtOnce) return { body: before + text(page.rows) + after, type: jsonType, epoch };
  return { body: Readable.from(inParts(page.rows, { before, text, after }), { objectMode: false }), type: jsonType, epoch };
}

/** A longer page is written in parts: as one text, and once more as its bytes, it would take many times the memory of its rows. */
const rowsAtOnce = 500;

function* inParts(
  rows: readonly Row[],
  { before, text, after }: { readonly before: string; readonly text: (rows: readonly Row[]) => string; readonly after: string },
): Generator<string> {
  yield before;
  for (let from = 0; from < rows.length; from += rowsAtOnce) yield (from === 0 ? "" : ",") + text(rows.slice(from, from + rowsAtOnce));
  yield after;
}

export interface RowsInMemory {
  /** the change of the fleet that they were made at; absent: they do not depend on devices */
  readonly change?: number;
  /** they come in an order that means something, which holds where no other is asked for */
  readonly isInOrder?: boolean;
}

/** Rows that are all in memory, as a page of them. */
export function pageOf(
  all: readonly Row[],
  { options, token }: Omit<PageRequest, "sight">,
  { change, isInOrder }: RowsInMemory = {},
): Page {
  const { filter, orderBy, limit } = options;
  const met = filter === undefined ? all : all.filter((row) => meets(filter, row));
  const skip = token === undefined ? options.skip : (token.skip ?? 0);
  const ordered = isInOrder === true && !options.isOrdered ? met : orderRows(met, orderBy);
  const rows = ordered.slice(skip, skip + limit);
  const isLast = skip + rows.length >= met.length || rows.length === 0;
  return {
    rows,
    total: met.length,
    ...(isLast ? {} : { next: { skip: skip + rows.length } }),
    ...(change === undefined ? {} : { change }),
  };
}
