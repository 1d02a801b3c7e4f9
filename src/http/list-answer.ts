import type { Fleet } from "../app/fleet/fleet.ts";
import { openWalk, resumeWalk, type Sight, sightNow } from "../app/fleet/walks.ts";
import type { Entity } from "../odata/entity.ts";
import { meets } from "../odata/evaluate-filter.ts";
import { nextLink } from "../odata/next-link.ts";
import { orderRows } from "../odata/order-rows.ts";
import { projectRow } from "../odata/project-row.ts";
import { parseQueryOptions, type QueryOptions } from "../odata/query-options.ts";
import type { Row } from "../odata/row-values.ts";
import { badRequest } from "./http-error.ts";
import { type Context, contextUrl } from "./metadata/contexts.ts";
import { type Answer, type Call, jsonType } from "./route.ts";
import { readSkipToken, type SkipToken, writeSkipToken } from "./skip-token.ts";

/** A page of rows, and where the next one begins. */
export interface Page {
  readonly rows: readonly Row[];
  /** rows on all pages together; needed where they are to be counted */
  readonly total?: number;
  /** absent: this is the last one */
  readonly next?: Omit<SkipToken, "walkId">;
  /** the change of the fleet that it was read at; absent: it does not depend on devices */
  readonly change?: number;
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
  if (call.path.countOnly)
    return countAlone(await read({ options: { ...options, limit: 0 }, sight: await sightNow(fleet, call.tenant.id), token: undefined }));
  const token = options.skipToken === undefined ? undefined : readSkipToken(options.skipToken);
  const sight = token === undefined ? await sightNow(fleet, call.tenant.id) : await resume(fleet, call, token);
  const page = await read({ options, sight, token });
  const isDone = page.next === undefined || options.top !== undefined;
  if (isDone || sight.walkId !== undefined) return respond(call, kind, options, page, sight.walkId);
  // The first of several pages: what it was read from is kept from here on. Where it changed in between, it is read again.
  const walk = await openWalk(fleet, sight);
  const isSame = page.change === undefined || page.change === walk.view.change;
  return respond(call, kind, options, isSame ? page : await read({ options, sight: walk, token }), walk.walkId);
}

async function resume(fleet: Fleet, call: Call, token: SkipToken): Promise<Sight> {
  const sight = await resumeWalk(fleet, call.tenant.id, token.walkId);
  if (sight !== undefined) return sight;
  throw badRequest("$skiptoken: this walk through pages has ended, or its knowledge is gone; begin again without $skiptoken");
}

function countAlone({ total = 0 }: Page): Answer {
  return { body: String(total), type: "text/plain; charset=utf-8" };
}

function respond(call: Call, kind: ListKind, options: QueryOptions, page: Page, walkId: string | undefined): Answer {
  const { origin, path } = call;
  const link =
    page.next === undefined || walkId === undefined
      ? undefined
      : nextLink({ base: origin, path: path.asCalled }, options, { skipToken: writeSkipToken({ ...page.next, walkId }) }, kind.others);
  const body = {
    "@odata.context": contextUrl(origin, kind.context.fragment),
    ...(options.count ? { "@odata.count": page.total ?? page.rows.length } : {}),
    value: options.select === undefined ? page.rows : page.rows.map((row) => projectRow(row, options.select)),
    ...(link === undefined ? {} : { "@odata.nextLink": link }),
  };
  return { body: JSON.stringify(body), type: jsonType };
}

export interface RowsInMemory {
  /** the change of the fleet that they were made at; absent: they do not depend on devices */
  readonly change?: number;
  /** they come in an order that means something, which holds where no other is asked for */
  readonly isInOrder?: boolean;
}

/** Rows that are all in memory, as a page of them. */
export function pageOf(all: readonly Row[], { options, token }: PageRequest, { change, isInOrder }: RowsInMemory = {}): Page {
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
