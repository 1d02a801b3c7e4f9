import { setImmediate as turn } from "node:timers/promises";
import { type Examination, examiner } from "../../domain/assessment/examine.ts";
import { exposureScore } from "../../domain/assessment/exposure.ts";
import { BoundedMap } from "../../domain/bounded-map.ts";
import type { Catalog } from "../../domain/catalog/catalog.ts";
import { changeDays } from "../../domain/catalog/change-days.ts";
import { inventoryOf } from "../../domain/fleet/inventory-content.ts";
import { type Day, parseDay, printDay } from "../../domain/windows/day.ts";
import type { HistoryEntry, StoredDevice } from "../../stores/device-store.ts";
import type { Epoch } from "./epoch.ts";
import type { Fleet } from "./fleet.ts";

/** A fleet on one day: what its devices had reported by its end, under what was published by then. */
export interface ExposureDay {
  readonly day: string;
  readonly devices: number;
  /** of them, those that could be assessed */
  readonly assessed: number;
  readonly behind: number;
  /** 0 to 100, the mean over the assessed ones */
  readonly exposure: number;
}

/** So many days are told. */
const mostDays = 90;
/** Devices, and inventories, read at a time. */
const batch = 200;

/**
 * The last days of a fleet, worked out from the history of its devices: each distinct inventory is examined once for every day on which knowledge
 * changed. Others get their turn meanwhile.
 */
export async function exposureDays(fleet: Fleet, tenantId: string): Promise<readonly ExposureDay[]> {
  const today = fleet.today();
  const span = { from: today - mostDays + 1, today };
  const held = await devicesByDay(fleet, tenantId, span);
  const sums = Array.from({ length: mostDays }, () => ({ devices: 0, assessed: 0, behind: 0, exposure: 0 }));
  for (const [asOf, indices] of daysAlike(fleet.epoch, span)) await addDays(fleet, held, { asOf, indices, sums });
  const days = sums.map((sum, index) => ({
    ...sum,
    day: printDay(span.from + index),
    exposure: sum.assessed === 0 ? 0 : sum.exposure / sum.assessed,
  }));
  const first = days.findIndex(({ devices }) => devices > 0);
  return first < 0 ? [] : days.slice(first);
}

type Sum = { -readonly [Key in Exclude<keyof ExposureDay, "day">]: number };

interface DaysAlike {
  readonly asOf: Day;
  readonly indices: readonly number[];
  readonly sums: readonly Sum[];
}

/** Examines what was held on days that have the same answers, and adds it to them. */
async function addDays(fleet: Fleet, held: ReadonlyMap<string, Int32Array>, { asOf, indices, sums }: DaysAlike): Promise<void> {
  const { catalog } = fleet.epoch;
  const examine = examiner(catalog, { asOf: printDay(asOf) });
  const digests = [...held].filter(([, counts]) => indices.some((index) => (counts[index] ?? 0) > 0)).map(([digest]) => digest);
  for (let first = 0; first < digests.length; first += batch) {
    for (const { digest, content } of await fleet.store.inventories(digests.slice(first, first + batch))) {
      const each = weigh(catalog, examine(inventoryOf(content)));
      const counts = held.get(digest);
      for (const index of indices) addTo(sums[index], counts?.[index] ?? 0, each);
      await turn();
    }
  }
}

/** What one device adds. */
function weigh(catalog: Catalog, { assessment: { missing }, shortfall }: Examination): Omit<Sum, "devices"> {
  if (missing === null) return { assessed: 0, behind: 0, exposure: 0 };
  return { assessed: 1, behind: missing.length === 0 ? 0 : 1, exposure: exposureScore(catalog, shortfall) };
}

function addTo(sum: Sum | undefined, devices: number, each: Omit<Sum, "devices">): void {
  if (sum === undefined) return;
  sum.devices += devices;
  sum.assessed += each.assessed * devices;
  sum.behind += each.behind * devices;
  sum.exposure += each.exposure * devices;
}

interface Span {
  readonly from: Day;
  readonly today: Day;
}

/** By digest: how many devices had reported it last on each day. */
async function devicesByDay({ store }: Fleet, tenantId: string, span: Span): Promise<Map<string, Int32Array>> {
  const held = new Map<string, Int32Array>();
  for (let after: string | undefined = ""; after !== undefined; ) {
    const devices: readonly StoredDevice[] = await store.devices(tenantId, { after, limit: batch });
    for (const { deviceId } of devices) addHistory(held, await store.history(tenantId, deviceId), span);
    await turn();
    after = devices.length < batch ? undefined : devices.at(-1)?.deviceId;
  }
  return held;
}

/** A device counts with what it had reported last, from the day of that report to the day before the next. */
function addHistory(held: Map<string, Int32Array>, history: readonly HistoryEntry[], { from, today }: Span): void {
  const indexOf = (at: string | undefined): number =>
    at === undefined ? mostDays : Math.min(mostDays, Math.max(0, (parseDay(at.slice(0, 10)) ?? today) - from));
  for (const [index, { at, digest }] of history.entries()) {
    const [first, end] = [indexOf(at), indexOf(history[index + 1]?.at)];
    if (end <= first) continue;
    const counts = held.get(digest) ?? new Int32Array(mostDays);
    for (let day = first; day < end; day++) counts[day] = (counts[day] ?? 0) + 1;
    held.set(digest, counts);
  }
}

/** Days between which no answer changes by time alone are looked at together. */
function daysAlike({ catalog }: Epoch, { from, today }: Span): Map<Day, number[]> {
  const alike = new Map<Day, number[]>();
  for (let day = from; day <= today; day++) {
    const { since } = changeDays(catalog, day);
    alike.set(since, [...(alike.get(since) ?? []), day - from]);
  }
  return alike;
}

/** So long what was counted is told again, though devices checked in meanwhile. */
const freshMs = 15 * 60_000;
/** So many tenants are remembered. */
const mostKept = 32;

interface Kept {
  readonly epoch: Epoch;
  readonly today: Day;
  readonly countedAt: number;
  readonly days: readonly ExposureDay[];
}

/** Remembers the days of fleets; counting goes on beside requests, one fleet at a time. */
export class ExposureKeeper {
  readonly #fleet: Fleet;
  readonly #kept = new BoundedMap<string, Kept>(mostKept);
  readonly #counting = new Map<string, Promise<void>>();
  #queue: Promise<void> = Promise.resolve();

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  /** What was counted last, and whether it is being counted again; @throws what counting threw, once */
  async of(tenantId: string): Promise<{ readonly isCounting: boolean; readonly days: readonly ExposureDay[] }> {
    const kept = this.#kept.get(tenantId);
    const isOfNow = kept?.epoch === this.#fleet.epoch && kept.today === this.#fleet.today();
    const isFresh = isOfNow && Date.now() - kept.countedAt < freshMs;
    if (!isFresh) {
      // A small fleet is counted at once.
      await Promise.race([this.#count(tenantId), new Promise((resolve) => void setTimeout(resolve, 300).unref())]);
    }
    const counted = this.#kept.get(tenantId);
    return { isCounting: counted === undefined || (!isOfNow && counted === kept), days: counted?.days ?? [] };
  }

  #count(tenantId: string): Promise<void> {
    const known = this.#counting.get(tenantId);
    if (known !== undefined) return known;
    const counting = this.#queue.then(async () => {
      const { epoch } = this.#fleet;
      const today = this.#fleet.today();
      const days = await exposureDays(this.#fleet, tenantId);
      this.#kept.set(tenantId, { epoch, today, countedAt: Date.now(), days });
    });
    const ended = counting.finally(() => this.#counting.delete(tenantId));
    this.#queue = ended.catch(() => undefined);
    this.#counting.set(tenantId, ended);
    return ended;
  }
}
