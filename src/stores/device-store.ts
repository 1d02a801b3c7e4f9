import type { DeviceValue } from "../domain/fleet/device-tags.ts";
import type { DeviceFacts, InventoryContent } from "../domain/fleet/inventory-content.ts";
import type { Standing } from "../domain/fleet/standing.ts";

/**
 * CONTRACT of what remembers devices: tenants, devices, what they report, and when it changed. No tenant sees another's devices.
 * Every failure is a ProductError `database`, and a rejection: nothing throws at once.
 */
export interface DeviceStore {
  /** one, called `default`, exists from the start; ordered by alias */
  tenants(): Promise<readonly Tenant[]>;
  /** false: id or alias is taken */
  addTenant(tenant: Tenant): Promise<boolean>;
  /** Takes inventories in, in their order, all or none; when it answers they are on the disk, and `standings` with them. */
  checkIn(tenantId: string, checkIns: readonly CheckIn[], standings?: readonly EpochStandings[]): Promise<readonly CheckInResult[]>;
  device(tenantId: string, deviceId: string): Promise<StoredDevice | undefined>;
  /** the digests of what devices report now, in the order in which they are named; undefined for a device that is unknown */
  digestsOf(tenantId: string, deviceIds: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** every device of that name, letter case aside, ordered by id */
  devicesNamed(tenantId: string, name: string): Promise<readonly StoredDevice[]>;
  /** the devices whose id comes after the one named, ordered by id */
  devices(tenantId: string, page: { readonly after?: string; readonly limit: number }): Promise<readonly StoredDevice[]>;
  /** when what the device reports changed, and to what, ordered by time; no two in a row are the same */
  history(tenantId: string, deviceId: string): Promise<readonly HistoryEntry[]>;
  /** the distinct inventories in force and how many devices have each, ordered by digest */
  deviceCounts(tenantId: string): Promise<readonly DeviceCount[]>;
  /** what a digest stands for */
  inventory(digest: string): Promise<InventoryContent | undefined>;
  close(): Promise<void>;
}

export interface Tenant {
  /** as tokens name it: a UUID */
  readonly id: string;
  readonly alias: string;
}

/** One inventory of one device, ready to be kept. */
export interface CheckIn {
  /** 40 lower-case hex digits */
  readonly deviceId: string;
  readonly name: string;
  /** ISO time that orders the inventories of a device: the later one counts, of equal ones the one that came last */
  readonly at: string;
  /** ISO time of its arrival */
  readonly receivedAt: string;
  readonly digest: string;
  readonly content: InventoryContent;
  readonly facts: DeviceFacts;
  /** tags that the device keeps whatever it reports; absent: none are added */
  readonly assignTags?: readonly string[];
}

/** What digests come to under an epoch: kept with the devices that have them, so that no list ever sees one without. */
export interface EpochStandings {
  readonly epoch: number;
  readonly standings: readonly Standing[];
}

export interface CheckInResult {
  readonly outcome: CheckInOutcome;
  /** absent: the identity is beyond doubt */
  readonly doubt?: IdentityDoubt;
}

/** `older`: a newer one is held, this one went into the history only. */
export type CheckInOutcome = "new" | "updated" | "unchanged" | "older";

/** One id or one name that may stand for two computers. */
export type IdentityDoubt =
  | { readonly kind: "renamed"; readonly formerName: string }
  | { readonly kind: "same-name"; readonly deviceId: string }
  | { readonly kind: "alternates" };

export interface StoredDevice {
  readonly deviceId: string;
  /** as last reported */
  readonly name: string;
  readonly digest: string;
  /** ISO times of its first and its newest inventory */
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** ISO time of the last arrival that counted */
  readonly receivedAt: string;
  readonly facts: DeviceFacts;
  readonly assignedTags: readonly string[];
  /** tags taken away, whatever the device reports */
  readonly removedTags: readonly string[];
  readonly value: DeviceValue;
}

export interface HistoryEntry {
  readonly at: string;
  readonly digest: string;
}

export interface DeviceCount {
  readonly digest: string;
  readonly devices: number;
}

/** What names are compared by: letter case and the two ways of writing an accent make no difference. */
export function nameKey(name: string): string {
  return name.normalize("NFC").toLowerCase();
}
