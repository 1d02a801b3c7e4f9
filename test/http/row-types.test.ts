import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ContextName, contexts } from "../../src/http/metadata/contexts.ts";
import { fleetDevices, fleetDocuments, fleetTime, idOf, listless, odd, xp } from "./a-fleet.ts";
import { aServer, type TestServer } from "./a-server.ts";
import { type Csdl, type DefinedProperty, itemType, propertiesOf, readCsdl, resolveFragment } from "./csdl-reader.ts";
import { documentsFolder } from "./documents-folder.ts";

let server: TestServer;
let csdl: Csdl;
const documents = documentsFolder(fleetDocuments);
beforeAll(async () => {
  server = await aServer({ documents, now: () => new Date(fleetTime) });
  await server.ingest([...fleetDevices, xp, odd, listless]);
  csdl = readCsdl((await server.ask("/api/$metadata", { token: null })).text);
});
afterAll(async () => {
  await server.close();
  rmSync(documents, { recursive: true });
});

const id = idOf("1");

/** Every call that answers rows, by what its context is called. A name without a path does not compile. */
const paths: Readonly<Record<ContextName, readonly string[]>> = {
  machines: ["/api/machines", "/api/machines/findbytag?tag=x", "/api/machines/findbyip(ip='10.248.240.38',timestamp=2026-03-31T08:44:05Z)"],
  machine: [`/api/machines/${id}`, `/api/machines/${idOf("7")}`, `/api/machines/${idOf("9")}`],
  missingKbs: [`/api/machines/${id}/getmissingkbs`, "/api/software/microsoft-_-windows_10/getmissingkbs"],
  discoveredVulnerabilities: [
    `/api/machines/${id}/vulnerabilities`,
    "/api/software/microsoft-_-windows_10/vulnerabilities",
    "/api/recommendations/va-_-microsoft-_-windows_10/vulnerabilities",
  ],
  software: ["/api/software", `/api/machines/${id}/software`],
  oneSoftware: ["/api/software/google-_-chrome"],
  recommendedSoftware: ["/api/recommendations/va-_-microsoft-_-windows_10/software"],
  distributions: ["/api/software/microsoft-_-windows_10/distributions"],
  machineReferences: [
    "/api/software/microsoft-_-windows_10/machineReferences",
    "/api/vulnerabilities/CVE-2019-0608/machineReferences",
    "/api/recommendations/va-_-microsoft-_-windows_10/machineReferences",
    "/api/missingupdates/5078885/machines",
  ],
  vulnerabilities: ["/api/vulnerabilities"],
  vulnerability: ["/api/vulnerabilities/CVE-2019-0608"],
  machinesVulnerabilities: ["/api/vulnerabilities/machinesVulnerabilities"],
  recommendations: ["/api/recommendations", `/api/machines/${id}/recommendations`],
  recommendation: ["/api/recommendations/va-_-microsoft-_-windows_10"],
  exposureScore: ["/api/exposureScore"],
  exposureScores: ["/api/exposureScore/ByMachineGroups"],
  configurationScore: ["/api/configurationScore"],
  assetVulnerabilities: ["/api/machines/SoftwareVulnerabilitiesByMachine"],
  deltaAssetVulnerabilities: ["/api/machines/SoftwareVulnerabilityChangesByMachine?sinceTime=2026-03-29"],
  assetSoftware: ["/api/machines/SoftwareInventoryByMachine"],
  missingUpdates: ["/api/missingupdates", `/api/machines/${id}/missingupdates`],
  missingUpdate: ["/api/missingupdates/5078885"],
  missingKbsByMachine: ["/api/machines/MissingKbsByMachine"],
  fleetMachines: ["/api/fleet/machines", "/api/fleet/machines?rankBy=severity&status=behind"],
};

const isOne = (name: ContextName): boolean =>
  contexts[name].fragment.endsWith("/$entity") || ["recommendedSoftware", "missingUpdate"].includes(name);

const calls = (Object.keys(paths) as ContextName[]).flatMap((name) => paths[name].map((path) => ({ name, path })));

test.each(calls)("$path: rows have the members of $name, in their order and of their types", async ({ name, path }) => {
  const { status, json } = await server.ask(path);
  expect(status).toBe(200);
  const { fragment, entity } = contexts[name];
  expect(json["@odata.context"]).toBe(`${server.origin}/api/$metadata#${fragment}`);
  expect(Array.isArray(json.value)).toBe(!isOne(name));
  const { "@odata.context": _, ...only } = json;
  // of scores the group comes last, and is the key all the same
  const inOrder = (names: string[]) => (name.startsWith("exposureScore") ? names.sort() : names);
  const rows: Record<string, unknown>[] = isOne(name) ? [only] : json.value;
  expect(rows.length).toBeGreaterThan(0);
  const properties = propertiesOf(csdl, resolveFragment(csdl, fragment));
  for (const row of rows) {
    expect(inOrder(Object.keys(row))).toEqual(inOrder(entity.fields.map((field) => field.name)));
    expect(properties.flatMap((property) => wrongly(property, row[property.name]))).toEqual([]);
  }
});

test.each(calls.filter(({ name }) => !isOne(name)))("$path: a list of none is an empty list", async ({ path }) => {
  if (path.endsWith("/missingupdates")) return;
  const { status, json } = await server.ask(`${path}${path.includes("?") ? "&" : "?"}$skip=9999`);
  expect([status, json.value]).toEqual([200, []]);
  expect(json).not.toHaveProperty("@odata.nextLink");
});

const isDateTime = (value: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z$/.test(value) && !Number.isNaN(Date.parse(value));

const holds: Readonly<Record<string, (value: unknown) => boolean>> = {
  "Edm.String": (value) => typeof value === "string",
  "Edm.Int64": (value) => Number.isSafeInteger(value),
  "Edm.Double": (value) => typeof value === "number" && Number.isFinite(value),
  "Edm.Boolean": (value) => typeof value === "boolean",
  "Edm.DateTimeOffset": (value) => typeof value === "string" && isDateTime(value),
  "Edm.Date": (value) => typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value),
};

/** What is wrong about a value, by the type that `$metadata` promises. */
function wrongly({ name, type, nullable }: DefinedProperty, value: unknown): readonly string[] {
  const { item, many } = itemType(type);
  if (value === null) return nullable && !many ? [] : [`${name} is null`];
  if (many !== Array.isArray(value)) return [`${name} is ${JSON.stringify(value)}, and not ${type}`];
  return (many ? (value as unknown[]) : [value]).flatMap((each) => {
    const check = holds[item];
    if (check !== undefined) return check(each) ? [] : [`${name} is ${JSON.stringify(each)}, and not ${item}`];
    const members = propertiesOf(csdl, item);
    const names = Object.keys(each as object);
    const own = names.join() === members.map((member) => member.name).join() ? [] : [`${name} has ${names.join()}`];
    return [...own, ...members.flatMap((member) => wrongly(member, (each as Record<string, unknown>)[member.name]))];
  });
}

test("the check of types sees what is wrong", () => {
  const property = (type: string, nullable = false): DefinedProperty => ({ name: "it", type, nullable });
  const wrong: readonly (readonly [string, unknown])[] = [
    ["Edm.String", null],
    ["Edm.Int64", 1.5],
    ["Edm.Int64", "1"],
    ["Edm.DateTimeOffset", "2026-03-31"],
    ["Edm.Date", "2026-03-31T00:00:00Z"],
    ["Collection(Edm.String)", "a"],
    ["Collection(Edm.String)", [1]],
    ["Collection(microsoft.windowsDefenderATP.api.IpAddress)", [{ ipAddress: "10.0.0.7" }]],
  ];
  for (const [type, value] of wrong) expect(wrongly(property(type), value), type).not.toEqual([]);
  expect(wrongly(property("Edm.String", true), null)).toEqual([]);
});
