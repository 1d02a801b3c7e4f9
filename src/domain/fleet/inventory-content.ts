import { distinct } from "./distinct.ts";
import { type InstalledSoftware, type Inventory, type OperatingSystem, softwareEntry } from "./inventory.ts";

/** The part of an inventory that an answer is made of: the same for all devices that have the same. */
export type InventoryContent = Pick<Inventory, "os" | "installedKbs" | "msiPatchKbs" | "software" | "pendingRestart" | "notes">;

/** What belongs to the one device and changes no answer. */
export type DeviceFacts = Pick<Inventory, "tags" | "ipAddresses" | "offeredKbs" | "extras">;

/** The content in the one form that all orders and repetitions of the same report have. */
export function contentOf({ os, installedKbs, msiPatchKbs, software, pendingRestart, notes }: Inventory): InventoryContent {
  return {
    os: systemOf(os),
    installedKbs: installedKbs === null ? null : sorted(installedKbs),
    msiPatchKbs: msiPatchKbs === null ? null : sorted(msiPatchKbs),
    software: sortedSoftware(software),
    pendingRestart,
    notes: distinct(notes),
  };
}

/** No answer depends on whose inventory it is. */
export function inventoryOf(content: InventoryContent): Inventory {
  return { deviceName: "", tags: [], ipAddresses: [], ...content };
}

/** What of an inventory is the device's own. */
export function factsOf({ tags, ipAddresses, offeredKbs, extras }: DeviceFacts): DeviceFacts {
  return {
    tags: distinct(tags),
    ipAddresses: distinct(ipAddresses),
    ...(offeredKbs === undefined ? {} : { offeredKbs: sorted(offeredKbs) }),
    ...(extras === undefined ? {} : { extras }),
  };
}

const systemMembers = ["version", "build", "ubr", "caption", "displayVersion", "installationType", "architecture", "hotpatch"] as const;

function systemOf(os: OperatingSystem): OperatingSystem {
  const system: Record<string, unknown> = {};
  for (const name of systemMembers) if (os[name] !== undefined) system[name] = os[name];
  return system;
}

function sorted(texts: readonly string[]): string[] {
  return [...texts].sort().filter((text, index, all) => index === 0 || text !== all[index - 1]);
}

/** In the order of their texts as JSON, which every digest that was ever kept depends on. */
function sortedSoftware(software: readonly InstalledSoftware[]): InstalledSoftware[] {
  const keyed = new Map<string, InstalledSoftware>();
  for (const { vendor, name, version } of software)
    keyed.set(JSON.stringify([name, vendor, version]), softwareEntry(vendor, name, version));
  return [...keyed.keys()].sort().flatMap((key) => keyed.get(key) ?? []);
}
