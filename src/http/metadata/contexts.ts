import type { Entity } from "../../odata/entity.ts";
import {
  CONFIGURATION_SCORE,
  DISTRIBUTIONS,
  EXPOSURE_SCORES,
  FLEET_MACHINES,
  MACHINE_REFERENCES,
  MACHINES,
  MACHINES_VULNERABILITIES,
  MISSING_KBS,
  MISSING_KBS_BY_MACHINE,
  MISSING_UPDATES,
  RECOMMENDATIONS,
  SOFTWARE,
  VULNERABILITIES,
} from "../../odata/entity-fields.ts";
import { ASSET_SOFTWARE, ASSET_VULNERABILITIES, DELTA_ASSET_VULNERABILITIES } from "../../odata/export-fields.ts";

/** What an answer says of itself in `@odata.context`. */
export interface Context {
  /** what stands behind `$metadata#` */
  readonly fragment: string;
  /** what can be asked about its rows, or its one object */
  readonly entity: Entity;
}

/** One name a kind of answer; plural where it is a list. */
export type ContextName =
  | "machines"
  | "machine"
  | "missingKbs"
  | "discoveredVulnerabilities"
  | "software"
  | "oneSoftware"
  | "recommendedSoftware"
  | "distributions"
  | "machineReferences"
  | "vulnerabilities"
  | "vulnerability"
  | "machinesVulnerabilities"
  | "recommendations"
  | "recommendation"
  | "exposureScore"
  | "exposureScores"
  | "configurationScore"
  | "assetVulnerabilities"
  | "deltaAssetVulnerabilities"
  | "assetSoftware"
  | "missingUpdates"
  | "fleetMachines"
  | "missingUpdate"
  | "missingKbsByMachine";

/** Defender's contexts to the letter, but for `machine`: documented as `Machine`, which names nothing; and ours. */
export const contexts: Readonly<Record<ContextName, Context>> = {
  machines: { fragment: "Machines", entity: MACHINES },
  machine: { fragment: "Machines/$entity", entity: MACHINES },
  missingKbs: { fragment: "Collection(microsoft.windowsDefenderATP.api.PublicProductFixDto)", entity: MISSING_KBS },
  // of a machine, a software or a recommendation
  discoveredVulnerabilities: { fragment: "Collection(Analytics.Contracts.PublicAPI.PublicVulnerabilityDto)", entity: VULNERABILITIES },
  software: { fragment: "Software", entity: SOFTWARE },
  oneSoftware: { fragment: "Software/$entity", entity: SOFTWARE },
  // /api/recommendations/{id}/software: one object, no list
  recommendedSoftware: { fragment: "Analytics.Contracts.PublicAPI.PublicProductDto", entity: SOFTWARE },
  distributions: { fragment: "Distributions", entity: DISTRIBUTIONS },
  machineReferences: { fragment: "MachineReferences", entity: MACHINE_REFERENCES },
  vulnerabilities: { fragment: "Vulnerabilities", entity: VULNERABILITIES },
  vulnerability: { fragment: "Vulnerabilities/$entity", entity: VULNERABILITIES },
  machinesVulnerabilities: {
    fragment: "Collection(microsoft.windowsDefenderATP.api.PublicAssetVulnerabilityDto)",
    entity: MACHINES_VULNERABILITIES,
  },
  recommendations: { fragment: "Recommendations", entity: RECOMMENDATIONS },
  recommendation: { fragment: "Recommendations/$entity", entity: RECOMMENDATIONS },
  exposureScore: { fragment: "ExposureScore/$entity", entity: EXPOSURE_SCORES },
  // …/ByMachineGroups
  exposureScores: { fragment: "ExposureScore", entity: EXPOSURE_SCORES },
  configurationScore: { fragment: "ConfigurationScore/$entity", entity: CONFIGURATION_SCORE },
  assetVulnerabilities: { fragment: "Collection(microsoft.windowsDefenderATP.api.AssetVulnerability)", entity: ASSET_VULNERABILITIES },
  deltaAssetVulnerabilities: {
    fragment: "Collection(microsoft.windowsDefenderATP.api.DeltaAssetVulnerability)",
    entity: DELTA_ASSET_VULNERABILITIES,
  },
  assetSoftware: { fragment: "Collection(microsoft.windowsDefenderATP.api.AssetSoftware)", entity: ASSET_SOFTWARE },
  fleetMachines: { fragment: "Collection(patchgap.FleetMachine)", entity: FLEET_MACHINES },
  missingUpdate: { fragment: "patchgap.MissingUpdate", entity: MISSING_UPDATES },
  missingUpdates: { fragment: "Collection(patchgap.MissingUpdate)", entity: MISSING_UPDATES },
  missingKbsByMachine: { fragment: "Collection(patchgap.MissingKbByMachine)", entity: MISSING_KBS_BY_MACHINE },
};

/** The fragment of the `…Export` calls, whose one object (`EXPORT_FILES`) has nothing to ask about. */
export const EXPORT_FILES_FRAGMENT = "microsoft.windowsDefenderATP.api.ExportFilesResponse";

/** The `@odata.context` of an answer. `base` is the address called up to `/api`: `https://patchgap.example`, as for `nextLink`. */
export function contextUrl(base: string, fragment: string): string {
  return `${base.replace(/\/$/, "")}/api/$metadata#${fragment}`;
}
