import { setImmediate as turn } from "node:timers/promises";
import { type DeviceState, deviceState } from "../../domain/assessment/device-state.ts";
import { type Examine, examiner } from "../../domain/assessment/examine.ts";
import type { Catalog } from "../../domain/catalog/catalog.ts";
import { changeDays } from "../../domain/catalog/change-days.ts";
import { inventoryOf } from "../../domain/fleet/inventory-content.ts";
import { type Day, parseDay, printDay } from "../../domain/windows/day.ts";
import type { HistoryEntry, StoredDevice } from "../../stores/device-store.ts";
import { readContent } from "../stored-inventory.ts";
import type { Epoch } from "./epoch.ts";
import type { Fleet } from "./fleet.ts";

/** A moment at which what a device lacks became another: by a report, or because updates were released. */
export interface DeviceMoment {
  /** ISO time of a report, or the day of a release */
  readonly at: string;
  readonly event: "reported" | "released";
  readonly state: DeviceState;
  /** KBs, digits */
  readonly missing: readonly string[];
  /** what was missing before and is not any more, and the other way round */
  readonly closed: readonly string[];
  readonly opened: readonly string[];
}

/** So many moments are looked at, the last ones. */
const mostMoments = 60;

/** What a device lacked as time went on, newest first: each report under what was published by then. */
export async function deviceMoments(fleet: Fleet, tenantId: string, device: StoredDevice): Promise<readonly DeviceMoment[]> {
  const { epoch } = fleet;
  const history = await fleet.store.history(tenantId, device.deviceId);
  const moments: DeviceMoment[] = [];
  const examiners = new Map<string, Examine>();
  for (const { at, day, event, digest } of points(epoch, history, fleet.today())) {
    const examine = examiners.get(day) ?? examiner(epoch.catalog, { asOf: day });
    examiners.set(day, examine);
    const { assessment } = examine(inventoryOf(await readContent(fleet.store, digest)));
    const missing = (assessment.missing ?? []).map(({ id }) => id);
    const before = moments.at(-1);
    const state = deviceState(assessment.status, missing.length);
    const closed = before?.missing.filter((id) => !missing.includes(id)) ?? [];
    const opened = missing.filter((id) => before?.missing.includes(id) !== true);
    const isSame = before !== undefined && before.state === state && closed.length === 0 && opened.length === 0;
    if (event === "reported" || !isSame) moments.push({ at, event, state, missing, closed, opened });
    await turn();
  }
  return moments.reverse();
}

interface Point {
  readonly at: string;
  readonly day: string;
  readonly event: DeviceMoment["event"];
  readonly digest: string;
}

/** The reports, and between them the days on which something was published. */
function points({ catalog }: Epoch, history: readonly HistoryEntry[], today: number): readonly Point[] {
  const found: Point[] = [];
  // From the newest on: whatever is too much is of long ago.
  for (let index = history.length - 1; index >= 0 && found.length < mostMoments; index--) {
    const { at, digest } = history[index] as HistoryEntry;
    const from = parseDay(at.slice(0, 10)) ?? today;
    const next = history[index + 1]?.at;
    const until = next === undefined ? today : (parseDay(next.slice(0, 10)) ?? today) - 1;
    const days = publicationDays(catalog, { from, until, most: mostMoments - found.length });
    for (const day of days) found.push({ at: printDay(day), day: printDay(day), event: "released", digest });
    found.push({ at, day: printDay(from), event: "reported", digest });
  }
  return found.reverse();
}

interface Span {
  readonly from: Day;
  readonly until: Day;
  readonly most: number;
}

/** The days after `from` and up to `until` on which something was published, newest first. */
function publicationDays(catalog: Catalog, { from, until, most }: Span): readonly Day[] {
  const days: Day[] = [];
  for (let day = until; days.length < most; day--) {
    const { since } = changeDays(catalog, day);
    // A day before everything is its own answer.
    if (since <= from || (since === day && changeDays(catalog, day - 1).until !== day)) return days;
    days.push(since);
    day = since;
  }
  return days;
}
