import type { Entity, Field, ScalarType } from "../../odata/entity.ts";
import {
  CONFIGURATION_SCORE,
  DISTRIBUTIONS,
  ENTITIES,
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
import { ASSET_SOFTWARE, ASSET_VULNERABILITIES, DELTA_ASSET_VULNERABILITIES, EXPORT_FILES } from "../../odata/export-fields.ts";

/** A type with properties, as `$metadata` defines it. */
export interface WireType {
  /** rows of an entity set are of an EntityType; rows and objects that belong to none, as in Defender, of a ComplexType */
  readonly kind: "EntityType" | "ComplexType";
  readonly namespace: string;
  readonly name: string;
  /** the full name of the type whose properties it has too */
  readonly base?: string;
  /** the name of the property that is never null, and tells rows apart where they are of an EntityType */
  readonly key?: string;
  readonly fields: readonly Field[];
}

/** A list of the service under its name in `@odata.context`. */
export interface EntitySet {
  readonly name: string;
  readonly type: WireType;
}

const DEFENDER = "microsoft.windowsDefenderATP.api";
const ANALYTICS = "Analytics.Contracts.PublicAPI";
const OURS = "patchgap";

/** The entity sets; Defender's fragments give their names, not those of their types. */
export const ENTITY_SETS: readonly EntitySet[] = [
  { name: "Machines", type: rowType("Machine", MACHINES) },
  { name: "Software", type: rowType("Software", SOFTWARE) },
  { name: "Vulnerabilities", type: rowType("Vulnerability", VULNERABILITIES) },
  { name: "Recommendations", type: rowType("Recommendation", RECOMMENDATIONS) },
  { name: "MachineReferences", type: rowType("MachineReference", MACHINE_REFERENCES) },
  { name: "Distributions", type: rowType("Distribution", DISTRIBUTIONS) },
  // the group is null in the score of all devices, and a key must not be (OData 4.0 CSDL, 8.2), nor may it be a double such as `score`
  { name: "ExposureScore", type: { ...rowType("ExposureScore", EXPOSURE_SCORES), key: "time" } },
  { name: "ConfigurationScore", type: rowType("ConfigurationScore", CONFIGURATION_SCORE) },
];

/** What the items of a list of objects, or a single object, are called. */
const OBJECT_NAMES: Readonly<Record<string, string>> = {
  ipAddresses: "IpAddress",
  vmMetadata: "VmMetadata",
  distributions: "SoftwareDistribution",
};

/** Every type of `$metadata`, each once. */
export const WIRE_TYPES: readonly WireType[] = [
  ...ENTITY_SETS.map(({ type }) => type),
  dto(DEFENDER, "PublicProductFixDto", MISSING_KBS),
  dto(ANALYTICS, "PublicVulnerabilityDto", VULNERABILITIES),
  // contexts say Analytics…, the `@odata.type` of live items says this: it is valid there only as a type made from the other
  {
    kind: "ComplexType",
    namespace: DEFENDER,
    name: "PublicVulnerabilityDto",
    base: `${ANALYTICS}.PublicVulnerabilityDto`,
    fields: [],
  },
  dto(DEFENDER, "PublicAssetVulnerabilityDto", MACHINES_VULNERABILITIES),
  dto(ANALYTICS, "PublicProductDto", SOFTWARE),
  dto(DEFENDER, "AssetVulnerability", ASSET_VULNERABILITIES),
  dto(DEFENDER, "DeltaAssetVulnerability", DELTA_ASSET_VULNERABILITIES),
  dto(DEFENDER, "AssetSoftware", ASSET_SOFTWARE),
  { kind: "ComplexType", namespace: DEFENDER, name: "ExportFilesResponse", fields: EXPORT_FILES },
  dto(OURS, "FleetMachine", FLEET_MACHINES),
  dto(OURS, "MissingUpdate", MISSING_UPDATES),
  dto(OURS, "MissingKbByMachine", MISSING_KBS_BY_MACHINE),
  ...objectTypes(),
];

function rowType(name: string, { key, fields }: Entity): WireType {
  return { kind: "EntityType", namespace: DEFENDER, name, key: key.name, fields };
}

function dto(namespace: string, name: string, { key, fields }: Entity): WireType {
  return { kind: "ComplexType", namespace, name, key: key.name, fields };
}

/** The types of objects within rows; software stands in two types, its objects' type once. */
function objectTypes(): readonly WireType[] {
  const objects = ENTITIES.flatMap(({ fields }) => fields).filter(({ type }) => type === "object");
  return objects.map((object) => ({ kind: "ComplexType", namespace: DEFENDER, name: objectName(object), fields: object.members }));
}

function objectName({ name }: Field): string {
  const found = OBJECT_NAMES[name];
  if (found === undefined) throw new Error(`objects of ${name} have no name in $metadata`);
  return found;
}

const EDM_TYPES: Readonly<Record<ScalarType, string>> = {
  string: "Edm.String",
  // Defender's aadDeviceId is a text to its clients: an id that is no guid must not cost a typed client the whole page
  guid: "Edm.String",
  integer: "Edm.Int64",
  decimal: "Edm.Double",
  boolean: "Edm.Boolean",
  dateTime: "Edm.DateTimeOffset",
  date: "Edm.Date",
};

/** The type of a property in `$metadata`: `Edm.Int64`, `Collection(Edm.String)`. */
export function edmType(field: Field): string {
  const single = field.type === "object" ? `${DEFENDER}.${objectName(field)}` : EDM_TYPES[field.type];
  return field.collection ? `Collection(${single})` : single;
}
