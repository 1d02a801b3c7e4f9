import type { Fleet } from "./fleet.ts";
import { countFleet, type FleetTotals } from "./totals.ts";
import type { Sight } from "./walks.ts";

/** Totals, and the change of the fleet that they were counted at. */
export interface CountedTotals {
  readonly totals: FleetTotals;
  readonly change: number;
}

/** Totals are counted once for every state of a fleet that is looked at; so many are remembered. */
const mostKept = 8;

/** Counts fleets, and remembers the last states. */
export class TotalsKeeper {
  readonly #fleet: Fleet;
  readonly #kept = new Map<string, Promise<FleetTotals>>();

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  async of(sight: Sight): Promise<CountedTotals> {
    const { tenantId, epoch, view } = sight;
    const { store } = this.#fleet;
    const keyAt = (change: number): string => `${tenantId} ${epoch.number} ${change}`;
    // Devices are counted where something has changed only: asking whether costs next to nothing.
    const now = view.change ?? (await store.listDevices(tenantId, { view, limit: 0 })).change;
    const held = this.#kept.get(keyAt(now));
    if (held !== undefined) return { totals: await held, change: now };
    const { counts, change: readAt } = await store.countDigests(tenantId, view);
    const change = view.change ?? readAt;
    const key = keyAt(change);
    const known = this.#kept.get(key);
    if (known !== undefined) return { totals: await known, change };
    const digests = counts.map(({ digest }) => digest);
    const counted = this.#fleet.summaries(epoch, digests).then((summaries) => countFleet(epoch, counts, summaries));
    this.#keep(key, counted);
    return { totals: await counted, change };
  }

  #keep(key: string, totals: Promise<FleetTotals>): void {
    this.#kept.set(key, totals);
    totals.catch(() => this.#kept.delete(key));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
  }
}
