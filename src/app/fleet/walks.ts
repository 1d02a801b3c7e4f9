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
}

/** So long a client may take from one page to the next. */
const walkMs = 30 * 60_000;

/** The fleet as it is now. */
export async function sightNow(fleet: Fleet, tenantId: string): Promise<Sight> {
  const epoch = await fleet.settle();
  return { tenantId, epoch, view: { epoch: epoch.number, at: fleet.now().toISOString() } };
}

/** The fleet as it is now, kept so for those who walk through pages of it. */
export async function openWalk(fleet: Fleet, { tenantId, epoch, view }: Sight, lifetimeMs: number = walkMs): Promise<Sight> {
  const { at } = view;
  const walk = await fleet.store.openWalk(tenantId, { epoch: epoch.number, at, expiresAt: after(fleet, lifetimeMs) });
  return sightOf(tenantId, epoch, walk);
}

/** The fleet as a walk sees it; undefined where the walk has expired, or is not this tenant's. */
export async function resumeWalk(fleet: Fleet, tenantId: string, walkId: string): Promise<Sight | undefined> {
  const walk = await fleet.store.walk(tenantId, walkId, fleet.now().toISOString());
  const epoch = walk === undefined ? undefined : fleet.epochOf(walk.epoch);
  if (walk === undefined || epoch === undefined) return undefined;
  const isOld = Date.parse(walk.expiresAt) - fleet.now().getTime() < walkMs / 2;
  if (isOld) await fleet.store.prolongWalk(walk.id, after(fleet, walkMs));
  return sightOf(tenantId, epoch, walk);
}

function sightOf(tenantId: string, epoch: Epoch, { id, at, change }: Walk): Sight {
  return { tenantId, epoch, view: { epoch: epoch.number, at, change }, walkId: id };
}

function after(fleet: Fleet, ms: number): string {
  return new Date(fleet.now().getTime() + ms).toISOString();
}
