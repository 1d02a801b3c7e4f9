import { type Entity, entity, type Field, field, type Paging } from "./entity.ts";

/** Defender's documented figures for the export calls. */
export const EXPORT_PAGES: Paging = { maxTop: 200_000, pageSize: 50_000, maxPageSize: 200_000 };

// Times of these rows are texts (`2021-01-11 11:01:00`, `2021-05-11T00:00:00+00:00`), not date-times: nothing is promised about comparing them.

/**
 * `/api/machines/SoftwareInventoryByMachine`: device × installed software. The `id` is ours, as Defender documents none here: with it
 * the rows have one order; clients pass over columns that they do not know.
 */
export const ASSET_SOFTWARE: Entity = entity("SoftwareInventoryByMachine", EXPORT_PAGES, [
  field("id", "string", "filter order"),
  field("deviceId", "string", "filter order"),
  field("rbacGroupId", "integer", "filter"),
  field("rbacGroupName", "string", "filter"),
  field("deviceName", "string", "filter any-case"),
  field("osPlatform", "string", "filter"),
  field("softwareVendor", "string", "filter"),
  field("softwareName", "string", "filter"),
  field("softwareVersion", "string", "filter"),
  field("numberOfWeaknesses", "integer", "filter"),
  field("diskPaths", "string", "many"),
  field("registryPaths", "string", "many"),
  field("softwareFirstSeenTimestamp", "string"),
  field("endOfSupportStatus", "string", "filter"),
  field("endOfSupportDate", "string"),
]);

const VULNERABLE_ASSET: readonly [Field, ...Field[]] = [
  field("id", "string", "filter order"),
  field("deviceId", "string", "filter order"),
  field("rbacGroupId", "integer", "filter"),
  field("rbacGroupName", "string", "filter"),
  field("deviceName", "string", "filter any-case"),
  field("osPlatform", "string", "filter"),
  field("osVersion", "string", "filter"),
  field("osArchitecture", "string"),
  field("softwareVendor", "string", "filter"),
  field("softwareName", "string", "filter"),
  field("softwareVersion", "string", "filter"),
  field("cveId", "string", "filter any-case"),
  field("vulnerabilitySeverityLevel", "string", "filter any-case"),
  field("cvssScore", "decimal", "filter"),
  field("recommendedSecurityUpdate", "string", "filter"),
  field("recommendedSecurityUpdateId", "string", "filter"),
  field("recommendedSecurityUpdateUrl", "string"),
  field("diskPaths", "string", "many"),
  field("registryPaths", "string", "many"),
  field("lastSeenTimestamp", "string"),
  field("firstSeenTimestamp", "string"),
  field("endOfSupportStatus", "string", "filter"),
  field("endOfSupportDate", "string"),
  field("exploitabilityLevel", "string", "filter"),
  field("recommendationReference", "string", "filter"),
  field("securityUpdateAvailable", "boolean", "filter"),
];

/** `/api/machines/SoftwareVulnerabilitiesByMachine`: device × installed software × CVE; the CVE is null for software without one. */
export const ASSET_VULNERABILITIES: Entity = entity("SoftwareVulnerabilitiesByMachine", EXPORT_PAGES, VULNERABLE_ASSET);

/**
 * `/api/machines/SoftwareVulnerabilityChangesByMachine`: the same with what became of it. A device that changes its group comes twice,
 * fixed in the one and new in the other, so here alone an `id` may stand twice; such rows keep the order they were made in.
 */
export const DELTA_ASSET_VULNERABILITIES: Entity = entity("SoftwareVulnerabilityChangesByMachine", EXPORT_PAGES, [
  ...VULNERABLE_ASSET,
  field("status", "string", "filter"),
  field("eventTimestamp", "string"),
  field("isOnboarded", "boolean", "filter"),
]);

/** The answer of the `…Export` calls: one object that names files, with nothing to ask about. */
export const EXPORT_FILES: readonly Field[] = [field("exportFiles", "string", "many"), field("generatedTime", "dateTime")];
