import { Readable } from "node:stream";
import type { Fleet } from "../app/fleet/fleet.ts";
import { openWalk, type Sight, sightNow } from "../app/fleet/walks.ts";
import { nextLink } from "../odata/next-link.ts";
import { orderRows } from "../odata/order-rows.ts";
import { parseQueryOptions, type QueryOptions } from "../odata/query-options.ts";
import type { Row } from "../odata/row-values.ts";
import type { DeviceRowKind } from "./device-row-kind.ts";
import { countDeviceRows, type DeviceRowQuery, fromTheStart, type RowPlace, type RowReading, readDeviceRows } from "./device-rows.ts";
import { badRequest } from "./http-error.ts";
import { resume } from "./list-answer.ts";
import { type Context, contextUrl } from "./metadata/contexts.ts";
import { type Answer, type Call, jsonType } from "./route.ts";
import { asNothing, asRows, asTexts } from "./row-texts.ts";
import { readSkipToken, type SkipToken, writeSkipToken } from "./skip-token.ts";

export interface DeviceRowList {
  readonly context: Context;
  /** where rows depend on more than what devices are in a state of the fleet: made for that state */
  readonly kind: DeviceRowKind | ((sight: Sight) => DeviceRowKind);
  /** takes `sinceTime`: devices that changed since */
  readonly hasSince?: boolean;
}

/** Rows in another order than that of the devices are gathered first; so many of them at most. */
const mostGathered = 200_000;

/** Answers a list of rows of which every device has many. It is written as it is read: fifty thousand rows never lie in memory together. */
export async function answerDeviceRows(fleet: Fleet, call: Call, list: DeviceRowList): Promise<Answer> {
  const options = parseQueryOptions(call.path.query, list.context.entity);
  const token = options.skipToken === undefined ? undefined : readSkipToken(options.skipToken);
  const sight = await sightOf(fleet, call, options, token);
  const asked = withSince(list, options, token !== undefined || fleet.knownSince(sight.epoch) < sinceOf(options));
  const query = queryOf(list, asked);
  const kind = typeof list.kind === "function" ? list.kind(sight) : list.kind;
  const { epoch } = sight;
  const { select } = options;
  if (call.path.countOnly) {
    return { body: String(await countDeviceRows(fleet, sight, kind, query)), type: "text/plain; charset=utf-8", epoch };
  }
  const total = options.count ? await countDeviceRows(fleet, sight, kind, query) : undefined;
  const from = { place: token === undefined ? fromTheStart : { after: token.after ?? "", row: token.row ?? 0 }, skip: token?.skip };
  const batches = isInDeviceOrder(options, kind)
    ? inDeviceOrder(fleet, { sight, kind, query }, { ...from, skip: token === undefined ? options.skip : 0, limit: options.limit, select })
    : await gathered(fleet, { sight, kind, query }, { skip: from.skip ?? options.skip, limit: options.limit, select });
  return { body: await jsonStream(call, list, asked, sight, batches, total), type: jsonType, epoch };
}

function sinceOf({ sinceTime = "" }: QueryOptions): string {
  return `${sinceTime.slice(0, 23)}Z`;
}

/** New knowledge may have changed the answer for any device: then all are told, and the pages that follow are asked for without `sinceTime`. */
function withSince({ hasSince }: DeviceRowList, options: QueryOptions, isEnough: boolean): QueryOptions {
  const { sinceTime: _, ...others } = options;
  return hasSince !== true || isEnough ? options : others;
}

function queryOf({ hasSince }: DeviceRowList, options: QueryOptions): DeviceRowQuery {
  const { filter, orderBy, sinceTime } = options;
  return { filter, orderBy, ...(hasSince !== true || sinceTime === undefined ? {} : { changedSince: sinceOf(options) }) };
}

async function sightOf(fleet: Fleet, call: Call, { top }: QueryOptions, token: SkipToken | undefined): Promise<Sight> {
  if (token !== undefined) return resume(fleet, call, token);
  return top !== undefined || call.path.countOnly ? sightNow(fleet, call.tenant.id) : openWalk(fleet, call.tenant.id);
}

/** Device by device is how rows are read; by their id comes to the same, as it begins with the device's. */
function isInDeviceOrder({ orderBy }: QueryOptions, kind: DeviceRowKind): boolean {
  const [first] = orderBy;
  return first !== undefined && !first.descending && (first.operand.property === "id" || first.operand.property === kind.deviceProperty);
}

interface Wanted {
  readonly skip: number;
  readonly limit: number;
  readonly select: QueryOptions["select"];
}

interface SomeRows {
  /** as JSON */
  readonly texts: readonly string[];
  /** where the next page begins: only the last of a page knows whether there is one */
  readonly next: Omit<SkipToken, "walkId"> | undefined;
}

type Batches = AsyncIterable<SomeRows>;
type Which = Omit<RowReading<never>, "form">;

async function* inDeviceOrder(
  fleet: Fleet,
  which: Which,
  { place: from, skip, limit, select }: Wanted & { readonly place: RowPlace },
): AsyncGenerator<SomeRows> {
  const uncounted = { ...which, form: asNothing };
  let place = from;
  let left = skip;
  if (skip > 0)
    for await (const batch of readDeviceRows(fleet, uncounted, from, skip)) [place, left] = [batch.place, left - batch.rows.length];
  if (left > 0) return;
  left = limit;
  for await (const batch of readDeviceRows(fleet, { ...which, form: asTexts(which.kind, select) }, place, limit)) {
    [place, left] = [batch.place, left - batch.rows.length];
    yield { texts: batch.rows, next: undefined };
  }
  if (left > 0) return;
  for await (const _ of readDeviceRows(fleet, uncounted, place, 1)) yield { texts: [], next: place };
}

async function gathered(fleet: Fleet, which: Which, { skip, limit, select }: Wanted): Promise<Batches> {
  const all: Row[] = [];
  for await (const { rows } of readDeviceRows(fleet, { ...which, form: asRows(which.kind) }, fromTheStart, mostGathered + 1))
    for (const row of rows) all.push(row);
  if (all.length > mostGathered) {
    const natural = which.kind.deviceProperty;
    throw badRequest(
      `$orderby: more than ${mostGathered} rows cannot be put into another order than that of ${natural}; narrow them with $filter`,
      "ODataError",
    );
  }
  const rows = orderRows(all, which.query.orderBy).slice(skip, skip + limit);
  const isLast = skip + rows.length >= all.length;
  const { ofRow } = asTexts(which.kind, select);
  return (async function* () {
    for (let from = 0; from < rows.length; from += textsAtOnce)
      yield { texts: rows.slice(from, from + textsAtOnce).map(ofRow), next: undefined };
    if (!isLast) yield { texts: [], next: { skip: skip + rows.length } };
  })();
}

/** So many rows are written at a time. */
const textsAtOnce = 500;

/** The first batch is read before the answer begins, so that what fails at once is told as an error. */
async function jsonStream(
  { origin, path }: Call,
  { context }: DeviceRowList,
  options: QueryOptions,
  sight: Sight,
  batches: Batches,
  total: number | undefined,
): Promise<Readable> {
  const iterator = batches[Symbol.asyncIterator]();
  let batch = await iterator.next();
  const head = { "@odata.context": contextUrl(origin, context.fragment), ...(total === undefined ? {} : { "@odata.count": total }) };
  const text = async function* (): AsyncGenerator<string> {
    yield `${JSON.stringify(head).slice(0, -1)},"value":[`;
    let separator = "";
    let next: Omit<SkipToken, "walkId"> | undefined;
    for (; batch.done !== true; batch = await iterator.next()) {
      next = batch.value.next;
      const { texts } = batch.value;
      if (texts.length === 0) continue;
      yield separator + texts.join(",");
      separator = ",";
    }
    const link =
      next === undefined || sight.walkId === undefined
        ? undefined
        : nextLink({ base: origin, path: path.asCalled }, options, { skipToken: writeSkipToken({ ...next, walkId: sight.walkId }) });
    yield link === undefined ? "]}" : `],"@odata.nextLink":${JSON.stringify(link)}}`;
  };
  return Readable.from(together(text()), { objectMode: false });
}

/** Characters that are sent at once: the rows of each device by themselves would be packed, and go through the network, by themselves. */
const sentAtOnce = 65_536;

async function* together(parts: AsyncIterable<string>): AsyncGenerator<string> {
  let text = "";
  for await (const part of parts) {
    text += part;
    if (text.length < sentAtOnce) continue;
    yield text;
    text = "";
  }
  yield text;
}
