import { setImmediate as turn } from "node:timers/promises";
import type { Epoch } from "../app/fleet/epoch.ts";
import type { Fleet } from "../app/fleet/fleet.ts";
import type { Summary } from "../app/fleet/summary.ts";
import type { Sight } from "../app/fleet/walks.ts";
import { meets } from "../odata/evaluate-filter.ts";
import type { Filter } from "../odata/filter.ts";
import { orderRows } from "../odata/order-rows.ts";
import type { Ordering } from "../odata/property-lists.ts";
import type { Row } from "../odata/row-values.ts";
import type { DeviceList, DeviceQuery, ListedDevice } from "../stores/fleet-store.ts";
import { filterOfDevices, namesAnyOf } from "./device-filter.ts";
import { completeRow, type DeviceRowKind } from "./device-row-kind.ts";
import { asNothing, type RowForm } from "./row-texts.ts";

/** What of the rows is wanted. */
export interface DeviceRowQuery {
  readonly filter: Filter | undefined;
  readonly orderBy: readonly Ordering[];
  readonly changedSince?: string;
}

/** A place in the rows of a fleet: behind a device, and so many rows of the next one. */
export interface RowPlace {
  readonly after: string;
  readonly row: number;
}

/** The first row. */
export const fromTheStart: RowPlace = { after: "", row: 0 };

/** Some rows, and the place behind the last of them. */
export interface RowBatch<T> {
  readonly rows: readonly T[];
  readonly place: RowPlace;
}

/** Which rows are read, and what as. */
export interface RowReading<T> {
  readonly sight: Sight;
  readonly kind: DeviceRowKind;
  readonly query: DeviceRowQuery;
  readonly form: RowForm<T>;
}

/** Devices read at a time: at first few for few rows, for most have some. */
const [fewestDevices, mostDevices] = [20, 2000];
const rowsOfDevice = 8;
/** So many rows are handed on at a time, and those of one device more. */
const rowsAtOnce = 100;

/**
 * The rows of a fleet from a place on, device by device in the order of their ids, `most` of them at most. Memory holds the devices of two
 * batches; a filter that does not ask for the device is evaluated once an inventory.
 */
export async function* readDeviceRows<T>(fleet: Fleet, reading: RowReading<T>, from: RowPlace, most: number): AsyncGenerator<RowBatch<T>> {
  const { sight, kind, query } = reading;
  const source = rowSource(reading);
  const asked = devicesAsked(sight, kind, query);
  const cursor = { ...from, left: most, taken: 0 };
  const read = (after: string, limit: number): Promise<DeviceList> => {
    const asking = fleet.store.listDevices(sight.tenantId, { ...asked, after, limit });
    // Where enough rows are there before it nobody waits for it any more.
    asking.catch(() => undefined);
    return asking;
  };
  let limit = Math.min(mostDevices, Math.max(fewestDevices, Math.ceil(most / rowsOfDevice)));
  let ahead: Promise<DeviceList> | undefined;
  for (let looked = 0; cursor.left > 0; ) {
    const { devices } = await (ahead ?? read(cursor.after, limit));
    const isLast = devices.length < limit;
    limit = Math.min(mostDevices, limit * 2);
    // While the rows of these are made, and taken, the next are read: if these will not do, as far as those before them tell.
    const rowsEach = looked === 0 ? 1 : cursor.taken / looked;
    const goesOn = !isLast && devices.length * rowsEach < cursor.left;
    ahead = goesOn ? read(devices.at(-1)?.deviceId ?? "", limit) : undefined;
    looked += devices.length;
    const digests = devices.map(({ digest }) => digest);
    const summaries = await fleet.summaries(sight.epoch, digests);
    await kind.prepare?.(devices);
    yield* takeRows(devices, summaries, source, cursor);
    if (isLast) return;
    await turn();
  }
}

interface Cursor {
  after: string;
  row: number;
  left: number;
  taken: number;
}

function* takeRows<T>(
  devices: readonly ListedDevice[],
  summaries: readonly Summary[],
  source: RowSource<T>,
  cursor: Cursor,
): Generator<RowBatch<T>> {
  let rows: T[] = [];
  for (const [index, device] of devices.entries()) {
    if (cursor.left === 0) break;
    const own = source(device, summaries[index] as Summary);
    const end = Math.max(cursor.row, Math.min(own.size, cursor.row + cursor.left));
    for (let row = cursor.row; row < end; row++) rows.push(own.at(row));
    cursor.left -= end - cursor.row;
    cursor.taken += end - cursor.row;
    const isWhole = end >= own.size;
    cursor.row = isWhole ? 0 : end;
    if (isWhole) cursor.after = device.deviceId;
    if (rows.length < rowsAtOnce) continue;
    yield { rows, place: { after: cursor.after, row: cursor.row } };
    rows = [];
  }
  if (rows.length > 0) yield { rows, place: { after: cursor.after, row: cursor.row } };
}

/** How many rows there are in all. */
export async function countDeviceRows(fleet: Fleet, sight: Sight, kind: DeviceRowKind, query: DeviceRowQuery): Promise<number> {
  const isOfDevices = kind.rowsOf !== undefined || query.changedSince !== undefined || namesAnyOf(query.filter, kind.ownProperties);
  let count = 0;
  if (isOfDevices) {
    const reading = { sight, kind, query, form: asNothing };
    for await (const { rows } of readDeviceRows(fleet, reading, fromTheStart, Number.POSITIVE_INFINITY)) count += rows.length;
    return count;
  }
  const { counts } = await fleet.counts.of(sight.tenantId, sight.view);
  const summaries = await fleet.summaries(
    sight.epoch,
    counts.map(({ digest }) => digest),
  );
  const templatesOf = templateSource(sight.epoch, kind, query);
  for (const [index, { devices }] of counts.entries()) count += templatesOf(summaries[index] as Summary).length * devices;
  return count;
}

function devicesAsked({ view }: Sight, kind: DeviceRowKind, { filter, changedSince }: DeviceRowQuery): Omit<DeviceQuery, "limit"> {
  const devices = filterOfDevices(filter, kind.deviceProperty);
  return {
    view,
    isBrief: true,
    ...(devices === undefined ? {} : { filter: devices }),
    ...(changedSince === undefined ? {} : { changedSince }),
  };
}

/** The rows of one device that are wanted, in their order; made when they are taken. */
interface RowsOfDevice<T> {
  readonly size: number;
  readonly at: (index: number) => T;
}

type RowSource<T> = (device: ListedDevice, summary: Summary) => RowsOfDevice<T>;

function rowSource<T>({ sight: { epoch }, kind, query, form }: RowReading<T>): RowSource<T> {
  const { filter, orderBy } = query;
  const isOwn = namesAnyOf(filter, kind.ownProperties);
  const ownKeys = orderBy.some(({ operand }) => operand.property !== "id" && kind.ownProperties.has(operand.property ?? "")) ? orderBy : [];
  /** of rows, or of templates by the rows that they stand for */
  const wanted = <R>(all: readonly R[], rowOf: (one: R) => Row): readonly R[] => {
    if (!isOwn && ownKeys.length === 0) return all;
    const byRow = new Map(all.map((one) => [rowOf(one), one]));
    const met = [...byRow.keys()].filter((row) => !isOwn || filter === undefined || meets(filter, row));
    return orderRows(met, ownKeys).map((row) => byRow.get(row) as R);
  };
  const { rowsOf } = kind;
  if (rowsOf !== undefined) {
    return (device, summary) => {
      const rows = wanted(rowsOf(device, summary), (row) => row);
      return { size: rows.length, at: (index) => form.ofRow(rows[index] as Row) };
    };
  }
  const templatesOf = templateSource(epoch, kind, query);
  return (device, summary) => {
    const templates = wanted(templatesOf(summary), (template) => completeRow(kind, template, device));
    const make = form.ofTemplate(device);
    return { size: templates.length, at: (index) => make(templates[index] as Row) };
  };
}

/** Lists of templates in the order of their ids: some kinds make a list once for many queries. */
const orderedById = new WeakMap<readonly Row[], readonly Row[]>();

/** Templates are kept for a query up to so many; past that it begins anew. */
const mostTemplates = 20_000;

/** Templates that meet the filter, in their order: made once an inventory, and kept for the query. */
function templateSource(epoch: Epoch, kind: DeviceRowKind, { filter, orderBy }: DeviceRowQuery): (summary: Summary) => readonly Row[] {
  const known = new Map<Summary, readonly Row[]>();
  let kept = 0;
  const isOwn = namesAnyOf(filter, kind.ownProperties);
  // The id of a template lacks the device's at its beginning, which is the same for all rows of a device.
  const keys = orderBy.filter(({ operand: { property = "" } }) => property === "id" || !kind.ownProperties.has(property));
  const isWhole = isOwn || filter === undefined;
  const isById = isWhole && keys.length === 1 && keys[0]?.operand.property === "id" && !keys[0].descending;
  const make = (summary: Summary): readonly Row[] => {
    const all = kind.templates(summary, epoch);
    const made = isById ? orderedById.get(all) : undefined;
    if (made !== undefined) return made;
    const rows = orderRows(isWhole ? all : all.filter((row) => meets(filter, row)), keys);
    if (isById) orderedById.set(all, rows);
    return rows;
  };
  return (summary) => {
    const held = known.get(summary);
    if (held !== undefined) return held;
    const rows = make(summary);
    if (kept > mostTemplates) {
      known.clear();
      kept = 0;
    }
    kept += rows.length;
    known.set(summary, rows);
    return rows;
  };
}
