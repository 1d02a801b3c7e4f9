import { ProductError } from "../domain/errors.ts";
import type { OperatingSystem } from "../domain/fleet/inventory.ts";
import { parseCollectedAt } from "./collected-at.ts";
import type { InventoryFormat, InventoryFragment, ParsedInput } from "./format.ts";
import { buildNumberIn, cell } from "./json-cell.ts";
import { member } from "./json-fields.ts";
import { isJsonObject, type JsonObject, jsonFormatOf, parseJson } from "./json-text.ts";
import { gatherKbs } from "./kb-list.ts";
import { architectureFrom, cleanCaption, installationTypeByCaption, installationTypeFrom, parseOsVersion } from "./os-facts.ts";
import { presentMembers } from "./present-members.ts";
import { ProblemList } from "./problem-list.ts";

/** `Get-ComputerInfo | ConvertTo-Json`: one object, or an array of those of several devices. */
export const computerInfoJson: InventoryFormat = {
  name: "computer-info",

  looksLike(text: string): boolean {
    return jsonFormatOf(text) === "computer-info";
  },

  parse(text: string, source: string): ParsedInput {
    const value = parseJson(text, source);
    const objects = (Array.isArray(value) ? value : [value]).filter(isJsonObject);
    if (objects.length === 0) throw new ProductError("unreadable-input", "this holds no output of Get-ComputerInfo", { place: { source } });
    const problems = new ProblemList(source);
    const fragments = objects.map((object) => fragmentOf(object, problems));
    return { fragments, problems: problems.toArray() };
  },
};

function fragmentOf(info: JsonObject, problems: ProblemList): InventoryFragment {
  const hotfixes = hotfixesOf(info, problems);
  return {
    ...presentMembers({
      deviceName: cell(info, "CsDNSHostName") ?? cell(info, "CsName"),
      os: operatingSystemOf(info),
      collectedAt: collectedAtOf(cell(info, "OsLocalDateTime")),
      installedKbs: hotfixes,
    }),
    notes: hotfixes === null ? ["OsHotFixes of Get-ComputerInfo could not be read"] : [],
  };
}

/**
 * The caption is OsName: WindowsProductName still says Windows 10 on Windows 11. WindowsVersion stays at 2009 since 20H2,
 * so it is no display version where OSDisplayVersion is missing.
 */
function operatingSystemOf(info: JsonObject): OperatingSystem | undefined {
  const caption = cleanCaption(cell(info, "OsName") ?? cell(info, "WindowsProductName") ?? "");
  const version = parseOsVersion(cell(info, "OsVersion") ?? "");
  const build = buildNumberIn(cell(info, "OsBuildNumber")) ?? version?.build;
  if (build === undefined) return undefined;
  return presentMembers({
    caption: caption || undefined,
    version: version?.version,
    build,
    ubr: buildNumberIn(cell(info, "WindowsUBR")),
    displayVersion: cell(info, "OSDisplayVersion") ?? cell(info, "OsDisplayVersion"),
    installationType: installationTypeOf(info, caption),
    architecture: architectureFrom(cell(info, "CsSystemType") ?? "") ?? architectureFrom(cell(info, "OsArchitecture") ?? ""),
  });
}

/** `OsServerLevel` is the word or its number, as the version of PowerShell has it: Nano Server, Server Core, and Core with its tools. */
const CORE_LEVELS: readonly string[] = ["1", "2", "3", "NanoServer", "ServerCore", "ServerCoreWithManagementTools"];

function installationTypeOf(info: JsonObject, caption: string): OperatingSystem["installationType"] {
  const stated = installationTypeFrom(cell(info, "WindowsInstallationType") ?? "");
  if (stated !== undefined) return stated;
  if (caption === "") return undefined;
  const type = installationTypeByCaption(caption);
  return type === "Server" && CORE_LEVELS.includes(cell(info, "OsServerLevel") ?? "") ? "Server Core" : type;
}

/** Absent: was not asked for. `null` and what ConvertTo-Json prints beyond its depth: could not be read. */
function hotfixesOf(info: JsonObject, problems: ProblemList): readonly string[] | null | undefined {
  const value = member(info, "OsHotFixes");
  if (value === undefined) return undefined;
  const entries = isJsonObject(value) ? [value] : value;
  if (!Array.isArray(entries)) return null;
  const ids = entries.map((entry) => (isJsonObject(entry) ? (cell(entry, "HotFixID") ?? "") : ""));
  const kbs = gatherKbs(ids, (index) => `OsHotFixes[${index}].HotFixID`, problems);
  return kbs.length === 0 && entries.length > 0 ? null : kbs;
}

/** Windows PowerShell prints `/Date(1705500000000)/`, PowerShell 7 a time with its zone. */
function collectedAtOf(text: string | undefined): string | undefined {
  const milliseconds = /^\/Date\((\d{12,13})\)\/$/.exec(text ?? "")?.[1];
  return milliseconds === undefined ? parseCollectedAt(text ?? "") : new Date(Number(milliseconds)).toISOString();
}
