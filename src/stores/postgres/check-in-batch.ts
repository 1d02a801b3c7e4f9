import { changeHistory, firstEntry } from "../device-history.ts";
import type { CheckIn, CheckInResult, IdentityDoubt } from "../device-store.ts";
import { nameKey } from "../device-store.ts";
import type { DeviceRow } from "./device-row.ts";
import type { FleetChange } from "./fleet-lock.ts";
import { type DeviceHistory, emptyHistory } from "./history.ts";

/** What is known of the devices of a batch before it is taken. */
export interface BatchStart {
  readonly held: ReadonlyMap<string, DeviceRow>;
  readonly histories: ReadonlyMap<string, DeviceHistory>;
  /** ids of devices by the key of their name; the lowest suffices */
  readonly twins: ReadonlyMap<string, readonly string[]>;
  readonly change: FleetChange;
}

/** Check-ins taken one after another, in memory: what comes of them is written together. */
export interface DeviceBatch {
  readonly take: (checkIn: CheckIn) => CheckInResult;
  /** devices that are to be written, each once; ordered by id, so that everybody writes in the same order */
  readonly changed: readonly DeviceRow[];
  /** whether a device was there before the batch */
  readonly isHeld: (deviceId: string) => boolean;
  readonly histories: ReadonlyMap<string, DeviceHistory>;
  /** some device got the number of the change */
  readonly isNumbered: boolean;
}

/** Begins a batch. */
export function newBatch({ held, histories: known, twins: knownTwins, change }: BatchStart): DeviceBatch {
  const rows = new Map(held);
  const histories = new Map(known);
  const twins = new Map(knownTwins);
  const touched = new Set<string>();
  let isNumbered = false;
  const put = (row: DeviceRow): void => {
    rows.set(row.deviceId, row);
    touched.add(row.deviceId);
    isNumbered ||= row.change === change.number;
  };
  const historyOf = (id: string): DeviceHistory => {
    const history = histories.get(id) ?? emptyHistory();
    histories.set(id, history);
    return history;
  };
  const takeOlder = (checkIn: CheckIn, row: DeviceRow): CheckInResult => {
    keepHistory(historyOf(checkIn.deviceId), checkIn, row);
    const reached = reachedBack(row, checkIn, change.number);
    if (reached !== row) put(reached);
    return { outcome: "older" };
  };
  const takeNewer = (checkIn: CheckIn, row: DeviceRow): CheckInResult => {
    const next = replaced(row, checkIn);
    if (next === undefined) {
      // Who walks through pages keeps the row as it was, so that it becomes another.
      const isCopied = row.change <= change.newestPin;
      put({ ...row, lastSeen: checkIn.at, receivedAt: checkIn.receivedAt, change: isCopied ? change.number : row.change });
      return { outcome: "unchanged" };
    }
    const doubt = doubtOf(histories.get(checkIn.deviceId), checkIn, row);
    if (checkIn.digest !== row.digest) keepHistory(historyOf(checkIn.deviceId), checkIn, row);
    put({ ...next, change: change.number });
    return result("updated", doubt);
  };
  const take = (checkIn: CheckIn): CheckInResult => {
    const row = rows.get(checkIn.deviceId);
    if (row === undefined) {
      put(newDevice(checkIn, change.number));
      return result("new", twinOf(twins, checkIn));
    }
    return checkIn.at < row.lastSeen ? takeOlder(checkIn, row) : takeNewer(checkIn, row);
  };
  return {
    take,
    get changed() {
      return [...touched].sort().flatMap((id) => rows.get(id) ?? []);
    },
    isHeld: (deviceId) => held.has(deviceId),
    histories,
    get isNumbered() {
      return isNumbered;
    },
  };
}

function newDevice({ deviceId, name, at, receivedAt, digest, facts, assignTags = [] }: CheckIn, change: number): DeviceRow {
  return {
    ...{ deviceId, name, digest, firstSeen: at, lastSeen: at, receivedAt, reported: JSON.stringify(facts) },
    assignedTags: JSON.stringify([...new Set(assignTags)]),
    removedTags: "[]",
    value: "Normal",
    changedAt: receivedAt,
    change,
  };
}

/** An older inventory only says that the device was there, and may bring tags; the same row where it says nothing new. */
function reachedBack(row: DeviceRow, { at, assignTags }: CheckIn, change: number): DeviceRow {
  const firstSeen = at < row.firstSeen ? at : row.firstSeen;
  const assignedTags = withTags(row.assignedTags, assignTags);
  const isSame = firstSeen === row.firstSeen && assignedTags === row.assignedTags;
  return isSame ? row : { ...row, firstSeen, assignedTags, change };
}

/** Undefined: it says what the one before said. */
function replaced(row: DeviceRow, { name, at, receivedAt, digest, facts, assignTags }: CheckIn): DeviceRow | undefined {
  const reported = JSON.stringify(facts);
  const assignedTags = withTags(row.assignedTags, assignTags);
  const isSame = digest === row.digest && name === row.name && reported === row.reported && assignedTags === row.assignedTags;
  if (isSame) return undefined;
  const changedAt = digest === row.digest ? row.changedAt : receivedAt;
  return { ...row, name, digest, reported, assignedTags, changedAt, receivedAt, lastSeen: at };
}

function keepHistory(history: DeviceHistory, { at, digest }: CheckIn, row: DeviceRow): void {
  if (history.isEmpty()) history.add(firstEntry(row));
  const { remove, add } = changeHistory({ at, digest }, { ...history.around(at), last: { at: row.lastSeen, digest: row.digest } });
  for (const moment of remove) history.remove(moment);
  for (const entry of add) history.add(entry);
}

function doubtOf(history: DeviceHistory | undefined, checkIn: CheckIn, row: DeviceRow): IdentityDoubt | undefined {
  if (nameKey(checkIn.name) !== nameKey(row.name)) return { kind: "renamed", formerName: row.name };
  if (checkIn.digest === row.digest) return undefined;
  // Forth, back and forth again: computers change, but not back and forth.
  const [current, former, formerStill] = history?.latest() ?? [];
  const isBack = former?.digest === checkIn.digest && formerStill !== undefined && formerStill.digest === current?.digest;
  return isBack ? { kind: "alternates" } : undefined;
}

function twinOf(twins: Map<string, readonly string[]>, { name, deviceId }: CheckIn): IdentityDoubt | undefined {
  if (typeof name !== "string") return undefined;
  const key = nameKey(name);
  const others = twins.get(key) ?? [];
  twins.set(key, [...others, deviceId].sort().slice(0, 2));
  const [twin] = others.filter((id) => id !== deviceId);
  return twin === undefined ? undefined : { kind: "same-name", deviceId: twin };
}

function withTags(held: string, added: readonly string[] = []): string {
  return added.length === 0 ? held : JSON.stringify([...new Set([...(JSON.parse(held) as string[]), ...added])]);
}

function result(outcome: CheckInResult["outcome"], doubt: IdentityDoubt | undefined): CheckInResult {
  return doubt === undefined ? { outcome } : { outcome, doubt };
}
