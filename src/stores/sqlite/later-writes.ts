import type Database from "better-sqlite3";
import type { InventoryContent } from "../../domain/fleet/inventory-content.ts";
import type { CheckIn } from "../device-store.ts";
import { packContent } from "../inventory-packing.ts";

/** Rows of one transaction that nobody reads before its end. */
export interface LaterWrites {
  /** what a digest stands for, where the database does not have it */
  readonly keepContent: (checkIn: Pick<CheckIn, "digest" | "content">) => void;
  /** the first entry of a device that is new */
  readonly beginHistory: (checkIn: Pick<CheckIn, "deviceId" | "at" | "digest">) => void;
  /** whether the history of a device is not written yet */
  readonly isWaiting: (deviceId: string) => boolean;
  /** writes what waits; the last thing of the transaction, and whenever something of it is to be read */
  readonly write: () => void;
}

export interface LaterStatements {
  readonly hasContent: Database.Statement<[string], number>;
  readonly addContent: Database.Statement;
  readonly addHistory: Database.Statement;
}

/**
 * Holds rows back and writes them table by table, in the order of their keys. Ids and digests are hashes: written as they come, each row is on another
 * page, of another tree than the row before, and a tree that is larger than the cache is read from the disk again for every one.
 */
export function laterWrites(tenantId: string, { hasContent, addContent, addHistory }: LaterStatements): LaterWrites {
  const contents = new Map<string, InventoryContent>();
  const histories = new Map<string, Pick<CheckIn, "at" | "digest">>();
  return {
    keepContent: ({ digest, content }) => void contents.set(digest, content),
    beginHistory: ({ deviceId, at, digest }) => void histories.set(deviceId, { at, digest }),
    isWaiting: (deviceId) => histories.has(deviceId),
    write: () => {
      for (const [deviceId, { at, digest }] of inOrder(histories)) addHistory.run(tenantId, deviceId, at, digest);
      for (const [digest, content] of inOrder(contents)) {
        if (hasContent.get(digest) === undefined) addContent.run(digest, packContent(content));
      }
      histories.clear();
      contents.clear();
    },
  };
}

function inOrder<T>(rows: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
}
