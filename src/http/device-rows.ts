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
import type { DeviceQuery, ListedDevice } from "../stores/fleet-store.ts";
import { filterOfDevices, namesAnyOf } from "./device-filter.ts";
import { completeRow, type DeviceRowKind } from "./device-row-kind.ts";

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
export interface RowBatch {
  readonly rows: readonly Row[];
  readonly place: RowPlace;
}

const firstDevices = 20;
const mostDevices = 2000;

/**
 * The rows of a fleet from a place on, device by device in the order of their ids, `most` of them at most. Memory holds the devices of a
 * batch; a filter that does not ask for the device is evaluated once an inventory.
 */
export async function* readDeviceRows(
  fleet: Fleet,
  sight: Sight,
  kind: DeviceRowKind,
  query: DeviceRowQuery,
  from: RowPlace,
  most: number,
): AsyncGenerator<RowBatch> {
  const source = rowSource(sight.epoch, kind, query);
  const asked = devicesAsked(sight, kind, query);
  const cursor = { ...from, left: most };
  for (let limit = firstDevices; cursor.left > 0; limit = Math.min(mostDevices, limit * 2)) {
    const { devices } = await fleet.store.listDevices(sight.tenantId, { ...asked, after: cursor.after, limit });
    const digests = devices.map(({ digest }) => digest);
    const summaries = await fleet.summaries(sight.epoch, digests);
    await kind.prepare?.(devices);
    yield* takeRows(devices, summaries, source, cursor);
    if (devices.length < limit) return;
    await turn();
  }
}

interface Cursor {
  after: string;
  row: number;
  left: number;
}

function* takeRows(
  devices: readonly ListedDevice[],
  summaries: readonly Summary[],
  source: RowSource,
  cursor: Cursor,
): Generator<RowBatch> {
  for (const [index, device] of devices.entries()) {
    if (cursor.left === 0) return;
    const rows = source(device, summaries[index] as Summary);
    const taken = rows.slice(cursor.row, cursor.row + cursor.left);
    cursor.left -= taken.length;
    const end = cursor.row + taken.length;
    const isWhole = end >= rows.length;
    cursor.row = isWhole ? 0 : end;
    if (isWhole) cursor.after = device.deviceId;
    if (taken.length > 0) yield { rows: taken, place: { after: cursor.after, row: cursor.row } };
  }
}

/** How many rows there are in all. */
export async function countDeviceRows(fleet: Fleet, sight: Sight, kind: DeviceRowKind, query: DeviceRowQuery): Promise<number> {
  const isOfDevices = kind.rowsOf !== undefined || query.changedSince !== undefined || namesAnyOf(query.filter, kind.ownProperties);
  let count = 0;
  if (isOfDevices) {
    for await (const { rows } of readDeviceRows(fleet, sight, kind, query, fromTheStart, Number.POSITIVE_INFINITY)) count += rows.length;
    return count;
  }
  const { counts } = await fleet.store.countDigests(sight.tenantId, sight.view);
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
  return { view, ...(devices === undefined ? {} : { filter: devices }), ...(changedSince === undefined ? {} : { changedSince }) };
}

type RowSource = (device: ListedDevice, summary: Summary) => readonly Row[];

/** The rows of a device that are wanted, in their order. */
function rowSource(epoch: Epoch, kind: DeviceRowKind, query: DeviceRowQuery): RowSource {
  const templatesOf = templateSource(epoch, kind, query);
  const { filter, orderBy } = query;
  const isOwn = namesAnyOf(filter, kind.ownProperties);
  const isOrderedByOwn = orderBy.some(({ operand }) => operand.property !== "id" && kind.ownProperties.has(operand.property ?? ""));
  return (device, summary) => {
    const rows = kind.rowsOf?.(device, summary) ?? templatesOf(summary).map((template) => completeRow(kind, template, device));
    const met = isOwn && filter !== undefined ? rows.filter((row) => meets(filter, row)) : rows;
    return isOrderedByOwn ? orderRows(met, orderBy) : met;
  };
}

/** Templates that meet the filter, in their order: made once an inventory, and kept for the query. */
function templateSource(epoch: Epoch, kind: DeviceRowKind, { filter, orderBy }: DeviceRowQuery): (summary: Summary) => readonly Row[] {
  const known = new WeakMap<Summary, readonly Row[]>();
  const isOwn = namesAnyOf(filter, kind.ownProperties);
  // The id of a template lacks the device's at its beginning, which is the same for all rows of a device.
  const keys = orderBy.filter(({ operand: { property = "" } }) => property === "id" || !kind.ownProperties.has(property));
  return (summary) => {
    const made = known.get(summary);
    if (made !== undefined) return made;
    const all = kind.templates(summary, epoch);
    const met = isOwn || filter === undefined ? all : all.filter((row) => meets(filter, row));
    const rows = orderRows(met, keys);
    known.set(summary, rows);
    return rows;
  };
}
