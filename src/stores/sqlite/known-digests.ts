import type Database from "better-sqlite3";
import { type DataVersion, watchOthers } from "./watch-others.ts";

/** The digests of devices, remembered for as long as nobody has written what would make them wrong. */
export interface KnownDigests {
  /** what devices report now, in the order in which they are named; undefined for one that is unknown */
  readonly read: (tenantId: string, deviceIds: readonly string[]) => readonly (string | undefined)[];
  /** this connection is about to write these devices */
  readonly forget: (tenantId: string, deviceIds: Iterable<string>) => void;
}

/** Past that all are forgotten: a server shall stay small. */
const mostKnown = 50_000;

/** Reads digests of an open database; whether another connection has written is asked once for all that are asked for together. */
export function knownDigests(database: Database.Database, dataVersion: DataVersion): KnownDigests {
  const find = database.prepare<[string, string], string>("SELECT digest FROM device WHERE tenant_id = ? AND device_id = ?").pluck();
  const isUnchanged = watchOthers(dataVersion);
  const known = new Map<string, Map<string, string>>();
  /** many devices have the same */
  const shared = new Map<string, string>();
  let count = 0;

  const clear = (): void => {
    known.clear();
    shared.clear();
    count = 0;
  };
  const remember = (ofTenant: Map<string, string>, deviceId: string, digest: string): string => {
    const same = shared.get(digest) ?? digest;
    shared.set(digest, same);
    // A copy: the text that was asked for is a part of a longer one, which it would keep.
    ofTenant.set(Buffer.from(deviceId, "latin1").toString("latin1"), same);
    count++;
    return same;
  };
  const read = (tenantId: string, deviceIds: readonly string[]): readonly (string | undefined)[] => {
    if (!isUnchanged() || count >= mostKnown) clear();
    const ofTenant = known.get(tenantId) ?? new Map<string, string>();
    known.set(tenantId, ofTenant);
    return deviceIds.map((deviceId) => {
      const held = ofTenant.get(deviceId);
      if (held !== undefined) return held;
      const digest = find.get(tenantId, deviceId);
      return digest === undefined ? undefined : remember(ofTenant, deviceId, digest);
    });
  };
  return {
    read,
    forget: (tenantId, deviceIds) => {
      const ofTenant = known.get(tenantId);
      for (const deviceId of deviceIds) if (ofTenant?.delete(deviceId) === true) count--;
    },
  };
}
