import { type Catalog, emptyCatalog } from "../../domain/catalog/catalog.ts";
import { changeDays } from "../../domain/catalog/change-days.ts";
import type { Standing } from "../../domain/fleet/standing.ts";
import { printDay } from "../../domain/windows/day.ts";
import type { CheckIn, CheckInResult, DeviceStore } from "../../stores/device-store.ts";
import type { FleetStore, FleetView } from "../../stores/fleet-store.ts";
import { lookUpTogether } from "../look-up-together.ts";
import { CountsKeeper } from "./device-counts.ts";
import { Epoch } from "./epoch.ts";
import { giveStandings, inventoriesTogether, summariesOf } from "./look-at-inventories.ts";
import { Settling } from "./settling.ts";
import { type Summary, standingOf } from "./summary.ts";

export interface FleetMeans {
  readonly store: FleetStore & DeviceStore;
  readonly now: () => Date;
  /** says something else when the program says something else of the same inventory: its version */
  readonly rules: string;
}

/** A catalog as the store numbers it. */
export interface NumberedCatalog {
  readonly revision: number;
  /** ISO time */
  readonly createdAt: string;
  readonly contentHash: string;
  readonly catalog: Catalog;
}

/** What is known before anything is. */
const noCatalog: NumberedCatalog = { revision: 0, createdAt: "", contentHash: "", catalog: emptyCatalog() };

/** Knowledge that is replaced stays for those who walk through pages under it. */
const mostPastEpochs = 2;
/** So long at least, for those who were reading it when it was replaced; after that only while a walk goes on under it. */
const leastPastMs = 10 * 60_000;
const dayMs = 24 * 60 * 60_000;
/** Of all inventories so many are looked at while it is still being counted which there are. */
const firstSought = 8 * inventoriesTogether;

/**
 * The devices of all tenants under the knowledge of today. New knowledge takes over at once, after every inventory was looked at under it;
 * until then, and for walks that began before, the former is in force.
 */
export class Fleet {
  readonly store: FleetStore & DeviceStore;
  readonly now: () => Date;
  readonly counts: CountsKeeper;
  readonly settling: Settling;
  readonly #rules: string;
  /** by tenant */
  readonly #digests = new Map<string, (deviceId: string) => Promise<string | undefined>>();
  #numbered: NumberedCatalog = noCatalog;
  #current: Epoch;
  #coming: Epoch | undefined;
  /** check-ins under way */
  readonly #storing = new Set<Promise<unknown>>();
  #past: readonly Epoch[] = [];
  #taking: Promise<void> = Promise.resolve();
  readonly #known = Promise.withResolvers<void>();
  readonly #inForceSince = new WeakMap<Epoch, string>();
  readonly #pastSince = new WeakMap<Epoch, number>();
  /** the first knowledge is in force, and what was there before it is being looked at: by check-ins under way too, which are under none */
  #isFirst = false;

  private constructor({ store, now, rules }: FleetMeans, epoch: Epoch) {
    this.store = store;
    this.now = now;
    this.counts = new CountsKeeper(store);
    this.settling = new Settling({ store, storing: this.#storing, inForce: () => ({ epoch: this.#current, isFirst: this.#isFirst }) });
    this.#rules = rules;
    this.#current = epoch;
  }

  /** The fleet before anything is known; `take` brings the knowledge. */
  static async open(means: FleetMeans): Promise<Fleet> {
    return new Fleet(means, await makeEpoch(means, noCatalog));
  }

  /** The knowledge in force. */
  get epoch(): Epoch {
    return this.#current;
  }

  /** the revision in force; 0: none */
  get revision(): number {
    return this.#current.revision;
  }

  /** ISO time from which on no answer has changed by new knowledge alone: when it came into force here, however long it was there before. */
  knownSince(epoch: Epoch): string {
    return this.#inForceSince.get(epoch) ?? this.now().toISOString();
  }

  /** The epoch of that number, where it is still at hand. */
  epochOf(number: number): Epoch | undefined {
    return [this.#current, ...this.#past].find((epoch) => epoch.number === number);
  }

  /** Comes true with the first knowledge that is in force. */
  get known(): Promise<void> {
    return this.#known.promise;
  }

  /** today as a day number, by UTC */
  today(): number {
    return Math.floor(this.now().getTime() / dayMs);
  }

  /** Brings knowledge into force: one at a time, after every inventory was looked at under it. */
  take(numbered: NumberedCatalog): Promise<void> {
    const taken = this.#taking.then(() => this.#take(numbered));
    this.#taking = taken.catch(() => undefined);
    return taken;
  }

  /** Takes the same knowledge again when a day has come on which time changes its answers, and lets go of what nobody reads any more. */
  async keepUp(): Promise<void> {
    if (this.#current.validUntil <= this.today()) await this.take(this.#numbered);
    if (this.#past.some((epoch) => this.#isLongPast(epoch))) await this.#letGo();
  }

  #isLongPast(epoch: Epoch): boolean {
    return this.now().getTime() - (this.#pastSince.get(epoch) ?? 0) >= leastPastMs;
  }

  /** Each former knowledge holds a catalog, and what all inventories come to under it. */
  async #letGo(): Promise<void> {
    const walked = await this.#forgetEpochs();
    this.#past = this.#past.filter((epoch) => !this.#isLongPast(epoch) || walked.includes(epoch.number));
    // Those that are walked under are looked at again after as long a time.
    for (const epoch of this.#past) if (this.#isLongPast(epoch)) this.#pastSince.set(epoch, this.now().getTime());
  }

  #forgetEpochs(): Promise<readonly number[]> {
    const kept = [this.#current, ...this.#past].map(({ number }) => number);
    return this.store.forgetEpochs(kept, this.now().toISOString());
  }

  async #take(numbered: NumberedCatalog): Promise<void> {
    const epoch = await makeEpoch({ store: this.store, now: this.now, rules: this.#rules }, numbered);
    if (epoch.number === this.#current.number) return;
    // Before the first knowledge nothing is in force that the new could take the place of.
    this.#isFirst = this.#current.revision === 0;
    if (this.#isFirst) this.#putInForce(numbered, epoch);
    else this.#coming = epoch;
    try {
      // Those under way were not looked at under the new knowledge: where storing takes long they would be there after the last look.
      await Promise.allSettled([...this.#storing]);
      await this.#lookAtAll(epoch);
      // Whoever checks in from here on is looked at under both, so there is nothing left between the last look and the change.
      if (this.#current !== epoch) {
        this.#pastSince.set(this.#current, this.now().getTime());
        this.#past = [this.#current, ...this.#past].slice(0, mostPastEpochs);
        this.#putInForce(numbered, epoch);
      }
    } finally {
      this.#coming = undefined;
      this.#isFirst = false;
    }
    const walked = await this.#forgetEpochs();
    // Requests that are under way may ask for some of it once more; nobody else does.
    for (const past of this.#past) if (!walked.includes(past.number)) past.release();
  }

  #putInForce(numbered: NumberedCatalog, epoch: Epoch): void {
    this.#numbered = numbered;
    this.#current = epoch;
    this.#inForceSince.set(epoch, this.now().toISOString());
    this.#known.resolve();
  }

  async #lookAtAll(epoch: Epoch): Promise<void> {
    // Which inventories there are is found by counting all devices; some that lack a standing are looked at meanwhile.
    const reported = this.#reportedDigests(epoch);
    reported.catch(() => undefined);
    const lacking = await this.store.digestsWithoutStanding(epoch.number, firstSought);
    await giveStandings(this.store, epoch, lacking);
    const digests = await reported;
    // Of knowledge that is new nothing has a standing: those without one would be looked for among more and more that have one.
    const areMany = lacking.length === firstSought;
    if (areMany)
      await giveStandings(
        this.store,
        epoch,
        digests.filter((digest) => !epoch.isKept(digest)),
      );
    await this.summaries(epoch, digests);
    await this.settling.giveStandings(epoch);
  }

  /** What the devices of all tenants have reported last. */
  async #reportedDigests(epoch: Epoch): Promise<readonly string[]> {
    const reported = new Set<string>();
    for (const { id } of await this.store.tenants()) {
      const { counts } = await this.counts.of(id, { epoch: epoch.number, at: this.now().toISOString() });
      for (const { digest } of counts) reported.add(digest);
    }
    return [...reported];
  }

  /** What inventories come to, in their order. Others get their turn meanwhile. */
  summaries(epoch: Epoch, digests: readonly string[]): Promise<readonly Summary[]> {
    return summariesOf(this.store, epoch, digests);
  }

  /** The digest of what a device reports now; undefined where the tenant has no such device. */
  digestOf(tenantId: string, deviceId: string): Promise<string | undefined> {
    const known = this.#digests.get(tenantId);
    if (known !== undefined) return known(deviceId);
    const lookUp = lookUpTogether((deviceIds) => this.store.digestsOf(tenantId, deviceIds));
    this.#digests.set(tenantId, lookUp);
    return lookUp(deviceId);
  }

  /** What one inventory comes to. */
  async summary(epoch: Epoch, digest: string): Promise<Summary> {
    return epoch.known(digest) ?? ((await this.summaries(epoch, [digest]))[0] as Summary);
  }

  /** What is or will be in force. */
  get #inUse(): readonly Epoch[] {
    return this.#coming === undefined ? [this.#current] : [this.#current, this.#coming];
  }

  /** Works out what an inventory comes to that is about to check in, so that storing it need not wait for that. */
  lookAhead(inventory: Pick<CheckIn, "digest" | "content">): void {
    for (const epoch of this.#inUse) if (epoch.known(inventory.digest) === undefined) epoch.summarise(inventory.digest, inventory.content);
  }

  /** Stores inventories with what they come to under all knowledge that is or will be in force: no list sees one without. */
  async checkIn(tenantId: string, checkIns: readonly CheckIn[]): Promise<readonly CheckInResult[]> {
    const epochs = this.#inUse;
    const storing = this.store.checkIn(
      tenantId,
      checkIns,
      epochs.map((epoch) => ({ epoch: epoch.number, standings: newStandings(epoch, checkIns) })),
    );
    this.#storing.add(storing);
    const results = await storing.finally(() => this.#storing.delete(storing));
    for (const epoch of epochs) epoch.markKept(checkIns.map(({ digest }) => digest));
    return results;
  }

  /** The fleet as it is now. */
  async view(): Promise<FleetView> {
    const { epoch } = await this.settling.now();
    return { epoch: epoch.number, at: this.now().toISOString() };
  }
}

async function makeEpoch({ store, now, rules }: FleetMeans, { revision, contentHash, catalog }: NumberedCatalog): Promise<Epoch> {
  const today = Math.floor(now().getTime() / dayMs);
  const { since, until } = changeDays(catalog, today);
  const asOf = printDay(since);
  const number = await store.epoch({ contentHash, asOf, rules });
  return new Epoch({ number, revision, catalog, asOf, validUntil: until });
}

/** Of those inventories whose standing the store does not have yet. */
function newStandings(epoch: Epoch, checkIns: readonly CheckIn[]): readonly Standing[] {
  const unkept = new Map(checkIns.filter(({ digest }) => !epoch.isKept(digest)).map((checkIn) => [checkIn.digest, checkIn]));
  // Contents are asked for where they are needed only: they may have to be made.
  return [...unkept].map(([digest, checkIn]) => standingOf(digest, epoch.known(digest) ?? epoch.summarise(digest, checkIn.content)));
}
