import type Database from "better-sqlite3";
import { databaseWatch } from "./database-watch.ts";

/** Numbers the changes of one transaction, and keeps what devices were for those who walk through pages of them. */
export interface ChangeOfFleet {
  /** the number of this change; counts up when it is first asked for */
  readonly number: () => number;
  /** Call it before a row changes. True: somebody reads the row as it was, and a copy was kept: it must get the new number. */
  readonly preserve: (tenantId: string, deviceId: string, madeBy: number) => boolean;
}

/**
 * Prepares the keeping of versions; call the result once a transaction, first. With the time it also ends the walks that have expired: nothing is kept for
 * them any more, so nobody may prolong them.
 */
export function deviceVersions(database: Database.Database): (now?: string) => ChangeOfFleet {
  const check = databaseWatch(database);
  const next = database.prepare<[], number>("UPDATE fleet_change SET value = value + 1 RETURNING value").pluck();
  const endWalks = database.prepare<[string]>("DELETE FROM walk WHERE expires_at <= ?");
  const pinned = database.prepare<[], number | null>("SELECT max(change) FROM walk").pluck();
  const copy = database.prepare(
    `INSERT INTO device_past (tenant_id, device_id, name, digest, first_seen, last_seen, reported, tags, device_value, group_id, group_name,
       changed_at, change, until_change)
     SELECT tenant_id, device_id, name, digest, first_seen, last_seen, reported, tags, device_value, group_id, group_name, changed_at, change, ?
     FROM device WHERE tenant_id = ? AND device_id = ?`,
  );
  return (now) => {
    check();
    if (now !== undefined) endWalks.run(now);
    let made: number | undefined;
    const number = (): number => {
      made ??= next.get() as number;
      return made;
    };
    const newestPin = pinned.get() ?? -1;
    const preserve = (tenantId: string, deviceId: string, madeBy: number): boolean => {
      if (madeBy > newestPin) return false;
      copy.run(number(), tenantId, deviceId);
      return true;
    };
    return { number, preserve };
  };
}
