import { BoundedMap } from "../../domain/bounded-map.ts";
import type { DigestCounts, FleetStore, FleetView } from "../../stores/fleet-store.ts";

type CountedStore = Pick<FleetStore, "countDigests" | "lastChange">;

/** Of so many tenants the last count is remembered. */
const mostKept = 8;
/** When nobody has asked for any count for so long all are let go: each holds the digests of a fleet's inventories. */
const idleMs = 30_000;

interface Count {
  /** the last change when it was begun */
  readonly askedAt: number;
  readonly counting: Promise<DigestCounts>;
  /** the change that it is of, once that is known: it may be a later one */
  countedAt?: number;
}

/**
 * Counts which inventories the devices of tenants have, and remembers the last count of each tenant: while no device changes it stays the same, under
 * whatever knowledge. Counting passes by all devices; asking whether one has changed costs next to nothing.
 */
export class CountsKeeper {
  readonly #store: CountedStore;
  readonly #kept = new BoundedMap<string, Count>(mostKept);
  readonly #idle = setTimeout(() => this.#letGo(), idleMs).unref();
  #underWay = 0;

  constructor(store: CountedStore) {
    this.#store = store;
  }

  /** The change that the view is of. */
  async changeOf(view: FleetView): Promise<number> {
    return view.change ?? this.#store.lastChange();
  }

  /** Counts as of the view. */
  async of(tenantId: string, view: FleetView): Promise<DigestCounts> {
    return this.since(tenantId, view, await this.changeOf(view));
  }

  /** The same, for who knows already that `change` is the last one, or the view's own. */
  since(tenantId: string, view: FleetView, change: number): Promise<DigestCounts> {
    // What a walk sees is not what others ask for.
    if (view.change !== undefined) return this.#store.countDigests(tenantId, view);
    this.#idle.refresh();
    const kept = this.#kept.get(tenantId);
    if (kept?.askedAt === change || kept?.countedAt === change) return kept.counting;
    const count: Count = { askedAt: change, counting: this.#store.countDigests(tenantId, view) };
    this.#kept.set(tenantId, count);
    void this.#follow(tenantId, count);
    return count.counting;
  }

  async #follow(tenantId: string, count: Count): Promise<void> {
    this.#underWay++;
    try {
      count.countedAt = (await count.counting).change;
    } catch {
      // Whoever waits for it is told; whoever comes has it begun again.
      if (this.#kept.get(tenantId) === count) this.#kept.delete(tenantId);
    }
    this.#underWay--;
    this.#idle.refresh();
  }

  /** One under way may be waited for by whoever comes; when it has ended the time begins again. */
  #letGo(): void {
    if (this.#underWay === 0) this.#kept.clear();
  }
}
