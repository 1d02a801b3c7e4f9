import { ProductError } from "../domain/errors.ts";
import type { InstalledSoftware } from "../domain/fleet/inventory.ts";
import type { InventoryFormat, InventoryFragment, ParsedInput } from "./format.ts";
import { cell } from "./json-cell.ts";
import { type JsonObject, jsonFormatOf } from "./json-text.ts";
import { kbsNamedIn } from "./kb-entry.ts";
import { gatherKbs } from "./kb-list.ts";
import { LIMITS } from "./limits.ts";
import { dotnetOfRegistry } from "./osquery-registry.ts";
import { operatingSystemOf } from "./osquery-system.ts";
import { type HostTables, tablesIn } from "./osquery-tables.ts";
import { presentMembers } from "./present-members.ts";
import { ProblemList } from "./problem-list.ts";

/** What osquery prints as JSON: tables under their names, bare rows of one table, or osqueryd's snapshot log. */
export const osqueryJson: InventoryFormat = {
  name: "osquery",

  looksLike(text: string): boolean {
    return jsonFormatOf(text) === "osquery";
  },

  parse(text: string, source: string): ParsedInput {
    const problems = new ProblemList(source);
    const fragments = tablesIn(text, source, problems).map((host) => fragmentOf(host, problems));
    if (fragments.length === 0) throw new ProductError("unreadable-input", "this holds no snapshot of osquery", { place: { source } });
    return { fragments, problems: problems.toArray() };
  },
};

function fragmentOf({ host, tables }: HostTables, problems: ProblemList): InventoryFragment {
  const registry = tables.get("registry") ?? [];
  const programs = tables.get("programs");
  const system = tables.get("system_info")?.[0];
  const name = cell(system, "hostname") ?? cell(system, "computer_name") ?? host;
  const os = operatingSystemOf(tables.get("os_version")?.[0], registry, system, problems);
  const patches = tables.get("patches");
  const msiPatchKbs = programs === undefined ? null : officePatches(programs);
  const software = [...dotnetOfRegistry(registry), ...(programs ?? []).flatMap((row) => program(row))];
  return {
    ...presentMembers({ deviceName: name, os, installedKbs: patches === undefined ? undefined : patchList(patches, problems) }),
    ...(msiPatchKbs === null ? {} : { msiPatchKbs }),
    ...(software.length === 0 ? {} : { software: software.slice(0, LIMITS.softwarePerDevice) }),
    notes: software.length > LIMITS.softwarePerDevice ? [`more than ${LIMITS.softwarePerDevice} programs: the rest was left out`] : [],
  };
}

function patchList(rows: readonly JsonObject[], problems: ProblemList): readonly string[] {
  const ids = rows.map((row) => cell(row, "hotfix_id") ?? "");
  return gatherKbs(ids, (index) => `patches[${index}].hotfix_id`, problems);
}

function program(row: JsonObject): InstalledSoftware[] {
  const [name, version, vendor] = [cell(row, "name"), cell(row, "version"), cell(row, "publisher")];
  if (name === undefined) return [];
  return [{ name, ...presentMembers({ vendor, version }) }];
}

/**
 * Patches of Office's MSI editions stand among the programs as `Security Update for Microsoft Excel 2016 (KB4461542) 32-Bit Edition`.
 * Where none stands there, nothing is claimed: Click to Run has none, and some inventories leave them out.
 */
function officePatches(programs: readonly JsonObject[]): readonly string[] | null {
  const kbs = programs.flatMap((row) => {
    const name = cell(row, "name") ?? "";
    return /\bUpdate for Microsoft\b/.test(name) ? kbsNamedIn(name) : [];
  });
  return kbs.length === 0 ? null : [...new Set(kbs)];
}
