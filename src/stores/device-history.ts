import type { HistoryEntry, StoredDevice } from "./device-store.ts";

/**
 * What a device began with. A device whose history has no rows has told the same ever since: of a fleet, most have not changed yet when they are brought in,
 * and a row for each would take a fifth of the room and more of the time.
 */
export function firstEntry({ firstSeen, digest }: Pick<StoredDevice, "firstSeen" | "digest">): HistoryEntry {
  return { at: firstSeen, digest };
}

/** What stands around the moment of an inventory in the history of its device. */
export interface HistoryAround {
  readonly before: HistoryEntry | undefined;
  readonly same: HistoryEntry | undefined;
  readonly after: HistoryEntry | undefined;
  /** when the device was last seen, and with what; later than its last change where it repeated itself since */
  readonly last: HistoryEntry | undefined;
}

export interface HistoryChange {
  readonly remove: readonly string[];
  readonly add: readonly HistoryEntry[];
}

/** How an inventory, come in whatever order, changes the list of changes: no two in a row are the same, and none is lost. */
export function changeHistory(entry: HistoryEntry, { before, same, after, last }: HistoryAround): HistoryChange {
  if (same?.digest === entry.digest) return { remove: [], add: [] };
  const isChange = before?.digest !== entry.digest;
  const add = isChange ? [entry] : [];
  const remove = same === undefined || isChange ? [] : [same.at];
  if (after !== undefined) return { remove: after.digest === entry.digest ? [...remove, after.at] : remove, add };
  // It came late into the time in which the device repeated itself: what it repeated is a change again.
  const isBroken = last !== undefined && last.at > entry.at && last.digest !== entry.digest;
  return { remove, add: isBroken ? [...add, last] : add };
}
