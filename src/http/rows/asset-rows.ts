import type { Epoch } from "../../app/fleet/epoch.ts";
import type { Summary } from "../../app/fleet/summary.ts";
import { gradeOf } from "../../domain/assessment/exposure.ts";
import type { CatalogCve } from "../../domain/catalog/update.ts";
import { catalogUrl } from "../../domain/windows/kb.ts";
import { vendorOfServiced } from "../../domain/windows/software-id.ts";
import type { Row } from "../../odata/row-values.ts";
import { compareText } from "../../odata/texts.ts";
import type { ListedDevice } from "../../stores/fleet-store.ts";
import type { DeviceRowKind } from "../device-row-kind.ts";
import { wordSize } from "./machine-row.ts";
import { missingKbTemplates } from "./missing-kb-templates.ts";
import { recommendationId } from "./recommendation-row.ts";

/** `…/vulnerabilities/machinesVulnerabilities`: the CVEs that are open on each device, with the update that closes them. */
export const machineVulnerabilities: DeviceRowKind = {
  deviceProperty: "machineId",
  idSeparator: "-_-",
  own: ({ deviceId }) => ({ machineId: deviceId }),
  ownProperties: new Set(["id", "machineId"]),
  templates: (summary, epoch) =>
    openCves(summary, epoch).map(({ cve, vendor, softwareId, version, kb }) => ({
      id: [cve.id, vendor, softwareId, version, kb].join("-_-"),
      cveId: cve.id,
      machineId: "",
      fixingKbId: kb,
      productName: softwareId,
      productVendor: vendor,
      productVersion: version,
      severity: gradeOf(cve),
    })),
};

const deviceColumns = ["id", "deviceId", "rbacGroupId", "rbacGroupName", "deviceName", "osPlatform", "osArchitecture"];
const timeColumns = ["lastSeenTimestamp", "firstSeenTimestamp", "softwareFirstSeenTimestamp"];

/** `…/SoftwareVulnerabilitiesByMachine`: every software of every device, with its open CVEs or without one. */
export const assetVulnerabilities: DeviceRowKind = {
  deviceProperty: "deviceId",
  idSeparator: "_",
  own: (device) => ({
    ...placeOf(device),
    lastSeenTimestamp: exportTime(device.lastSeen),
    firstSeenTimestamp: exportTime(device.firstSeen),
  }),
  ownProperties: new Set([...deviceColumns, ...timeColumns]),
  templates: (summary, epoch) => {
    const open = openCves(summary, epoch).map((each) => assetVulnerabilityRow(each, summary, epoch));
    const withCves = new Set(open.map((row) => row["softwareName"]));
    const others = summary.products.filter(({ softwareId }) => !withCves.has(softwareId));
    return [...open, ...others.map((product) => assetVulnerabilityRow({ ...product, cve: undefined, kb: undefined }, summary, epoch))];
  },
};

/** `…/SoftwareInventoryByMachine`: every software of every device. */
export const assetSoftware: DeviceRowKind = {
  deviceProperty: "deviceId",
  idSeparator: "_",
  own: (device) => ({ ...placeOf(device), softwareFirstSeenTimestamp: exportTime(device.firstSeen) }),
  ownProperties: new Set([...deviceColumns, ...timeColumns]),
  templates: ({ products, shortfall, system }) =>
    products.map(({ vendor, softwareId, version }) => ({
      id: [vendor, softwareId, version].join("_"),
      ...{ deviceId: "", rbacGroupId: 0, rbacGroupName: "", deviceName: "", osPlatform: system.platform },
      ...{ softwareVendor: vendor, softwareName: softwareId, softwareVersion: version },
      numberOfWeaknesses: new Set(shortfall.open.filter((part) => part.softwareId === softwareId).flatMap((part) => part.cves)).size,
      ...{ diskPaths: [], registryPaths: [], softwareFirstSeenTimestamp: "", endOfSupportStatus: "None", endOfSupportDate: null },
    })),
};

/** `…/MissingKbsByMachine`: every missing update of every device; ours, in the manner of Defender's export calls. */
export const missingKbs: DeviceRowKind = {
  deviceProperty: "deviceId",
  idSeparator: "_",
  own: (device) => ({ ...placeOf(device), lastSeenTimestamp: device.lastSeen }),
  ownProperties: new Set([...deviceColumns, "lastSeenTimestamp"]),
  templates: missingKbTemplates,
};

interface OpenCve {
  readonly cve: CatalogCve | undefined;
  readonly vendor: string;
  readonly softwareId: string;
  readonly version: string;
  readonly kb: string | undefined;
}

/** The CVEs that are open on a device, by CVE and software. */
export function openCves(
  { shortfall, products, system }: Summary,
  { catalog }: Epoch,
): readonly (OpenCve & { cve: CatalogCve; kb: string })[] {
  const versions = new Map(products.map(({ softwareId, version }) => [softwareId, version]));
  const open = shortfall.open.flatMap(({ softwareId, kb, cves }) => {
    const version = versions.get(softwareId) ?? "";
    const facts = { vendor: vendorOfServiced(softwareId), softwareId, version: version === "" ? system.version : version, kb };
    return cves.flatMap((index) => {
      const cve = catalog.content.cves[index];
      return cve === undefined ? [] : [{ ...facts, cve }];
    });
  });
  return open.sort((a, b) => compareText(a.cve.id, b.cve.id) || compareText(a.softwareId, b.softwareId));
}

function assetVulnerabilityRow({ cve, vendor, softwareId, version, kb }: OpenCve, summary: Summary, epoch: Epoch): Row {
  const { system, missing } = summary;
  const update = missing.find(({ id }) => id === kb);
  return {
    id: [vendor, softwareId, version, cve?.id ?? ""].join("_"),
    ...{ deviceId: "", rbacGroupId: 0, rbacGroupName: "", deviceName: "" },
    ...{ osPlatform: system.platform, osVersion: system.version, osArchitecture: wordSize(system.architecture) },
    ...{ softwareVendor: vendor, softwareName: softwareId, softwareVersion: version },
    cveId: cve?.id ?? null,
    vulnerabilitySeverityLevel: cve === undefined ? null : gradeOf(cve),
    cvssScore: cve?.score ?? null,
    recommendedSecurityUpdate: update?.name ?? null,
    recommendedSecurityUpdateId: kb ?? null,
    recommendedSecurityUpdateUrl: kb === undefined ? null : catalogUrl(kb),
    ...{ diskPaths: [], registryPaths: [], lastSeenTimestamp: "", firstSeenTimestamp: "" },
    ...{ endOfSupportStatus: "None", endOfSupportDate: null },
    exploitabilityLevel: exploitability(cve),
    recommendationReference: recommendationId({ vendor, softwareId }),
    securityUpdateAvailable: kb !== undefined && epoch.catalog.indexOfKb(kb) !== undefined,
  };
}

function exploitability(cve: CatalogCve | undefined): string {
  if (cve?.exploited === true) return "ExploitIsVerified";
  return cve?.disclosed === true ? "ExploitIsPublic" : "NoExploit";
}

/** As export rows write times: `2021-01-11 11:01:00` */
export function exportTime(time: string): string {
  return time.slice(0, 19).replace("T", " ");
}

/** Which device it is, and its group: export rows have a word for devices in none. */
function placeOf({ deviceId, name, groupId, groupName }: ListedDevice): Row {
  return { deviceId, deviceName: name, rbacGroupId: groupId, rbacGroupName: groupName ?? "Unassigned" };
}
