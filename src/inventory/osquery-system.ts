import type { OperatingSystem } from "../domain/fleet/inventory.ts";
import { buildNumberIn, cell } from "./json-cell.ts";
import type { JsonObject } from "./json-text.ts";
import { architectureFrom, cleanCaption, installationTypeByCaption, parseOsVersion } from "./os-facts.ts";
import { windowsOfRegistry } from "./osquery-registry.ts";
import { presentMembers } from "./present-members.ts";
import type { ProblemList } from "./problem-list.ts";

/** The operating system: the version table first; the registry adds the revision, and stands in where the table was not asked for. */
export function operatingSystemOf(
  row: JsonObject | undefined,
  registry: readonly JsonObject[],
  system: JsonObject | undefined,
  problems: ProblemList,
): OperatingSystem | undefined {
  const known = windowsOfRegistry(registry);
  const architecture = architectureFrom(cell(row, "arch") ?? "") ?? architectureFrom(cell(system, "cpu_type") ?? "");
  if (row === undefined)
    return known.build === undefined ? undefined : { ...known, ...presentMembers({ architecture, version: versionOfBuild(known.build) }) };
  tellPlatform(row, problems);
  const described = { ...byCaption(row), ...presentMembers({ architecture }) };
  const version = parseOsVersion(cell(row, "version") ?? "");
  const build = buildNumberIn(cell(row, "build")) ?? version?.build ?? known.build;
  const numbers = presentMembers({ version: version?.version, build });
  if (build === undefined) problems.add("os_version names no build of Windows", { field: "os_version.build" });
  if (known.build !== undefined && known.build !== build) {
    problems.add(`os_version names build ${build}, the registry ${known.build}: what the registry says was left out`, {
      field: "registry",
    });
    return { ...described, ...numbers };
  }
  const ubr = buildNumberIn(cell(row, "revision")) ?? version?.ubr ?? known.ubr;
  const { displayVersion, installationType } = known;
  return { ...described, ...numbers, ...presentMembers({ ubr, displayVersion, installationType }) };
}

/** The table's own name, not the registry's: that one still says Windows 10 on Windows 11. */
function byCaption(row: JsonObject): OperatingSystem {
  const caption = cleanCaption(cell(row, "name") ?? "");
  return caption === "" ? {} : { caption, installationType: installationTypeByCaption(caption) };
}

function versionOfBuild(build: number): string | undefined {
  return build >= 10_240 ? "10.0" : undefined;
}

function tellPlatform(row: JsonObject, problems: ProblemList): void {
  const platform = cell(row, "platform");
  if (platform !== undefined && platform !== "windows") problems.add("the platform is not windows", { field: "os_version.platform" });
}
