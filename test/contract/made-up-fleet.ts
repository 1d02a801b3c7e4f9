import { createHash } from "node:crypto";
import { type DeviceValue, groupOf } from "../../src/domain/fleet/device-tags.ts";
import type { DeviceFacts, InventoryContent } from "../../src/domain/fleet/inventory-content.ts";
import type { Standing, StandingFacts } from "../../src/domain/fleet/standing.ts";
import { compareText } from "../../src/odata/texts.ts";
import type { CheckIn } from "../../src/stores/device-store.ts";
import { activeMs, type DeviceEdit, type EpochFacts, type ListedDevice } from "../../src/stores/fleet-store.ts";
import { hostileNames } from "../fixtures/hostile-names.ts";

const start = Date.parse("2026-01-01T00:00:00.000Z");

export function momentOf(minutes: number, milliseconds = 0): string {
  return new Date(start + minutes * 60_000 + milliseconds).toISOString();
}

export function hex(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}

export function contentOf(number: number): InventoryContent {
  return { os: { build: 19045, ubr: number }, installedKbs: [], msiPatchKbs: null, software: [], pendingRestart: false, notes: [] };
}

export function digestOf(number: number): string {
  return createHash("sha256")
    .update(JSON.stringify(contentOf(number)))
    .digest("hex");
}

/** A check-in of device `id` at a minute with the content of a number. */
export function aCheckIn(id: string, minutes: number, number: number, facts: Partial<CheckIn> = {}): CheckIn {
  const at = momentOf(minutes);
  return {
    deviceId: hex(id),
    name: id,
    at,
    receivedAt: at,
    digest: digestOf(number),
    content: contentOf(number),
    facts: { tags: [], ipAddresses: [] },
    ...facts,
  };
}

export const epochs: readonly [EpochFacts, EpochFacts] = [
  { contentHash: "c1", asOf: "2026-01-01", rules: "r" },
  { contentHash: "c2", asOf: "2026-01-02", rules: "r" },
];

/** Contents from 0 on have a standing, but for this one. */
export const unexamined = 9;

const platforms = ["Windows10", "Windows11", "WindowsServer2019", "windows10", null];
const levels = ["None", "Low", "Medium", "High", null];

/** What a content comes to: another thing under each epoch. The content 8 is of a system that nobody knows. */
export function standingOf(number: number, epoch: number): StandingFacts | undefined {
  if (number === unexamined) return undefined;
  if (number === 8) return { osPlatform: null, release: null, osBuild: null, architecture: null, exposureLevel: null, riskScore: null };
  return {
    osPlatform: platforms[number % 5] ?? null,
    release: number % 3 === 0 ? null : `2${number}H2`,
    osBuild: number % 4 === 0 ? null : 19_000 + number * (1 + epoch),
    architecture: number % 2 === 0 ? "64-bit" : null,
    exposureLevel: levels[(number + epoch) % 5] ?? null,
    riskScore: levels[(number * 2 + epoch) % 5] ?? null,
  };
}

export function standingsOf(epoch: number): readonly Standing[] {
  return Array.from({ length: 10 }, (_, number) => number).flatMap((number) => {
    const facts = standingOf(number, epoch);
    return facts === undefined ? [] : [{ digest: digestOf(number), ...facts }];
  });
}

/** Texts that filters and SQL are often wrong about. */
const texts = ["100%", "a_b", "axb", "it's", 'say "x"', "\\", "ÜNÏ", "ünï", "\u{1f600}", "\uffee", "", " ", "?", "K\u212a", "k", "'; --"];
const tags = [...texts, "same", "Same", "group:b", "group:a", "group:\u{1f600}", "group:", "10", ...hostileNames.slice(0, 30)];
const addresses = ["10.0.0.7", "10.0.0.70", "FE80::6", "fe80::6", "192.168.0.1", "%", "ÜNÏ", ...hostileNames.slice(12, 30)];

/** Some hundred devices, each with something to stumble over, and times with milliseconds. */
export function oddCheckIns(): readonly CheckIn[] {
  const names = [...hostileNames, ...texts, ...Array.from({ length: 60 }, (_, index) => `${index % 2 === 0 ? "PC" : "pc"}-${index % 40}`)];
  return names.map((name, index) =>
    aCheckIn(`odd ${index}`, 0, index % 10, {
      name,
      at: momentOf((index % 20) * 60 * 24, index * 7),
      receivedAt: momentOf(30 * 60 * 24 + (index % 5)),
      facts: {
        tags: picked(tags, index, index % 4),
        ipAddresses: picked(addresses, index * 5, (index + 1) % 4),
        ...(index % 6 === 0 ? { extras: { ipAddresses: ["1.1.1.1"] } } : {}),
      },
      ...(index % 7 === 0 ? { assignTags: picked(tags, index * 3, 2) } : {}),
    }),
  );
}

function picked(texts: readonly string[], from: number, number: number): string[] {
  return [...new Set(Array.from({ length: number }, (_, index) => texts[(from + index * 11) % texts.length] ?? ""))];
}

/** A device as the model holds it; never changed, only replaced. */
interface ModelDevice {
  readonly name: string;
  readonly digest: string;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly facts: DeviceFacts;
  readonly assigned: readonly string[];
  readonly removed: readonly string[];
  readonly value: DeviceValue;
  readonly changedAt: string;
}

/** The devices of one tenant, as the contract says they are. */
export class FleetModel {
  #devices: ReadonlyMap<string, ModelDevice>;

  constructor(devices: ReadonlyMap<string, ModelDevice> = new Map()) {
    this.#devices = devices;
  }

  /** the fleet as it is now, whatever comes later */
  pinned(): FleetModel {
    return new FleetModel(this.#devices);
  }

  checkIn(checkIn: CheckIn): void {
    const { deviceId, name, at, receivedAt, digest, facts, assignTags = [] } = checkIn;
    const held = this.#devices.get(deviceId);
    const assigned = union(held?.assigned ?? [], assignTags);
    const own = { removed: [], value: "Normal" as const, ...held, assigned };
    if (held !== undefined && at < held.lastSeen) {
      this.#put(deviceId, { ...held, assigned, firstSeen: at < held.firstSeen ? at : held.firstSeen });
    } else {
      const changedAt = held?.digest === digest ? held.changedAt : receivedAt;
      this.#put(deviceId, { ...own, name, digest, facts, firstSeen: held?.firstSeen ?? at, lastSeen: at, changedAt });
    }
  }

  edit(deviceIds: readonly string[], { addTags = [], removeTags = [], setTags, value }: DeviceEdit): void {
    for (const deviceId of deviceIds) {
      const held = this.#devices.get(deviceId);
      if (held === undefined) continue;
      const { tags: reported } = held.facts;
      const without = (all: readonly string[], gone: readonly string[]): string[] => all.filter((tag) => !gone.includes(tag));
      const assigned = setTags === undefined ? without(union(held.assigned, addTags), removeTags) : union(setTags, []);
      const gone = setTags === undefined ? without(removeTags, without(removeTags, reported)) : reported;
      const removed = without(union(held.removed, gone), setTags ?? addTags);
      this.#put(deviceId, { ...held, assigned, removed, value: value ?? held.value });
    }
  }

  #put(deviceId: string, device: ModelDevice): void {
    this.#devices = new Map([...this.#devices, [deviceId, device]]);
  }

  changedAt(deviceId: string): string {
    return this.#devices.get(deviceId)?.changedAt ?? "";
  }

  /** The devices as a list shows them under an epoch, 0 or 1; ordered by id. */
  listed(epoch: number): readonly ListedDevice[] {
    const standings = new Map(standingsOf(epoch).map(({ digest, ...facts }) => [digest, facts]));
    return [...this.#devices].sort(([a], [b]) => compareText(a, b)).map(([deviceId, device]) => listedOf(deviceId, device, standings));
  }
}

function listedOf(deviceId: string, device: ModelDevice, standings: ReadonlyMap<string, StandingFacts>): ListedDevice {
  const { name, digest, firstSeen, lastSeen, facts, assigned, removed, value } = device;
  const tags = union(assigned, facts.tags).filter((tag) => !removed.includes(tag));
  const group = groupOf(tags);
  return {
    ...{ deviceId, name, digest, firstSeen, lastSeen, tags, addresses: facts.ipAddresses, value },
    groupId: group?.id ?? 0,
    groupName: group?.name ?? null,
    standing: standings.get(digest),
  };
}

function union(left: readonly string[], right: readonly string[]): string[] {
  return [...new Set([...left, ...right])];
}

/** A device as a row of `machines` and of `machineReferences`. */
export function wireRow(device: ListedDevice, at: string): Readonly<Record<string, unknown>> {
  const { deviceId, name, firstSeen, lastSeen, tags, addresses, value, groupId, groupName, standing } = device;
  return {
    id: deviceId,
    isExcluded: false,
    computerDnsName: name,
    ...{ firstSeen, lastSeen },
    osPlatform: standing?.osPlatform ?? null,
    version: standing?.release ?? null,
    osBuild: standing?.osBuild ?? null,
    lastIpAddress: addresses[0] ?? null,
    healthStatus: Date.parse(lastSeen) >= Date.parse(at) - activeMs ? "Active" : "Inactive",
    deviceValue: value,
    rbacGroupId: groupId,
    rbacGroupName: groupName,
    riskScore: standing?.riskScore ?? null,
    exposureLevel: standing?.exposureLevel ?? null,
    aadDeviceId: null,
    onboardingStatus: "Onboarded",
    machineTags: tags,
    ipAddresses: addresses.map((ipAddress) => ({ ipAddress, macAddress: null, type: "Other", operationalStatus: "Up" })),
    detectionTime: null,
  };
}
