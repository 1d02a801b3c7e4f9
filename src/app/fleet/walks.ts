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
  /** the fleet's `looks` when it was opened */
  readonly looks: number;
  /** the store's `outsideChanges` up to which all was looked at when it was opened; absent: a walk that goes on */
  readonly outside?: number;
  /** others store at this moment: where something hangs on every device having been looked at, it is to be read with it whether they were */
  readonly asksIfExamined?: boolean;
}

/** So long a client may take from one page to the next. */
const walkMs = 30 * 60_000;
/** So long servers may take to bring the same knowledge into force. */
const aheadMs = 10 * 60_000;

/** The fleet as it is now. */
export async function sightNow(fleet: Fleet, tenantId: string): Promise<Sight> {
  const { epoch, outside } = await fleet.settle();
  return { tenantId, epoch, view: { epoch: epoch.number, at: fleet.now().toISOString() }, looks: fleet.looks, outside };
}

/** What a list tells of how it was read. */
export interface ReadInSight {
  /** it is put together from what was read at different changes, or shows devices that nobody has looked at yet */
  readonly isTorn?: boolean;
  /** it leaves out devices that nobody had looked at, if there were any, and that was not asked */
  readonly isUnsure?: boolean;
}

/**
 * Whether what was read of a fleet that is not kept as it is can be relied on: since it was opened no other knowledge came into force, and nobody
 * stored an inventory that was not looked at when the list was read. One that was replaced meanwhile is not found any more: so where something hangs on that,
 * nobody may have stored anything.
 */
async function isStill(fleet: Fleet, sight: Sight, { isTorn, isUnsure }: ReadInSight): Promise<boolean> {
  if (isTorn === true) return false;
  const { epoch, outside } = await fleet.settle();
  const isSame = epoch === sight.epoch && fleet.epoch === epoch && fleet.looks === sight.looks;
  return isSame && (isUnsure !== true || outside === sight.outside);
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
    const sight = { ...(await sightNow(fleet, tenantId)), asksIfExamined: attempt > 0 };
    const found = await read(sight);
    if (await isStill(fleet, sight, found)) return { read: found, sight };
  }
  const sight = await openWalk(fleet, tenantId);
  return { read: await read(sight), sight };
}

/** The fleet as it is now, kept so for those who walk through pages of it. */
export async function openWalk(fleet: Fleet, tenantId: string, lifetimeMs: number = walkMs): Promise<Sight> {
  const settled = await fleet.settle();
  const { epoch } = settled;
  const at = fleet.now().toISOString();
  const walk = await fleet.store.openWalk(tenantId, { epoch: epoch.number, at, expiresAt: after(fleet, lifetimeMs) });
  // What was stored since the fleet was settled is in it too.
  await fleet.settleAsOf(settled, walk.change);
  return sightOf(fleet, tenantId, epoch, walk);
}

/** The fleet as a walk sees it; `over` where it has expired, is not this tenant's, or its knowledge is gone; `ahead` where that comes in a moment. */
export async function resumeWalk(fleet: Fleet, tenantId: string, walkId: string): Promise<Sight | "over" | "ahead"> {
  const walk = await fleet.store.walk(tenantId, walkId, fleet.now().toISOString());
  if (walk === undefined) return "over";
  const epoch = fleet.epochOf(walk.epoch);
  if (epoch === undefined) return isAhead(fleet, walk) ? "ahead" : "over";
  const isOld = Date.parse(walk.expiresAt) - fleet.now().getTime() < walkMs / 2;
  if (isOld) await fleet.store.prolongWalk(walk.id, after(fleet, walkMs));
  return sightOf(fleet, tenantId, epoch, walk);
}

/** Another server was faster to bring new knowledge into force, or this one has just started and has none yet. */
function isAhead(fleet: Fleet, { epoch, at }: Walk): boolean {
  if (fleet.revision === 0) return true;
  return epoch > fleet.epoch.number && fleet.now().getTime() - Date.parse(at) < aheadMs;
}

function sightOf({ looks }: Fleet, tenantId: string, epoch: Epoch, { id, at, change }: Walk): Sight {
  return { tenantId, epoch, view: { epoch: epoch.number, at, change }, walkId: id, looks };
}

function after(fleet: Fleet, ms: number): string {
  return new Date(fleet.now().getTime() + ms).toISOString();
}
