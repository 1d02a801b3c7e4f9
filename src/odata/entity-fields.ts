import { type Entity, entity, type Field, field, type Paging } from "./entity.ts";
import { ASSET_SOFTWARE, ASSET_VULNERABILITIES, DELTA_ASSET_VULNERABILITIES, EXPORT_PAGES } from "./export-fields.ts";

/** Defender's documented figure for most lists. */
const TEN_THOUSAND: Paging = { maxTop: 10_000, pageSize: 10_000, maxPageSize: 10_000 };
const VULNERABILITY_PAGES: Paging = { maxTop: 8_000, pageSize: 8_000, maxPageSize: 8_000 };

const ADDRESS: readonly Field[] = [
  field("ipAddress", "string", "filter any-case"),
  field("macAddress", "string", "filter any-case"),
  field("type", "string", "filter"),
  field("operationalStatus", "string", "filter"),
];

const VIRTUAL_MACHINE: readonly Field[] = ["vmId", "cloudProvider", "resourceId", "subscriptionId"].map((name) => field(name, "string"));

/** `/api/machines`. `firstSeen`, `rbacGroupName` and `lastExternalIpAddress` are no filters there, as in Defender's documentation. */
export const MACHINES: Entity = entity("machines", TEN_THOUSAND, [
  field("id", "string", "filter order never-null"),
  field("mergedIntoMachineId", "string"),
  field("isPotentialDuplication", "boolean", "never-null"),
  field("isExcluded", "boolean", "filter order never-null"),
  field("exclusionReason", "string"),
  field("computerDnsName", "string", "filter order any-case"),
  field("firstSeen", "dateTime", "order never-null"),
  field("lastSeen", "dateTime", "filter order never-null"),
  field("osPlatform", "string", "filter order"),
  field("osVersion", "string"),
  field("osProcessor", "string"),
  field("version", "string", "filter order"),
  field("lastIpAddress", "string", "filter order"),
  field("lastExternalIpAddress", "string"),
  field("agentVersion", "string"),
  field("osBuild", "integer", "order"),
  field("healthStatus", "string", "filter order never-null"),
  field("deviceValue", "string", "filter order"),
  field("rbacGroupId", "integer", "filter order never-null"),
  field("rbacGroupName", "string", "order"),
  field("riskScore", "string", "filter order"),
  field("exposureLevel", "string", "filter order"),
  field("isAadJoined", "boolean"),
  field("aadDeviceId", "guid", "filter order"),
  field("machineTags", "string", "filter many"),
  field("defenderAvStatus", "string"),
  // documented as `onboarded`, answered as `Onboarded`
  field("onboardingStatus", "string", "filter order any-case"),
  field("osArchitecture", "string"),
  field("managedBy", "string"),
  field("managedByStatus", "string"),
  field("ipAddresses", "object", "filter many", ADDRESS),
  field("vmMetadata", "object", "", VIRTUAL_MACHINE),
]);

/** `/api/fleet/machines`: ours. What devices lack is no column of theirs: `status`, `severity`, `kb` and `rankBy` ask for it. */
export const FLEET_MACHINES: Entity = entity("fleetMachines", TEN_THOUSAND, [
  field("id", "string", "filter order never-null"),
  field("computerDnsName", "string", "filter order any-case"),
  field("firstSeen", "dateTime", "order never-null"),
  field("lastSeen", "dateTime", "filter order never-null"),
  field("osPlatform", "string", "filter order"),
  field("version", "string", "filter order"),
  field("osVersion", "string"),
  field("osBuild", "integer", "filter order"),
  field("healthStatus", "string", "filter order never-null"),
  field("deviceValue", "string", "filter order"),
  field("rbacGroupId", "integer", "filter order never-null"),
  field("rbacGroupName", "string", "filter order"),
  field("riskScore", "string", "filter order"),
  field("exposureLevel", "string", "filter order"),
  field("machineTags", "string", "filter many"),
  field("status", "string", "never-null"),
  field("missingUpdates", "integer"),
  field("severity", "string"),
  field("exploited", "boolean", "never-null"),
  field("pendingRestart", "boolean", "never-null"),
  field("exposureScore", "decimal"),
]);

/** `/api/Software/{id}/distributions`: the versions of a software, each with the devices that have it. */
export const DISTRIBUTIONS: Entity = entity("distributions", TEN_THOUSAND, [
  field("version", "string", "filter order"),
  field("installations", "integer", "filter order"),
  field("vulnerabilities", "integer", "filter order"),
]);

/** `/api/Software`, `/api/machines/{id}/software` */
export const SOFTWARE: Entity = entity("software", TEN_THOUSAND, [
  field("id", "string", "filter order"),
  field("name", "string", "filter order"),
  field("vendor", "string", "filter order"),
  field("weaknesses", "integer", "order"),
  field("publicExploit", "boolean"),
  field("activeAlert", "boolean"),
  field("exposedMachines", "integer", "order"),
  field("installedMachines", "integer", "order"),
  field("impactScore", "decimal", "order"),
  field("isNormalized", "boolean"),
  field("category", "string"),
  field("distributions", "object", "many", DISTRIBUTIONS.fields),
]);

/** `/api/vulnerabilities`, and those of a machine, a software or a recommendation. `id` and `name` are both the CVE id. */
export const VULNERABILITIES: Entity = entity("vulnerabilities", VULNERABILITY_PAGES, [
  field("id", "string", "filter order any-case never-null"),
  field("name", "string", "filter order any-case never-null"),
  field("description", "string", "filter"),
  field("severity", "string", "filter order any-case"),
  field("cvssV3", "decimal", "filter order"),
  field("cvssVector", "string"),
  field("exposedMachines", "integer", "order never-null"),
  field("publishedOn", "dateTime", "filter order"),
  field("updatedOn", "dateTime", "filter order"),
  field("firstDetected", "dateTime", "order"),
  field("publicExploit", "boolean", "never-null"),
  field("exploitVerified", "boolean", "never-null"),
  field("exploitInKit", "boolean", "never-null"),
  field("exploitTypes", "string", "many"),
  field("exploitUris", "string", "many"),
  field("cveSupportability", "string"),
  field("epss", "decimal", "order"),
  field("tags", "string", "many"),
]);

/** `/api/vulnerabilities/machinesVulnerabilities`: device × CVE × product, so ordered by what it can be read in. */
export const MACHINES_VULNERABILITIES: Entity = entity("machinesVulnerabilities", TEN_THOUSAND, [
  field("id", "string", "filter order"),
  field("cveId", "string", "filter order any-case"),
  field("machineId", "string", "filter order"),
  field("fixingKbId", "string", "filter"),
  field("productName", "string", "filter"),
  field("productVendor", "string", "filter"),
  field("productVersion", "string", "filter"),
  field("severity", "string", "filter any-case"),
]);

/** `/api/recommendations`, `/api/machines/{id}/recommendations` */
export const RECOMMENDATIONS: Entity = entity("recommendations", TEN_THOUSAND, [
  field("id", "string", "filter order"),
  field("productName", "string", "filter order"),
  field("recommendationName", "string", "order"),
  field("weaknesses", "integer", "order"),
  field("vendor", "string", "filter order"),
  field("recommendedVersion", "string", "filter"),
  field("recommendedVendor", "string", "filter"),
  field("recommendedProgram", "string", "filter"),
  field("recommendationCategory", "string", "filter order"),
  field("subCategory", "string", "filter"),
  field("severityScore", "decimal", "filter order"),
  field("publicExploit", "boolean"),
  field("activeAlert", "boolean"),
  field("associatedThreats", "string", "many"),
  field("remediationType", "string", "filter order"),
  field("status", "string", "filter order"),
  field("configScoreImpact", "decimal", "order"),
  field("exposureImpact", "decimal", "order"),
  field("totalMachineCount", "integer", "order"),
  field("exposedMachinesCount", "integer", "order"),
  field("nonProductivityImpactedAssets", "integer"),
  field("relatedComponent", "string"),
  field("tags", "string", "many"),
  field("exposedCriticalDevices", "integer", "order"),
]);

/** `…/machineReferences` */
export const MACHINE_REFERENCES: Entity = entity("machineReferences", TEN_THOUSAND, [
  field("id", "string", "filter order"),
  field("computerDnsName", "string", "filter order any-case"),
  field("osPlatform", "string", "filter order"),
  field("rbacGroupName", "string", "filter order"),
  field("rbacGroupId", "integer", "filter order"),
  field("detectionTime", "dateTime", "filter order"),
]);

/** `/api/exposureScore/ByMachineGroups`, a row a device group; `/api/exposureScore` is one such row for all, its group null. */
export const EXPOSURE_SCORES: Entity = entity("exposureScore", TEN_THOUSAND, [
  field("rbacGroupId", "integer", "filter order"),
  field("time", "dateTime", "filter order"),
  field("score", "decimal", "filter order"),
  field("rbacGroupName", "string", "filter order"),
]);

/** `/api/configurationScore`: one row. */
export const CONFIGURATION_SCORE: Entity = entity("configurationScore", TEN_THOUSAND, [
  field("time", "dateTime", "filter order"),
  field("score", "decimal", "filter order"),
]);

const FIX: readonly [Field, ...Field[]] = [
  field("id", "string", "filter order never-null"),
  field("name", "string", "filter order"),
  field("osBuild", "integer", "filter order"),
  field("productsNames", "string", "filter many"),
  field("url", "string"),
  field("machineMissedOn", "integer", "filter order never-null"),
  field("cveAddressed", "integer", "filter order never-null"),
];

/** `…/getmissingkbs`: Defender documents no options here; they do no harm. */
export const MISSING_KBS: Entity = entity("getmissingkbs", TEN_THOUSAND, FIX);

/** `/api/missingupdates`, `/api/machines/{id}/missingupdates`: the same with what Defender leaves out. */
export const MISSING_UPDATES: Entity = entity("missingupdates", TEN_THOUSAND, [
  ...FIX,
  field("distinctCves", "integer", "filter order"),
  field("cumulativeCves", "integer", "filter order"),
  field("cveIds", "string", "filter many any-case"),
  field("severity", "string", "filter order any-case"),
  field("exploited", "boolean", "filter order"),
  field("releasedOn", "date", "filter order"),
  field("supersedes", "string", "filter many"),
  field("why", "string"),
]);

/** `/api/machines/MissingKbsByMachine`: device × missing update, named as in Defender's export calls. */
export const MISSING_KBS_BY_MACHINE: Entity = entity("MissingKbsByMachine", EXPORT_PAGES, [
  field("id", "string", "filter order"),
  field("deviceId", "string", "filter order"),
  field("deviceName", "string", "filter any-case"),
  field("rbacGroupId", "integer", "filter"),
  field("rbacGroupName", "string", "filter"),
  field("osPlatform", "string", "filter"),
  field("osVersion", "string", "filter"),
  field("osArchitecture", "string"),
  field("osBuild", "integer", "filter"),
  field("status", "string", "filter"),
  field("note", "string"),
  field("recommendedSecurityUpdate", "string", "filter"),
  field("recommendedSecurityUpdateId", "string", "filter order"),
  field("recommendedSecurityUpdateUrl", "string"),
  field("productsNames", "string", "filter many"),
  field("cveAddressed", "integer", "filter"),
  field("distinctCves", "integer", "filter"),
  field("cumulativeCves", "integer", "filter"),
  field("severity", "string", "filter any-case"),
  field("exploited", "boolean", "filter"),
  field("releasedOn", "date", "filter"),
  field("lastSeenTimestamp", "dateTime", "filter"),
]);

/** Every entity that can be asked, for tests and tables. */
export const ENTITIES: readonly Entity[] = [
  MACHINES,
  FLEET_MACHINES,
  SOFTWARE,
  DISTRIBUTIONS,
  VULNERABILITIES,
  MACHINES_VULNERABILITIES,
  RECOMMENDATIONS,
  MACHINE_REFERENCES,
  EXPOSURE_SCORES,
  CONFIGURATION_SCORE,
  MISSING_KBS,
  MISSING_UPDATES,
  MISSING_KBS_BY_MACHINE,
  ASSET_SOFTWARE,
  ASSET_VULNERABILITIES,
  DELTA_ASSET_VULNERABILITIES,
];
