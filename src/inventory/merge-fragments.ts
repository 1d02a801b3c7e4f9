import { ProductError } from "../domain/errors.ts";
import type { InstalledSoftware, OperatingSystem } from "../domain/fleet/inventory.ts";
import { isSameDeviceName } from "./device-name.ts";
import type { InventoryFragment } from "./format.ts";
import { DESKTOP_ASSUMED } from "./os-facts.ts";
import { presentMembers } from "./present-members.ts";

/** A part of a device, and the file it comes from. */
export interface FragmentOfSource {
  readonly source: string;
  readonly fragment: InventoryFragment;
}

/**
 * Joins what several files say of one device. Lists are united; a list that one file could not read is taken from another.
 * @throws ProductError `unreadable-input` where the files contradict each other and so are not of one device, or not of one time
 */
export function mergeFragments(parts: readonly FragmentOfSource[]): InventoryFragment {
  const fragments = parts.map((part) => part.fragment);
  const installed = mergeInstalled(parts);
  const times = fragments.flatMap((fragment) => (fragment.collectedAt === undefined ? [] : [fragment.collectedAt])).sort();
  const offered = fragments.flatMap((fragment) => (fragment.offeredKbs === undefined ? [] : [fragment.offeredKbs]));
  const msiPatches = fragments.flatMap((fragment) => fragment.msiPatchKbs ?? []);
  return {
    ...presentMembers({
      deviceName: mergeNames(parts),
      deviceId: oneValue(parts, "deviceId", (fragment) => fragment.deviceId),
      collectedAt: times[0],
      os: mergeSystems(parts),
      installedKbs: installed.kbs,
      offeredKbs: offered.length === 0 ? undefined : distinct(offered.flat()),
      extras: mergeExtras(fragments),
    }),
    msiPatchKbs: fragments.some((fragment) => Array.isArray(fragment.msiPatchKbs)) ? distinct(msiPatches) : null,
    software: distinctSoftware(fragments.flatMap((fragment) => fragment.software ?? [])),
    pendingRestart: fragments.some((fragment) => fragment.pendingRestart === true),
    tags: distinct(fragments.flatMap((fragment) => fragment.tags ?? [])),
    ipAddresses: distinct(fragments.flatMap((fragment) => fragment.ipAddresses ?? [])),
    notes: mergeNotes(fragments, installed.notes),
  };
}

/** Of a member that several files bring, the first one's stays. */
function mergeExtras(fragments: readonly InventoryFragment[]): InventoryFragment["extras"] {
  const entries = fragments.flatMap((fragment) => Object.entries(fragment.extras ?? {}));
  return entries.length === 0 ? undefined : Object.fromEntries(entries.reverse());
}

/** Absent says nothing, `null` says that this file could not tell, and a list says what is installed. */
function mergeInstalled(parts: readonly FragmentOfSource[]): {
  readonly kbs: readonly string[] | null | undefined;
  readonly notes: readonly string[];
} {
  const told = parts.filter((part) => part.fragment.installedKbs !== undefined);
  const lists = told.flatMap((part) => (Array.isArray(part.fragment.installedKbs) ? [part.fragment.installedKbs] : []));
  if (lists.length === 0) return { kbs: told.length === 0 ? undefined : null, notes: [] };
  const unread = told.filter((part) => part.fragment.installedKbs === null).map((part) => part.source);
  const notes = unread.length === 0 ? [] : [`the hotfix list of ${unread.join(", ")} could not be read; that of another file was taken`];
  return { kbs: distinct(lists.flat()), notes };
}

/** The full DNS name where one file has it, the NetBIOS name otherwise. */
function mergeNames(parts: readonly FragmentOfSource[]): string | undefined {
  let merged: { readonly name: string; readonly source: string } | undefined;
  for (const { source, fragment } of parts) {
    const name = fragment.deviceName;
    if (name === undefined || name === "") continue;
    if (merged !== undefined && !isSameDeviceName(merged.name, name)) throw contradiction("deviceName", merged.source, source);
    if (merged === undefined || name.length > merged.name.length) merged = { name, source };
  }
  return merged?.name;
}

function mergeSystems(parts: readonly FragmentOfSource[]): OperatingSystem | undefined {
  const systems = parts.flatMap((part) => part.fragment.os ?? []);
  if (systems.length === 0) return undefined;
  return presentMembers({
    caption: systems.find((os) => os.caption !== undefined)?.caption,
    version: oneValue(parts, "os.version", (fragment) => fragment.os?.version),
    build: oneValue(parts, "os.build", (fragment) => fragment.os?.build),
    ubr: oneValue(parts, "os.ubr", (fragment) => fragment.os?.ubr),
    displayVersion: systems.find((os) => os.displayVersion !== undefined)?.displayVersion,
    installationType: mergeTypes(parts),
    architecture: oneValue(parts, "os.architecture", (fragment) => fragment.os?.architecture),
    hotpatch: oneValue(parts, "os.hotpatch", (fragment) => fragment.os?.hotpatch),
  });
}

/** A caption says Server and cannot say Core: beside a file that does, it is no contradiction. */
function mergeTypes(parts: readonly FragmentOfSource[]): OperatingSystem["installationType"] {
  const isCore = parts.some((part) => part.fragment.os?.installationType === "Server Core");
  return oneValue(parts, "os.installationType", ({ os }) =>
    isCore && os?.installationType === "Server" ? "Server Core" : os?.installationType,
  );
}

/** @throws ProductError where two files say different things */
function oneValue<T>(
  parts: readonly FragmentOfSource[],
  field: string,
  read: (fragment: InventoryFragment) => T | undefined,
): T | undefined {
  let known: { readonly value: T; readonly source: string } | undefined;
  for (const { source, fragment } of parts) {
    const value = read(fragment);
    if (value === undefined) continue;
    if (known !== undefined && known.value !== value) throw contradiction(field, known.source, source);
    known ??= { value, source };
  }
  return known?.value;
}

function contradiction(field: string, first: string, second: string): ProductError {
  return new ProductError("unreadable-input", `this differs from ${first}, so the two do not describe one device at one time`, {
    place: { source: second, field },
    hint: "--merge is for files of one device; without it every file is a device of its own.",
  });
}

/** That a desktop was assumed is no longer true once another file names the installation type. */
function mergeNotes(fragments: readonly InventoryFragment[], more: readonly string[]): readonly string[] {
  const isCore = fragments.some((fragment) => fragment.os?.installationType === "Server Core");
  const notes = distinct([...fragments.flatMap((fragment) => fragment.notes ?? []), ...more]);
  return isCore ? notes.filter((note) => note !== DESKTOP_ASSUMED) : notes;
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}

function distinctSoftware(software: readonly InstalledSoftware[]): InstalledSoftware[] {
  const keyed = new Map(software.map((entry) => [JSON.stringify([entry.vendor, entry.name, entry.version]), entry]));
  return [...keyed.values()];
}
