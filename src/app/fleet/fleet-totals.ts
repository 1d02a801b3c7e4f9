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
  readonly #kept = new Map<string, Promise<CountedTotals>>();
  /** of fleets as they are now, by the change before which nobody began */
  readonly #counting = new Map<string, Promise<CountedTotals>>();

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  async of(sight: Sight): Promise<CountedTotals> {
    const { tenantId, epoch, view } = sight;
    const keyAt = (change: number): string => `${tenantId} ${epoch.number} ${change}`;
    // Devices are counted where something has changed only: asking whether costs next to nothing.
    const now = view.change ?? (await this.#fleet.store.listDevices(tenantId, { view, limit: 0 })).change;
    const known = this.#kept.get(keyAt(now));
    if (known !== undefined) return known;
    if (view.change !== undefined) return this.#keep(keyAt(now), this.#count(sight));
    // What is counted may be of a later change already: for whoever asks how things are now, not for who walks through what was.
    const counting = this.#counting.get(keyAt(now)) ?? this.#count(sight).finally(() => this.#counting.delete(keyAt(now)));
    this.#counting.set(keyAt(now), counting);
    return this.#keep(keyAt((await counting).change), counting);
  }

  async #count({ tenantId, epoch, view }: Sight): Promise<CountedTotals> {
    const { counts, change } = await this.#fleet.store.countDigests(tenantId, view);
    const digests = counts.map(({ digest }) => digest);
    const summaries = await this.#fleet.summaries(epoch, digests);
    return { totals: countFleet(epoch, counts, summaries), change: view.change ?? change };
  }

  #keep(key: string, counted: Promise<CountedTotals>): Promise<CountedTotals> {
    this.#kept.set(key, counted);
    counted.catch(() => this.#kept.delete(key));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
    return counted;
  }
}
