import type { TellProblem } from "./json-fields.ts";
import { isJsonObject, type JsonObject } from "./json-text.ts";

const KNOWN: ReadonlySet<string> = new Set([
  "schema",
  "deviceName",
  "deviceId",
  "collectedAt",
  "os",
  "installedKbs",
  "msiPatchKbs",
  "pendingRestart",
  "offeredKbs",
  "software",
  "tags",
  "ipAddresses",
]);
const KNOWN_OF_OS: ReadonlySet<string> = new Set([
  "caption",
  "version",
  "build",
  "ubr",
  "displayVersion",
  "installationType",
  "architecture",
  "hotpatch",
]);
const KNOWN_OF_SOFTWARE: ReadonlySet<string> = new Set(["vendor", "name", "version"]);

/** Deeper ones cannot be written as JSON again without a stack to match. */
const DEEPEST = 100;

/**
 * The members of a native inventory that patchgap does not know, in the shape they came in: those of the system under `os`, and the
 * entries of `software` that have some stand whole under `software`. Undefined where there are none.
 */
export function extrasOf(item: JsonObject, tell: TellProblem): JsonObject | undefined {
  const { os, software } = item;
  if (!hasUnknown(item, KNOWN) && !hasUnknown(os, KNOWN_OF_OS) && !hasUnknownWithin(software)) return undefined;
  const extras = new Map(unknownMembers(item, KNOWN, "", tell));
  const ofOs = isJsonObject(os) ? unknownMembers(os, KNOWN_OF_OS, "os.", tell) : [];
  if (ofOs.length > 0) extras.set("os", Object.fromEntries(ofOs));
  const ofSoftware = Array.isArray(software) ? software.flatMap((entry, index) => softwareExtras(entry, index, tell)) : [];
  if (ofSoftware.length > 0) extras.set("software", ofSoftware);
  return extras.size === 0 ? undefined : Object.fromEntries(extras);
}

/** Most inventories have none, and are looked through without a list of what they have. */
function hasUnknown(object: unknown, known: ReadonlySet<string>): boolean {
  if (!isJsonObject(object)) return false;
  for (const name in object) if (!known.has(name)) return true;
  return false;
}

function hasUnknownWithin(software: unknown): boolean {
  return Array.isArray(software) && software.some((entry) => hasUnknown(entry, KNOWN_OF_SOFTWARE));
}

function softwareExtras(entry: unknown, index: number, tell: TellProblem): JsonObject[] {
  if (!isJsonObject(entry)) return [];
  const unknown = unknownMembers(entry, KNOWN_OF_SOFTWARE, `software[${index}].`, tell);
  const known = Object.entries(entry).filter(([name]) => KNOWN_OF_SOFTWARE.has(name));
  return unknown.length === 0 ? [] : [Object.fromEntries([...known, ...unknown])];
}

function unknownMembers(object: JsonObject, known: ReadonlySet<string>, path: string, tell: TellProblem): [string, unknown][] {
  return Object.entries(object).filter(([name, value]) => {
    if (known.has(name)) return false;
    if (isWithin(value, DEEPEST)) return true;
    tell(`${path}${name}`, `is nested deeper than ${DEEPEST} levels and was not kept`);
    return false;
  });
}

function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((member) => isWithin(member, levels - 1));
}
