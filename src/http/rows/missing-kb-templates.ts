import type { MissingRow, Summary, SystemFacts } from "../../app/fleet/summary.ts";
import type { Row } from "../../odata/row-values.ts";
import { wordSize } from "./machine-row.ts";

/** Past so many rows what was made is let go, and made again when it is asked for. */
const mostKept = 50_000;
let known = new WeakMap<SystemFacts, Map<readonly MissingRow[], readonly Row[]>>();
let kept = 0;

/**
 * The missing updates of an inventory. They are the same for all that lack the same on the same system: a tenth as many as there are inventories, so that
 * they are kept from one page to the next, as long as the knowledge that they are of.
 */
export function missingKbTemplates(summary: Summary): readonly Row[] {
  const { status, missing, system } = summary;
  // A device that could not be assessed has one row that says so: without it, it would look as if nothing were missing.
  if (status !== "assessed") return [templateOf(summary, undefined)];
  const made = known.get(system)?.get(missing);
  if (made !== undefined) return made;
  const rows = missing.map((update) => templateOf(summary, update));
  if (kept > mostKept) [known, kept] = [new WeakMap(), 0];
  known.set(system, (known.get(system) ?? new Map()).set(missing, rows));
  kept += rows.length;
  return rows;
}

function templateOf({ status, reason, system }: Summary, update: MissingRow | undefined): Row {
  return {
    id: update?.id ?? "",
    ...{ deviceId: "", deviceName: "", rbacGroupId: 0, rbacGroupName: "", osPlatform: system.platform },
    ...{ osVersion: system.version, osArchitecture: wordSize(system.architecture), osBuild: system.build },
    ...{ status, note: reason ?? null },
    recommendedSecurityUpdate: update?.name ?? null,
    recommendedSecurityUpdateId: update?.id ?? null,
    recommendedSecurityUpdateUrl: update?.url ?? null,
    productsNames: update?.productsNames ?? [],
    ...{ cveAddressed: update?.cveAddressed ?? null, distinctCves: update?.distinctCves ?? null },
    ...{ cumulativeCves: update?.cumulativeCves ?? null, severity: update?.severity ?? null },
    ...{ exploited: update?.exploited ?? null, releasedOn: update?.releasedOn ?? null, lastSeenTimestamp: "" },
  };
}
