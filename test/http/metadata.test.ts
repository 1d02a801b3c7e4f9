import { expect, test } from "vitest";
import { contexts, contextUrl, EXPORT_FILES_FRAGMENT } from "../../src/http/metadata/contexts.ts";
import { metadataDocument } from "../../src/http/metadata/csdl.ts";
import type { Field } from "../../src/odata/entity.ts";
import { ENTITIES } from "../../src/odata/entity-fields.ts";
import { EXPORT_FILES } from "../../src/odata/export-fields.ts";
import { itemType, propertiesOf, readCsdl, resolveFragment } from "./csdl-reader.ts";

const csdl = readCsdl(metadataDocument());
const DEFENDER = "microsoft.windowsDefenderATP.api";
const named = Object.entries(contexts).map(([name, context]) => ({ name, ...context }));

test("the document is well-formed CSDL: a schema for each namespace, and one container", () => {
  expect([...csdl.namespaces].sort()).toEqual(["Analytics.Contracts.PublicAPI", "Default", DEFENDER, "patchgap"]);
  expect(csdl.containers).toBe(1);
});

test("the reader of these tests refuses what is no CSDL", () => {
  const text = metadataDocument();
  const broken = [
    text.replace("</edmx:Edmx>", ""),
    text.replaceAll("odata/ns/edm", "odata/ns/other"),
    text.replace('Name="computerDnsName" ', ""),
    text.replace('<EntitySet Name="Software"', '<EntitySet Name="Machines"'),
    text.replace('<EntityType Name="Software"', '<EntityType Name="Machine"'),
    text.replace("<Key>", "<Property><Key>").replace("</Key>", "</Key></Property>"),
  ];
  for (const document of broken) expect(() => readCsdl(document)).toThrow();
  for (const fragment of ["Machine", `${DEFENDER}.Machine`, "Collection(Machine)", "machines"]) {
    expect(() => resolveFragment(csdl, fragment)).toThrow();
  }
});

test("the entity sets are Defender's, each with rows of its own type", () => {
  expect(Object.fromEntries(csdl.sets)).toEqual({
    Machines: `${DEFENDER}.Machine`,
    Software: `${DEFENDER}.Software`,
    Vulnerabilities: `${DEFENDER}.Vulnerability`,
    Recommendations: `${DEFENDER}.Recommendation`,
    MachineReferences: `${DEFENDER}.MachineReference`,
    Distributions: `${DEFENDER}.Distribution`,
    ExposureScore: `${DEFENDER}.ExposureScore`,
    ConfigurationScore: `${DEFENDER}.ConfigurationScore`,
  });
  for (const type of csdl.sets.values()) expect(csdl.types.get(type)?.kind).toBe("EntityType");
});

test.each(named)("the context of $name, $fragment, leads to a type with all that is sent", ({ fragment, entity }) => {
  const properties = propertiesOf(csdl, resolveFragment(csdl, fragment));
  expect(properties.map(({ name, type }) => [name, type])).toEqual(entity.fields.map((field) => [field.name, expectedType(field)]));
});

test("the contexts are those of the API, letter by letter", () => {
  const collections = named.map(({ fragment }) => fragment).filter((fragment) => fragment.startsWith("Collection("));
  expect(collections).toEqual([
    "Collection(microsoft.windowsDefenderATP.api.PublicProductFixDto)",
    "Collection(Analytics.Contracts.PublicAPI.PublicVulnerabilityDto)",
    "Collection(microsoft.windowsDefenderATP.api.PublicAssetVulnerabilityDto)",
    "Collection(microsoft.windowsDefenderATP.api.AssetVulnerability)",
    "Collection(microsoft.windowsDefenderATP.api.DeltaAssetVulnerability)",
    "Collection(microsoft.windowsDefenderATP.api.AssetSoftware)",
    "Collection(patchgap.FleetMachine)",
    "Collection(patchgap.MissingUpdate)",
    "Collection(patchgap.MissingKbByMachine)",
  ]);
  expect(contexts.machine.fragment).toBe("Machines/$entity");
  expect(contexts.recommendedSoftware.fragment).toBe("Analytics.Contracts.PublicAPI.PublicProductDto");
});

test("every entity that can be asked has its context", () => {
  expect(ENTITIES.filter((entity) => !named.some((context) => context.entity === entity))).toEqual([]);
});

test("the answer of the export calls is defined too", () => {
  const properties = propertiesOf(csdl, resolveFragment(csdl, EXPORT_FILES_FRAGMENT));
  expect(properties.map(({ name, type }) => [name, type])).toEqual([
    ["exportFiles", "Collection(Edm.String)"],
    ["generatedTime", "Edm.DateTimeOffset"],
  ]);
  expect(EXPORT_FILES.map(({ name }) => name)).toEqual(properties.map(({ name }) => name));
});

test("vulnerabilities under a context of Analytics… may call themselves what Defender's do", () => {
  const derived = `${DEFENDER}.PublicVulnerabilityDto`;
  expect(csdl.types.get(derived)?.base).toBe("Analytics.Contracts.PublicAPI.PublicVulnerabilityDto");
  expect(propertiesOf(csdl, derived)).toEqual(propertiesOf(csdl, "Analytics.Contracts.PublicAPI.PublicVulnerabilityDto"));
});

test("every type that a property has is defined, and every name is one that OData allows", () => {
  for (const [type, { properties, base, kind }] of csdl.types) {
    expect(type).toMatch(/^\w+(\.\w+)+$/);
    expect(base === undefined || csdl.types.get(base)?.kind === kind).toBe(true);
    for (const { name, type: full } of properties) {
      const { item } = itemType(full);
      expect(name).toMatch(/^[A-Za-z]\w*$/);
      // rows of entity sets cannot stand within a property
      expect(item.startsWith("Edm.") || csdl.types.get(item)?.kind === "ComplexType").toBe(true);
    }
  }
});

test("no type has a name twice", () => {
  for (const type of csdl.types.keys()) {
    const names = propertiesOf(csdl, type).map(({ name }) => name.toLowerCase());
    expect(names.length).toBeGreaterThan(0);
    expect(new Set(names).size).toBe(names.length);
  }
});

test("rows have a key of one property that is there, never null, and of a type that keys may have", () => {
  for (const [type, { kind, key, properties }] of csdl.types) {
    expect(key.length).toBe(kind === "EntityType" ? 1 : 0);
    if (kind !== "EntityType") continue;
    const found = properties.find(({ name }) => name === key[0]);
    expect(found, type).toMatchObject({ nullable: false });
    expect(["Edm.String", "Edm.Int64", "Edm.DateTimeOffset"]).toContain(found?.type);
  }
});

test.each([
  ["Machine", "id isPotentialDuplication isExcluded firstSeen lastSeen healthStatus rbacGroupId machineTags ipAddresses"],
  ["PublicProductFixDto", "id productsNames machineMissedOn cveAddressed"],
  ["Software", "id distributions"],
  [
    "Vulnerability",
    "id name exposedMachines publicExploit exploitVerified exploitInKit exploitTypes exploitUris tags", // lists are never null
  ],
  ["MachineReference", "id"],
  ["ExposureScore", "time"],
  ["ConfigurationScore", "time"],
  ["AssetSoftware", "id diskPaths registryPaths"],
  ["IpAddress", ""],
])("of %s only these are never null: %s", (type, names) => {
  const sure = propertiesOf(csdl, `${DEFENDER}.${type}`).filter(({ nullable }) => !nullable);
  expect(sure.map(({ name }) => name).join(" ")).toBe(names);
});

test("Power BI's columns have the types its templates expect", () => {
  const typeOf = (type: string, name: string) => propertiesOf(csdl, `${DEFENDER}.${type}`).find((property) => property.name === name)?.type;
  expect(typeOf("Machine", "rbacGroupId")).toBe("Edm.Int64");
  expect(typeOf("Machine", "osBuild")).toBe("Edm.Int64");
  expect(typeOf("Machine", "aadDeviceId")).toBe("Edm.String");
  expect(typeOf("ExposureScore", "score")).toBe("Edm.Double");
  expect(typeOf("ExposureScore", "rbacGroupId")).toBe("Edm.Int64");
  expect(typeOf("AssetVulnerability", "lastSeenTimestamp")).toBe("Edm.String");
});

test("objects within rows have the properties that stand in the fields", () => {
  const objects = ENTITIES.flatMap(({ fields }) => fields).filter(({ type }) => type === "object");
  expect(objects.map(({ name }) => name)).toEqual(["ipAddresses", "vmMetadata", "distributions"]);
  for (const field of objects) {
    const properties = propertiesOf(csdl, itemType(expectedType(field)).item);
    expect(properties.map(({ name, type }) => [name, type])).toEqual(field.members.map((member) => [member.name, expectedType(member)]));
    expect(properties.length).toBeGreaterThan(0);
  }
});

test.each(["https://patchgap.example:8443", "https://patchgap.example:8443/"])("a context begins with the address called, %s", (base) => {
  expect(contextUrl(base, contexts.machines.fragment)).toBe("https://patchgap.example:8443/api/$metadata#Machines");
});

/** Written apart from the product's table on purpose. */
function expectedType({ name, type, collection }: Field): string {
  const objects = new Map([
    ["ipAddresses", `${DEFENDER}.IpAddress`],
    ["vmMetadata", `${DEFENDER}.VmMetadata`],
    ["distributions", `${DEFENDER}.SoftwareDistribution`],
  ]);
  const values = new Map([
    ["string", "Edm.String"],
    ["guid", "Edm.String"],
    ["integer", "Edm.Int64"],
    ["decimal", "Edm.Double"],
    ["boolean", "Edm.Boolean"],
    ["dateTime", "Edm.DateTimeOffset"],
    ["date", "Edm.Date"],
  ]);
  const single = type === "object" ? objects.get(name) : values.get(type);
  return collection ? `Collection(${single})` : `${single}`;
}
