import { type InstalledSoftware, type OperatingSystem, softwareEntry } from "../domain/fleet/inventory.ts";
import { parseCollectedAt } from "./collected-at.ts";
import { refusedDeviceName } from "./device-name.ts";
import type { InventoryFragment, OwnMembers } from "./format.ts";
import { FieldError, FieldReader, type TellProblem } from "./json-fields.ts";
import { isJsonObject, type JsonObject } from "./json-text.ts";
import { parseKbEntry } from "./kb-entry.ts";
import { LIMITS } from "./limits.ts";
import { extrasOf } from "./native-extras.ts";
import { parseOsVersion } from "./os-facts.ts";
import { presentMembers } from "./present-members.ts";

/** The name of the format, as the member `schema` carries it; absent is taken for this one. */
export const NATIVE_SCHEMA = "patchgap.inventory/1";

/**
 * One native inventory. Members that it does not know are kept beside it, never an error.
 * @throws FieldError for the first member of a wrong type or an impossible value
 */
export function readNativeItem(item: unknown, tell: TellProblem): InventoryFragment {
  const fields = fieldsOf(item);
  checkSchema(fields);
  const notes: string[] = [];
  return {
    ...ownMembers(fields, tell),
    os: operatingSystemOf(fields),
    installedKbs: installedKbsOf(fields, tell, notes),
    msiPatchKbs: kbList(fields, "msiPatchKbs", tell) ?? null,
    software: softwareOf(fields),
    pendingRestart: fields.flag("pendingRestart") ?? false,
    notes,
    ...presentMembers({ extras: extrasOf(item as JsonObject, tell) }),
  };
}

/**
 * What of a native inventory is the device's own; the rest is not looked at.
 * @throws FieldError for the first member of a wrong type or an impossible value
 */
export function readOwnMembers(item: unknown, tell: TellProblem): OwnMembers {
  return ownMembers(fieldsOf(item), tell);
}

function fieldsOf(item: unknown): FieldReader {
  if (!isJsonObject(item)) throw new FieldError("", "must be an object");
  return new FieldReader(item);
}

function ownMembers(fields: FieldReader, tell: TellProblem): OwnMembers {
  return {
    deviceName: deviceNameOf(fields),
    ...presentMembers({ deviceId: deviceIdOf(fields), collectedAt: collectedAtOf(fields), offeredKbs: kbList(fields, "offeredKbs", tell) }),
    tags: fields.texts("tags", LIMITS.tagsPerDevice) ?? [],
    ipAddresses: fields.texts("ipAddresses", LIMITS.addressesPerDevice) ?? [],
  };
}

function checkSchema(fields: FieldReader): void {
  const schema = fields.value("schema");
  if (schema !== undefined && schema !== NATIVE_SCHEMA) throw new FieldError("schema", `must be ${NATIVE_SCHEMA}, or be left out`);
}

function deviceNameOf(fields: FieldReader): string {
  const name = fields.value("deviceName");
  if (name === undefined) throw new FieldError("deviceName", "is missing");
  if (typeof name !== "string") throw new FieldError("deviceName", "must be a text");
  const refused = refusedDeviceName(name);
  if (refused !== undefined) throw new FieldError("deviceName", refused);
  return name;
}

function deviceIdOf(fields: FieldReader): string | undefined {
  const id = fields.text("deviceId");
  if (id === undefined || /^[0-9a-f]{40}$/i.test(id)) return id?.toLowerCase();
  throw new FieldError("deviceId", "must be 40 hexadecimal digits");
}

function collectedAtOf(fields: FieldReader): string | undefined {
  const text = fields.text("collectedAt");
  const moment = text === undefined ? undefined : parseCollectedAt(text);
  if (text !== undefined && moment === undefined)
    throw new FieldError("collectedAt", "must be a time with its zone, such as 2026-03-02T08:15:00Z");
  return moment;
}

/** Three different meanings: a list is a list, `null` could not be read, and a missing member was never asked for. */
function installedKbsOf(fields: FieldReader, tell: TellProblem, notes: string[]): readonly string[] | null {
  const list = kbList(fields, "installedKbs", tell);
  if (list !== undefined) return list;
  notes.push(
    fields.has("installedKbs")
      ? "installedKbs is null: the sender could not read the hotfix list"
      : "installedKbs is missing: what is installed is not known ([] says that nothing is)",
  );
  return null;
}

/** A text that names no KB is left out and told: crediting nothing is the safe side. Anything but texts refuses the item. */
function kbList(fields: FieldReader, name: string, tell: TellProblem): readonly string[] | undefined {
  const texts = fields.texts(name, LIMITS.kbsPerDevice);
  if (texts === undefined) return undefined;
  const kbs = new Set<string>();
  texts.forEach((text, index) => {
    const kb = parseKbEntry(text);
    if (kb === undefined) tell(`${fields.pathOf(name)}[${index}]`, "names no KB and was left out");
    else kbs.add(kb);
  });
  return [...kbs];
}

function operatingSystemOf(fields: FieldReader): OperatingSystem {
  const os = fields.object("os");
  if (os === undefined) throw new FieldError("os", "is missing");
  const numbers = versionOf(os);
  const optional = {
    caption: os.text("caption"),
    displayVersion: os.text("displayVersion"),
    installationType: os.oneOf("installationType", ["Client", "Server", "Server Core"]),
    architecture: os.oneOf("architecture", ["x64", "x86", "arm64", "ia64"]),
    hotpatch: os.flag("hotpatch"),
  };
  return { ...numbers, ...presentMembers(optional) };
}

/** `version` may hold everything (`10.0.19045.2965`), or the numbers stand in members of their own; saying both, they must agree. */
function versionOf(os: FieldReader): OperatingSystem {
  const text = os.text("version");
  const parts = text === undefined ? undefined : parseOsVersion(text);
  if (text !== undefined && parts === undefined) throw new FieldError("os.version", "must be a version such as 10.0.19045");
  const build = agreed("os.build", os.buildNumber("build"), parts?.build);
  const ubr = agreed("os.ubr", os.buildNumber("ubr"), parts?.ubr);
  if (build === undefined) throw new FieldError("os.build", "is missing, and os.version does not name the build either");
  return presentMembers({ version: parts?.version, build, ubr });
}

function agreed(field: string, number: number | undefined, inVersion: number | undefined): number | undefined {
  if (number !== undefined && inVersion !== undefined && number !== inVersion)
    throw new FieldError(field, "does not agree with os.version");
  return number ?? inVersion;
}

function softwareOf(fields: FieldReader): readonly InstalledSoftware[] {
  const list = fields.list("software", LIMITS.softwarePerDevice) ?? [];
  const path = fields.pathOf("software");
  return list.map((item, index) => {
    if (!isJsonObject(item)) throw new FieldError(`${path}[${index}]`, "must be an object");
    const entry = new FieldReader(item, path, index);
    const name = entry.text("name");
    if (name === undefined || name === "") throw new FieldError(entry.pathOf("name"), "is missing");
    return softwareEntry(entry.text("vendor"), name, entry.text("version"));
  });
}
