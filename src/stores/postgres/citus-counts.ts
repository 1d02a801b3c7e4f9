import type { FleetStore, FleetView } from "../fleet-store.ts";
import type { Connections } from "./connections.ts";
import { newestChange } from "./postgres-fleet-store.ts";

/** So often somebody may change the fleet while it is counted, before it is pinned. */
const mostTries = 2;
const pinnedMs = 60_000;

type Counting = Pick<FleetStore, "countDigests" | "openWalk">;

/**
 * Counts that are of one moment, although nodes are not read at one: those during which nothing changed, or else those of a walk, which sees the
 * fleet as of its beginning.
 */
export function countsOfOneMoment({ all, run }: Connections, { countDigests, openWalk }: Counting): FleetStore["countDigests"] {
  const pinned = async (tenantId: string, view: FleetView, options: Parameters<FleetStore["countDigests"]>[2]) => {
    const expiresAt = new Date(Date.parse(view.at) + pinnedMs).toISOString();
    const { id, change } = await openWalk(tenantId, { epoch: view.epoch, at: view.at, expiresAt });
    try {
      return { counts: (await countDigests(tenantId, { ...view, change }, options)).counts, change };
    } finally {
      await run("DELETE FROM walk WHERE walk_id = $1", [id]);
    }
  };
  return async (tenantId, view, options) => {
    if (view.change !== undefined) return countDigests(tenantId, view, options);
    for (let attempt = 1; attempt <= mostTries; attempt++) {
      const counted = await countDigests(tenantId, view, options);
      const [row] = await all<{ readonly value: number }>(newestChange);
      if (row?.value === counted.change) return counted;
    }
    return pinned(tenantId, view, options);
  };
}
