import { BoundedMap } from "../../domain/bounded-map.ts";
import type { DigestCounts } from "../../stores/fleet-store.ts";
import type { Fleet } from "./fleet.ts";
import { countFleet, type FleetTotals } from "./totals.ts";
import type { Sight } from "./walks.ts";

/** Totals, and the change of the fleet that they were counted at. */
export interface CountedTotals {
  readonly totals: FleetTotals;
  readonly change: number;
}

/** Totals are worked out once for every state of a fleet that is looked at, under the knowledge in force; so many are remembered. */
const mostKept = 8;

/** Counts fleets, and remembers the last states. */
export class TotalsKeeper {
  readonly #fleet: Fleet;
  readonly #kept = new BoundedMap<string, Promise<CountedTotals>>(mostKept);

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  async of(sight: Sight): Promise<CountedTotals> {
    const { tenantId, epoch, view } = sight;
    const { counts } = this.#fleet;
    const keyAt = (change: number): string => `${tenantId} ${epoch.number} ${change}`;
    const now = await counts.changeOf(view);
    const known = this.#kept.get(keyAt(now));
    if (known !== undefined) return known;
    const counting = counts.since(tenantId, view, now);
    if (view.change !== undefined) return this.#keep(keyAt(now), this.#total(sight, counting));
    // What was counted may be of a later change already: for whoever asks how things are now, not for who walks through what was.
    const { change } = await counting;
    return this.#kept.get(keyAt(change)) ?? this.#keep(keyAt(change), this.#total(sight, counting));
  }

  async #total({ epoch, view }: Sight, counting: Promise<DigestCounts>): Promise<CountedTotals> {
    const { counts, change } = await counting;
    const digests = counts.map(({ digest }) => digest);
    const summaries = await this.#fleet.summaries(epoch, digests);
    return { totals: countFleet(epoch, counts, summaries), change: view.change ?? change };
  }

  #keep(key: string, totals: Promise<CountedTotals>): Promise<CountedTotals> {
    this.#kept.set(key, totals);
    totals.catch(() => this.#kept.delete(key));
    return totals;
  }
}
