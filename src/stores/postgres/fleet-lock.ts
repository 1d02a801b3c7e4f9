import type { Asking } from "./connections.ts";
import { refuseNewer, schemaNow } from "./schema-version.ts";
import { countWrite } from "./writers.ts";

/** A change of the fleet under way: nobody else makes one until the transaction ends. */
export interface FleetChange {
  /** the number that devices get that it changes */
  readonly number: number;
  /** the newest change that a walk sees the fleet as of; -1: there is no walk */
  readonly newestPin: number;
}

/**
 * Waits until nobody changes the fleet, and begins a change. So changes are made one after another, by however many processes: what has a number is
 * committed before the next number is given, and a walk that pins a number sees all up to it. Check-ins that came together are one change.
 * With the time it also ends the walks that have expired: nothing is kept for them any more, so nobody may prolong them.
 */
export async function beginChange(asking: Asking, now?: string): Promise<FleetChange> {
  const current = await lockFleet(asking);
  let pinned = await findPins(asking);
  // Rarely: most changes need not be told to end what has not expired.
  if (now !== undefined && (pinned?.firstEnd ?? never) <= now) {
    await asking.run(endWalks, [now]);
    // Asked anew: the statement that ends walks would see those that somebody prolongs meanwhile as they were.
    pinned = await findPins(asking);
  }
  // Whoever brings the database up to date holds the lock as well: it is not brought further until this change ends.
  refuseNewer(pinned?.schema);
  return { number: current + 1, newestPin: pinned?.change ?? -1 };
}

interface Pins {
  readonly change: number | null;
  /** ISO time at which the first walk expires */
  readonly firstEnd: string | null;
  readonly schema: number | null;
}

/** Later than any time. */
const never = "~";

async function findPins(asking: Asking): Promise<Pins | undefined> {
  const sql = `SELECT max(change) AS change, min(expires_at) AS "firstEnd", ${schemaNow} AS schema FROM walk`;
  return (await asking.all<Pins>(sql))[0];
}

/** The statement of `lockFleet`. */
export const lockStatement: string = "SELECT value FROM fleet_change WHERE id = 1 FOR UPDATE";

/** The number of the last change; it stays so until the transaction ends. */
export async function lockFleet(asking: Asking): Promise<number> {
  const [row] = await asking.all<{ readonly value: number }>(lockStatement);
  if (row === undefined) throw new Error("the number of the last change is not there");
  return row.value;
}

/** Walks that have expired by the time given. */
export const endWalks: string = "DELETE FROM walk WHERE expires_at <= $1";

/** Call it before devices change: those that a walk reads as they were leave a copy. */
export async function keepPast(
  asking: Asking,
  tenantId: string,
  ids: readonly string[],
  { number, newestPin }: FleetChange,
): Promise<void> {
  if (ids.length === 0 || newestPin < 0) return;
  await asking.run(
    `INSERT INTO device_past (tenant_id, device_id, name, digest, first_seen, last_seen, tags, addresses, device_value, group_id, group_name,
       changed_at, change, until_change)
     SELECT tenant_id, device_id, name, digest, first_seen, last_seen, tags, addresses, device_value, group_id, group_name,
       changed_at, change, $3::bigint
     FROM device WHERE tenant_id = $1 AND device_id = ANY($2) AND change <= $4`,
    [tenantId, ids, number, newestPin],
  );
}

/** Call it last, where something got the number of the change. */
export async function endChange(asking: Asking, writer: string, { number }: FleetChange): Promise<void> {
  await asking.run("UPDATE fleet_change SET value = $1 WHERE id = 1", [number]);
  await countWrite(asking, writer);
}
