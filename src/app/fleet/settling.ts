import type { FleetStore } from "../../stores/fleet-store.ts";
import type { Epoch } from "./epoch.ts";
import { giveStandings, inventoriesTogether } from "./look-at-inventories.ts";

/** Of those without a standing so many are looked for at a time: looking passes by all that have one. */
const mostSought = 50 * inventoriesTogether;

/** All that others had stored was looked at under this knowledge. */
export interface Settled {
  readonly epoch: Epoch;
  /** the store's `outsideChanges` before it was looked at */
  readonly outside: number;
}

/** What a list is read under. */
export interface Beginning extends Settled {
  /** false: others have stored since, and nobody has looked whether all of it was looked at */
  readonly isSettled: boolean;
}

/** The knowledge in force. */
interface InForce {
  readonly epoch: Epoch;
  /** it is the first, and what was there before it is still being looked at: by check-ins under way too, which are under none */
  readonly isFirst: boolean;
}

export interface SettlingMeans {
  readonly store: FleetStore;
  readonly inForce: () => InForce;
  /** check-ins under way */
  readonly storing: ReadonlySet<Promise<unknown>>;
}

/**
 * No list may leave a device out because nobody has looked at its inventory under the knowledge in force. What is stored through this process is looked at
 * before it is stored; here is what others, in other processes, have stored beside us.
 */
export class Settling {
  readonly #store: FleetStore;
  readonly #inForce: () => InForce;
  readonly #storing: ReadonlySet<Promise<unknown>>;
  #settled: Settled | undefined;
  #settling: Promise<Settled> | undefined;
  /** the store's `outsideChanges` when a list was last begun */
  #seenOutside: number | undefined;

  constructor({ store, inForce, storing }: SettlingMeans) {
    this.#store = store;
    this.#inForce = inForce;
    this.#storing = storing;
  }

  /** Looks at all that others had stored when it was called. */
  async now(): Promise<Settled> {
    const settled = this.#settledAt(await this.#store.outsideChanges());
    if (settled !== undefined) return settled;
    // One that is under way may have begun before that was stored which we must not miss.
    await this.#settling?.catch(() => undefined);
    this.#settling ??= this.#settle().finally(() => {
      this.#settling = undefined;
    });
    return this.#settling;
  }

  /**
   * What a list that begins now is read under. While others go on storing, nothing is looked at for it, as that passes by all inventories: the list asks itself
   * what it needs to know. Where they pause, what they have stored is looked at.
   */
  async begin(): Promise<Beginning> {
    const outside = await this.#store.outsideChanges();
    const settled = this.#settledAt(outside);
    const { epoch, isFirst } = this.#inForce();
    const isPause = this.#seenOutside === outside && !isFirst;
    this.#seenOutside = outside;
    if (settled === undefined && !isPause) return { epoch, outside, isSettled: false };
    return { ...(settled ?? (await this.now())), isSettled: true };
  }

  /**
   * Looks at what devices were at a change that a walk has pinned since it began, whatever they have reported since. Nothing is looked at where all had been,
   * nobody else has stored anything, and the knowledge is in force still.
   */
  async asOf({ epoch, outside, isSettled }: Beginning, change: number): Promise<void> {
    const now = await this.#store.outsideChanges();
    if (isSettled && now === outside && epoch === this.#inForce().epoch) return;
    await this.giveStandings(epoch, change);
    this.#note({ epoch, outside: now });
  }

  /** Looks at all that has no standing yet, of what devices are and of what they were at a change that a walk pins. */
  async giveStandings(epoch: Epoch, sinceChange?: number): Promise<void> {
    for (let isLast = false; !isLast; ) {
      const sought = await this.#store.digestsWithoutStanding(epoch.number, mostSought, sinceChange);
      // Another process, to which this knowledge is of no use any more, has forgotten what we had kept under it; check-ins under way rely on that still.
      const isForgotten = sought.some((digest) => epoch.isKept(digest));
      if (isForgotten) {
        epoch.forgetKept();
        await Promise.allSettled([...this.#storing]);
      }
      await giveStandings(this.#store, epoch, sought);
      isLast = !isForgotten && sought.length < mostSought;
    }
  }

  async #settle(): Promise<Settled> {
    const { epoch } = this.#inForce();
    const outside = await this.#store.outsideChanges();
    await this.giveStandings(epoch);
    const settled = { epoch, outside };
    this.#note(settled);
    return settled;
  }

  /** Under the first knowledge, and under one that is not in force any more, check-ins may come that were not looked at. */
  #note(settled: Settled): void {
    const { epoch, isFirst } = this.#inForce();
    if (epoch === settled.epoch && !isFirst) this.#settled = settled;
  }

  /** Whether all that others had stored by then was looked at, under the knowledge in force. */
  #settledAt(outside: number): Settled | undefined {
    return this.#settled?.epoch === this.#inForce().epoch && this.#settled.outside === outside ? this.#settled : undefined;
  }
}
