import { anInventory } from "./a-server.ts";

/** What paths name, as one tenant has it. */
export interface Names {
  readonly device: string;
  readonly deviceName: string;
  readonly software: string;
  /** of a software that an update is missing for */
  readonly recommendation: string;
  readonly cve: string;
  readonly kb: string;
  readonly address: string;
  readonly tag: string;
}

/** How a route is called, and what may be said of whoever calls it. */
export interface RouteRow {
  /** any of these permissions, as Defender's pages have them; `anyone` without a token */
  readonly may: readonly string[] | "anyone";
  /** path with query; only the names vary */
  readonly path: (names: Names) => string;
  readonly body?: (names: Names) => object;
  /** what is answered to whoever names a thing of another tenant; default 404 */
  readonly ofOthers?: 200;
}

const machine = ["Machine.Read.All", "Machine.ReadWrite.All"];
const change = ["Machine.ReadWrite.All"];
const software = ["Software.Read.All"];
const vulnerability = ["Vulnerability.Read.All"];
const recommendation = ["SecurityRecommendation.Read.All"];
const score = ["Score.Read.All"];
const since = "sinceTime=2026-03-25T00:00:00Z";

function list(may: readonly string[], path: string): RouteRow {
  return { may, path: () => path, ofOthers: 200 };
}

function open(path: string): RouteRow {
  return { may: "anyone", path: () => path };
}

/** Every route there is. One that is not here fails the tests: whoever adds a route says here who may call it. */
export const everyRoute: Readonly<Record<string, RouteRow>> = {
  "GET /api/machines": list(machine, "/api/machines"),
  "GET /api/machines/findbytag": { may: machine, path: ({ tag }) => `/api/machines/findbytag?tag=${tag}`, ofOthers: 200 },
  "GET /api/machines/findbyip/:args": {
    may: machine,
    path: ({ address }) => `/api/machines/findbyip(ip='${address}',timestamp=2026-03-30T08:20:00Z)`,
    ofOthers: 200,
  },
  "GET /api/machines/:id": { may: machine, path: ({ device }) => `/api/machines/${device}` },
  "GET /api/machines/:id/getmissingkbs": { may: software, path: ({ device }) => `/api/machines/${device}/getmissingkbs` },
  "GET /api/machines/:id/missingupdates": { may: software, path: ({ device }) => `/api/machines/${device}/missingupdates` },
  "GET /api/machines/:id/software": { may: software, path: ({ device }) => `/api/machines/${device}/software` },
  "GET /api/machines/:id/vulnerabilities": { may: vulnerability, path: ({ device }) => `/api/machines/${device}/vulnerabilities` },
  "GET /api/machines/:id/recommendations": { may: recommendation, path: ({ device }) => `/api/machines/${device}/recommendations` },
  "PATCH /api/machines/:id": {
    may: change,
    path: ({ device }) => `/api/machines/${device}`,
    body: () => ({ deviceValue: "Normal" }),
  },
  "POST /api/machines/:id/tags": {
    may: change,
    path: ({ device }) => `/api/machines/${device}/tags`,
    body: () => ({ Value: "given", Action: "Add" }),
  },
  "POST /api/machines/:id/setDeviceValue": {
    may: change,
    path: ({ device }) => `/api/machines/${device}/setDeviceValue`,
    body: () => ({ DeviceValue: "Normal" }),
  },
  "POST /api/machines/AddOrRemoveTagForMultipleMachines": {
    may: change,
    path: () => "/api/machines/AddOrRemoveTagForMultipleMachines",
    body: ({ device }) => ({ Value: "given", Action: "Add", MachineIds: [device] }),
  },
  "GET /api/machines/MissingKbsByMachine": list(software, "/api/machines/MissingKbsByMachine"),
  "GET /api/machines/SoftwareInventoryByMachine": list(software, "/api/machines/SoftwareInventoryByMachine"),
  "GET /api/machines/SoftwareVulnerabilitiesByMachine": list(vulnerability, "/api/machines/SoftwareVulnerabilitiesByMachine"),
  "GET /api/machines/SoftwareVulnerabilityChangesByMachine": list(
    vulnerability,
    `/api/machines/SoftwareVulnerabilityChangesByMachine?${since}`,
  ),
  "GET /api/machines/SoftwareInventoryExport": list(software, "/api/machines/SoftwareInventoryExport"),
  "GET /api/machines/SoftwareVulnerabilitiesExport": list(vulnerability, "/api/machines/SoftwareVulnerabilitiesExport"),
  "GET /exports/:tenant/:walk/:kind/:file": open("/exports/t/w/software/0.json.gz"),
  "GET /api/software": list(software, "/api/software"),
  "GET /api/software/:id": { may: software, path: (names) => `/api/software/${names.software}` },
  "GET /api/software/:id/distributions": { may: software, path: (names) => `/api/software/${names.software}/distributions` },
  "GET /api/software/:id/machineReferences": { may: software, path: (names) => `/api/software/${names.software}/machineReferences` },
  "GET /api/software/:id/vulnerabilities": { may: vulnerability, path: (names) => `/api/software/${names.software}/vulnerabilities` },
  "GET /api/software/:id/getmissingkbs": { may: software, path: (names) => `/api/software/${names.software}/getmissingkbs` },
  "GET /api/vulnerabilities": list(vulnerability, "/api/vulnerabilities"),
  "GET /api/vulnerabilities/machinesVulnerabilities": list(vulnerability, "/api/vulnerabilities/machinesVulnerabilities"),
  // What a CVE is everybody knows; who is open to it is the tenant's own.
  "GET /api/vulnerabilities/:id": { may: vulnerability, path: ({ cve }) => `/api/vulnerabilities/${cve}`, ofOthers: 200 },
  "GET /api/vulnerabilities/:id/machineReferences": {
    may: vulnerability,
    path: ({ cve }) => `/api/vulnerabilities/${cve}/machineReferences`,
    ofOthers: 200,
  },
  "GET /api/recommendations": list(recommendation, "/api/recommendations"),
  "GET /api/recommendations/:id": { may: recommendation, path: (names) => `/api/recommendations/${names.recommendation}` },
  "GET /api/recommendations/:id/software": {
    may: ["Software.Read.All", "SecurityRecommendation.Read.All"],
    path: (names) => `/api/recommendations/${names.recommendation}/software`,
  },
  "GET /api/recommendations/:id/machineReferences": {
    may: recommendation,
    path: (names) => `/api/recommendations/${names.recommendation}/machineReferences`,
  },
  "GET /api/recommendations/:id/vulnerabilities": {
    may: vulnerability,
    path: (names) => `/api/recommendations/${names.recommendation}/vulnerabilities`,
  },
  "GET /api/exposureScore": list(score, "/api/exposureScore"),
  "GET /api/exposureScore/ByMachineGroups": list(score, "/api/exposureScore/ByMachineGroups"),
  "GET /api/configurationScore": list(score, "/api/configurationScore"),
  "GET /api/missingupdates": list(software, "/api/missingupdates"),
  "GET /api/missingupdates/:kb": { may: software, path: ({ kb }) => `/api/missingupdates/${kb}` },
  "GET /api/missingupdates/:kb/machines": { may: software, path: ({ kb }) => `/api/missingupdates/${kb}/machines` },
  "GET /api/fleet": list(software, "/api/fleet"),
  "GET /api/fleet/patchage": list(software, "/api/fleet/patchage"),
  "GET /api/fleet/exposure": list(software, "/api/fleet/exposure"),
  "GET /api/fleet/machines": list(software, "/api/fleet/machines"),
  // What an update is everybody knows; how many miss it is the tenant's own.
  "GET /api/updates/:kb": { may: software, path: ({ kb }) => `/api/updates/${kb}`, ofOthers: 200 },
  "GET /api/machines/:id/satisfiedupdates": { may: software, path: ({ device }) => `/api/machines/${device}/satisfiedupdates` },
  "GET /api/machines/:id/history": { may: software, path: ({ device }) => `/api/machines/${device}/history` },
  "GET /api/machines/:id/inventory": { may: machine, path: ({ device }) => `/api/machines/${device}/inventory` },
  "POST /api/inventories": {
    may: ["Inventory.ReadWrite.All"],
    path: () => "/api/inventories",
    body: () => anInventory("posted", 7058),
    ofOthers: 200,
  },
  "POST /:tenant/oauth2/token": open("/default/oauth2/token"),
  "GET /:tenant/.well-known/openid-configuration": open("/default/.well-known/openid-configuration"),
  "GET /:tenant/discovery/keys": open("/default/discovery/keys"),
  "POST /:tenant/oauth2/v2.0/token": open("/default/oauth2/v2.0/token"),
  "GET /:tenant/v2.0/.well-known/openid-configuration": open("/default/v2.0/.well-known/openid-configuration"),
  "GET /:tenant/discovery/v2.0/keys": open("/default/discovery/v2.0/keys"),
  "GET /": open("/"),
  "GET /ui": open("/ui/"),
  "GET /ui/*": open("/ui/devices"),
  "GET /ui/assets/*": open("/ui/assets/index-0.js"),
  "GET /session/ways": open("/session/ways"),
  "POST /session": open("/session"),
  "GET /session": open("/session"),
  "DELETE /session": open("/session"),
  "GET /session/oidc/:provider": open("/session/oidc/0"),
  "GET /session/oidc/callback": open("/session/oidc/callback"),
  "GET /reference": open("/reference"),
  "GET /reference.css": open("/reference.css"),
  "GET /api/$metadata": open("/api/$metadata"),
  "GET /openapi.json": open("/openapi.json"),
  "GET /schemas/inventory-1.json": open("/schemas/inventory-1.json"),
  "GET /healthz": open("/healthz"),
  "GET /readyz": open("/readyz"),
  "GET /metrics": open("/metrics"),
};
