import type Database from "better-sqlite3";
import type { CheckIn } from "../device-store.ts";
import { packContent } from "../inventory-packing.ts";

/** Rows of one transaction that are written at its end, or when something has to read them. */
export interface LaterWrites {
  /** what a digest stands for, where the database does not have it */
  readonly keepContent: (checkIn: Pick<CheckIn, "digest" | "content">) => void;
  /** a device that is new, once; `row` is what the statement is given, behind the id */
  readonly addDevice: (deviceId: string, nameKey: string, row: readonly unknown[]) => void;
  /** whether a device is not written yet */
  readonly isWaiting: (deviceId: string) => boolean;
  /** the lowest id of those waiting that have the name */
  readonly waitingTwin: (nameKey: string) => string | undefined;
  /** writes what waits; the last thing of the transaction, and whenever something of it is to be read */
  readonly write: () => void;
}

export interface LaterStatements {
  readonly hasContent: Database.Statement<[string], number>;
  readonly addContent: Database.Statement;
  /** takes tenant, id, and the row */
  readonly add: Database.Statement;
}

/**
 * Holds rows back and writes them table by table, in the order of their keys. Ids and digests are hashes: written as they come, each row is on another
 * page, of another tree than the row before, and a tree that is larger than the cache is read from the disk again for every one.
 */
export function laterWrites(tenantId: string, { hasContent, addContent, add }: LaterStatements): LaterWrites {
  const contents = new Map<string, Pick<CheckIn, "content">>();
  const devices = new Map<string, readonly unknown[]>();
  const names = new Map<string, string>();
  return {
    // The content is not asked for before it is known to be needed: it may have to be made.
    keepContent: (checkIn) => void contents.set(checkIn.digest, checkIn),
    addDevice: (deviceId, nameKey, row) => {
      devices.set(deviceId, row);
      const twin = names.get(nameKey);
      if (twin === undefined || deviceId < twin) names.set(nameKey, deviceId);
    },
    isWaiting: (deviceId) => devices.has(deviceId),
    waitingTwin: (nameKey) => names.get(nameKey),
    write: () => {
      for (const [deviceId, row] of inOrder(devices)) add.run(tenantId, deviceId, ...row);
      for (const [digest, checkIn] of inOrder(contents)) {
        if (hasContent.get(digest) === undefined) addContent.run(digest, packContent(checkIn.content));
      }
      for (const written of [devices, names, contents]) written.clear();
    },
  };
}

function inOrder<T>(rows: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
}
