import type { SoftwareTotals } from "../../app/fleet/count-software.ts";
import { softwareKey } from "../../app/fleet/software-key.ts";
import type { FleetTotals } from "../../app/fleet/totals.ts";
import type { Catalog } from "../../domain/catalog/catalog.ts";
import type { Row } from "../../odata/row-values.ts";

/** `va-_-microsoft-_-windows_10`: what has an update missing somewhere has a recommendation. */
export function recommendationId(software: { readonly vendor: string; readonly softwareId: string }): string {
  return `va-_-${softwareKey(software)}`;
}

/** What to do about a software, over the fleet. */
export function recommendationRow(software: SoftwareTotals, totals: FleetTotals, catalog: Catalog): Row {
  const { vendor, softwareId } = software;
  const cves = [...software.cves].map((index) => catalog.content.cves[index]).filter((cve) => cve !== undefined);
  const title = titleOf(softwareId);
  return {
    id: recommendationId(software),
    productName: softwareId,
    recommendationName: `Update ${vendor === "microsoft" ? "Microsoft " : ""}${title}`,
    weaknesses: cves.length,
    vendor,
    recommendedVersion: "",
    recommendedVendor: "",
    recommendedProgram: "",
    recommendationCategory: softwareId.startsWith("windows_") ? "OS" : "Application",
    subCategory: "",
    severityScore: cves.reduce((most, { score }) => Math.max(most, score ?? 0), 0),
    publicExploit: cves.some(({ exploited }) => exploited),
    activeAlert: false,
    associatedThreats: [],
    remediationType: "Update",
    status: "Active",
    configScoreImpact: 0,
    exposureImpact: totals.devices.assessed === 0 ? 0 : software.relief / totals.devices.assessed,
    totalMachineCount: software.installed,
    exposedMachinesCount: software.exposed,
    nonProductivityImpactedAssets: 0,
    relatedComponent: title,
    tags: [],
    exposedCriticalDevices: 0,
  };
}

/** `windows_server_2019` → `Windows Server 2019` */
function titleOf(softwareId: string): string {
  if (softwareId === ".net_framework") return ".NET Framework";
  const words = softwareId.split("_").map((word) => (word === "sql" ? "SQL" : word.slice(0, 1).toUpperCase() + word.slice(1)));
  return words.join(" ");
}
