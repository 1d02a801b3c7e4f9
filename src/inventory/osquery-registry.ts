import type { InstalledSoftware, OperatingSystem } from "../domain/fleet/inventory.ts";
import { dotnetFrameworkOfRelease } from "./dotnet-release.ts";
import { buildNumberIn, cell } from "./json-cell.ts";
import type { JsonObject } from "./json-text.ts";
import { cleanCaption, installationTypeFrom } from "./os-facts.ts";
import { presentMembers } from "./present-members.ts";

const WINDOWS_KEY = "\\software\\microsoft\\windows nt\\currentversion";
const DOTNET_KEY = "\\software\\microsoft\\net framework setup\\ndp\\v4\\full";

/** What the registry knows of Windows itself: the revision that no other table of older osquery has. */
export function windowsOfRegistry(rows: readonly JsonObject[]): OperatingSystem {
  const values = valuesUnder(rows, WINDOWS_KEY);
  return presentMembers({
    caption: cleanCaption(values.get("productname") ?? "") || undefined,
    build: buildNumberIn(values.get("currentbuild") ?? values.get("currentbuildnumber")),
    ubr: buildNumberIn(values.get("ubr")),
    displayVersion: (values.get("displayversion") ?? values.get("releaseid")) || undefined,
    installationType: installationTypeFrom(values.get("installationtype") ?? ""),
  });
}

/** The installed .NET Framework 4.x with its version; MSRC names it without the build. */
export function dotnetOfRegistry(rows: readonly JsonObject[]): readonly InstalledSoftware[] {
  const values = valuesUnder(rows, DOTNET_KEY);
  const name = dotnetFrameworkOfRelease(Number(values.get("release") ?? 0));
  if (name === undefined) return [];
  return [{ vendor: "microsoft", name, ...presentMembers({ version: values.get("version") || undefined }) }];
}

/** Value names and data below a key; osquery prints the value's name as the last part of `path`, and some as `name` too. */
function valuesUnder(rows: readonly JsonObject[], key: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const row of rows) {
    const path = (cell(row, "path") ?? "").toLowerCase();
    const name = (cell(row, "name") ?? "").toLowerCase() || path.slice(path.lastIndexOf("\\") + 1);
    const rowKey = (cell(row, "key") ?? "").toLowerCase() || path.slice(0, path.lastIndexOf("\\"));
    if (rowKey.endsWith(key) && !rowKey.includes("wow6432node")) values.set(name, (cell(row, "data") ?? "").trim());
  }
  return values;
}
