import type { FleetView, Walk } from "../../stores/fleet-store.ts";
import type { Epoch } from "./epoch.ts";
import type { Fleet } from "./fleet.ts";

/** A state of the fleet of one tenant, and the knowledge it is seen under. */
export interface Sight {
  readonly tenantId: string;
  readonly epoch: Epoch;
  readonly view: FleetView;
  /** the walk that keeps it as it is; absent: it is what is now, and the next look may show another */
  readonly walkId?: string;
  /** the store's `outsideChanges` when it was opened; absent: a walk, whose devices were all looked at */
  readonly outside?: number;
  /** all that others had stored by then was looked at */
  readonly isSettled?: boolean;
}

/** So long a client may take from one page to the next. */
const walkMs = 30 * 60_000;
/** So long servers may take to bring the same knowledge into force. */
const aheadMs = 10 * 60_000;

/** The fleet as it is now. */
export async function sightNow(fleet: Fleet, tenantId: string): Promise<Sight> {
  const { epoch, outside, isSettled } = await fleet.settling.begin();
  return { tenantId, epoch, view: { epoch: epoch.number, at: fleet.now().toISOString() }, outside, isSettled };
}

/** What a list tells of how it was read. */
export interface ReadInSight {
  /** it was put together from what was read at different changes */
  readonly isTorn?: boolean;
  /** whether it shows, or leaves out, devices that nobody has looked at: `no` if it does, `if-nobody-stored` if nobody else stored while it was read; absent: it does not */
  readonly examined?: "no" | "if-nobody-stored";
}

/** Whether what was read of a fleet that is not kept as it is can be relied on. */
async function isStill(fleet: Fleet, sight: Sight, { isTorn, examined }: ReadInSight): Promise<boolean> {
  if (isTorn === true || examined === "no" || fleet.epoch !== sight.epoch) return false;
  return examined === undefined || (await fleet.store.outsideChanges()) === sight.outside;
}

/** What was read, and the state of the fleet that it was read from. */
export interface ReadFrom<T> {
  readonly read: T;
  readonly sight: Sight;
}

/** So often is read again before a state is kept for it. */
const mostAttempts = 3;

/**
 * Reads from the fleet as it is now, in one state: where `read` says that it saw two (`isTorn`), or knowledge or inventories changed meanwhile, it is
 * read again. Where they change faster than it can be read, the state is kept for as long as that takes.
 */
export async function readNow<T extends object & ReadInSight>(
  fleet: Fleet,
  tenantId: string,
  read: (sight: Sight) => Promise<T>,
): Promise<ReadFrom<T>> {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const sight = await sightNow(fleet, tenantId);
    const found = await read(sight);
    if (await isStill(fleet, sight, found)) return { read: found, sight };
    if (found.examined === "no") await fleet.settling.now();
  }
  const sight = await openWalk(fleet, tenantId);
  return { read: await read(sight), sight };
}

/** The fleet as it is now, kept so for those who walk through pages of it. */
export async function openWalk(fleet: Fleet, tenantId: string, lifetimeMs: number = walkMs): Promise<Sight> {
  const beginning = await fleet.settling.begin();
  const { epoch } = beginning;
  const at = fleet.now().toISOString();
  const walk = await fleet.store.openWalk(tenantId, { epoch: epoch.number, at, expiresAt: after(fleet, lifetimeMs) });
  await fleet.settling.asOf(beginning, walk.change);
  return sightOf(tenantId, epoch, walk);
}

/** The fleet as a walk sees it; `over` where it has expired, is not this tenant's, or its knowledge is gone; `ahead` where that comes in a moment. */
export async function resumeWalk(fleet: Fleet, tenantId: string, walkId: string): Promise<Sight | "over" | "ahead"> {
  const walk = await fleet.store.walk(tenantId, walkId, fleet.now().toISOString());
  if (walk === undefined) return "over";
  const epoch = fleet.epochOf(walk.epoch);
  if (epoch === undefined) return isAhead(fleet, walk) ? "ahead" : "over";
  const isOld = Date.parse(walk.expiresAt) - fleet.now().getTime() < walkMs / 2;
  if (isOld) await fleet.store.prolongWalk(walk.id, after(fleet, walkMs));
  return sightOf(tenantId, epoch, walk);
}

/** Another server was faster to bring new knowledge into force, or this one has just started and has none yet. */
function isAhead(fleet: Fleet, { epoch, at }: Walk): boolean {
  if (fleet.revision === 0) return true;
  return epoch > fleet.epoch.number && fleet.now().getTime() - Date.parse(at) < aheadMs;
}

function sightOf(tenantId: string, epoch: Epoch, { id, at, change }: Walk): Sight {
  return { tenantId, epoch, view: { epoch: epoch.number, at, change }, walkId: id };
}

function after(fleet: Fleet, ms: number): string {
  return new Date(fleet.now().getTime() + ms).toISOString();
}
