import type { DeviceValue } from "../domain/fleet/device-tags.ts";
import type { InventoryContent } from "../domain/fleet/inventory-content.ts";
import type { Standing, StandingFacts } from "../domain/fleet/standing.ts";
import type { Filter } from "../odata/filter.ts";
import type { Ordering } from "../odata/property-lists.ts";
import type { DeviceCount, StoredDevice } from "./device-store.ts";

/**
 * CONTRACT of what lists of devices are read from, and of what keeps them steady: a list is read as of one change of the fleet and under one
 * epoch, however many devices check in meanwhile. No tenant sees another's. Every failure is a ProductError `database` or `busy`.
 */
export interface FleetStore {
  /** the number of an epoch: the same for the same facts, higher for newer ones */
  epoch(facts: EpochFacts): Promise<number>;
  /** keeps what digests come to under an epoch; those that are there are replaced */
  keepStandings(epoch: number, standings: readonly Standing[]): Promise<void>;
  /** digests of devices, of any tenant, that have no standing under the epoch yet; with a change that a walk pins, also of what devices were that changed since */
  digestsWithoutStanding(epoch: number, limit: number, sinceChange?: number): Promise<readonly string[]>;
  /** forgets the standings of epochs that are neither named nor needed by a walk, and says which ones walks need */
  forgetEpochs(kept: readonly number[], now: string): Promise<readonly number[]>;
  /** what digests stand for; those that are unknown are left out */
  inventories(digests: readonly string[]): Promise<readonly StoredContent[]>;
  /** another number once somebody else, in another process, has written */
  outsideChanges(): Promise<number>;
  /** the number of the last change of any device; while it stays the same, so does every count */
  lastChange(): Promise<number>;
  /** pins the fleet as it is now, for as long as a client walks through pages of it */
  openWalk(tenantId: string, walk: Omit<Walk, "id" | "change">): Promise<Walk>;
  /** a walk of that tenant that has not expired */
  walk(tenantId: string, id: string, now: string): Promise<Walk | undefined>;
  /** nothing for a walk that is over: the fleet may have changed since it expired */
  prolongWalk(id: string, expiresAt: string): Promise<void>;
  listDevices(tenantId: string, query: DeviceQuery): Promise<DeviceList>;
  /** distinct inventories and how many devices have each, as of the view */
  countDigests(tenantId: string, view: FleetView, options?: { readonly byGroup?: boolean }): Promise<DigestCounts>;
  /** Changes devices in their order, all or none; ids that are unknown are left out of the answer. */
  editDevices(tenantId: string, deviceIds: readonly string[], edit: DeviceEdit): Promise<readonly StoredDevice[]>;
}

/** What an epoch stands for: one state of the knowledge, on one day, under one program's rules. */
export interface EpochFacts {
  /** SHA-256 of the compiled catalog; empty without one */
  readonly contentHash: string;
  /** `YYYY-MM-DD` */
  readonly asOf: string;
  /** changes when the program says something else of the same inventory */
  readonly rules: string;
}

/** A state of the fleet that stays the same while it is read. */
export interface FleetView {
  readonly epoch: number;
  /** ISO time that "seen lately" is reckoned from */
  readonly at: string;
  /** the change that the fleet is seen as of; absent: as it is now */
  readonly change?: number;
}

/** A view that is kept alive. */
export interface Walk {
  readonly id: string;
  readonly epoch: number;
  readonly at: string;
  readonly change: number;
  /** ISO time */
  readonly expiresAt: string;
}

export interface DeviceQuery {
  readonly view: FleetView;
  /** names are those of the entity `machines` or `machineReferences` */
  readonly filter?: Filter;
  /** ends with the id; absent: by id */
  readonly orderBy?: readonly Ordering[];
  /** devices that have one of these inventories only */
  readonly digests?: readonly string[];
  /** devices whose report is another since, or that are new since; ISO time */
  readonly changedSince?: string;
  /** devices whose id comes after it; for lists ordered by id only */
  readonly after?: string;
  readonly skip?: number;
  readonly limit: number;
  /** tags, value, addresses and standings are not wanted, and left out of the answer: a bulk list shows none; for lists ordered by id only */
  readonly isBrief?: boolean;
  /** the number of devices on all pages together is wanted */
  readonly count?: boolean;
  /** whether every device of the tenant was examined is wanted, in the state that the list is read in */
  readonly asksIfExamined?: boolean;
}

export interface DeviceList {
  readonly devices: readonly ListedDevice[];
  /** absent: not asked for */
  readonly total?: number;
  /** whether every device of the tenant, on whatever page, had a standing under the view's epoch; absent: not asked for */
  readonly isExamined?: boolean;
  /** the change that the list was read at */
  readonly change: number;
}

export interface DigestCounts {
  /** ordered by digest, then by group */
  readonly counts: readonly GroupCount[];
  readonly change: number;
}

/** So many devices of a group have one inventory. */
export interface GroupCount extends DeviceCount {
  /** 0: in no group, or groups were not asked for */
  readonly groupId: number;
  readonly groupName: string | null;
}

export interface StoredContent {
  readonly digest: string;
  /** unpacked when it is asked for, each time */
  readonly content: InventoryContent;
}

/** A device as it stands in a list. */
export interface ListedDevice {
  readonly deviceId: string;
  readonly name: string;
  readonly digest: string;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly tags: readonly string[];
  readonly addresses: readonly string[];
  readonly value: DeviceValue;
  /** 0: in no group */
  readonly groupId: number;
  readonly groupName: string | null;
  /** undefined until the digest was examined under the view's epoch */
  readonly standing: StandingFacts | undefined;
}

export interface DeviceEdit {
  readonly addTags?: readonly string[];
  readonly removeTags?: readonly string[];
  /** exactly these tags */
  readonly setTags?: readonly string[];
  readonly value?: DeviceValue;
}

/** A device that was not seen for longer is inactive, as in Defender. */
export const activeMs: number = 7 * 24 * 60 * 60_000;
