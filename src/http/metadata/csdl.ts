import type { Field } from "../../odata/entity.ts";
import { ENTITY_SETS, type EntitySet, edmType, WIRE_TYPES, type WireType } from "./wire-types.ts";

/**
 * `GET /api/$metadata`: what lists there are and what their rows hold, in OData 4.0's CSDL. Clients such as Power BI look
 * `@odata.context` up in it. No type is open, so every property that is sent has to stand here.
 */
export function metadataDocument(): string {
  const namespaces = [...new Set(WIRE_TYPES.map(({ namespace }) => namespace))];
  const schemas = [...namespaces.flatMap(typesOf), ...schema("Default", entityContainer())];
  const services = within("<edmx:DataServices>", schemas, "</edmx:DataServices>");
  const edmx = within('<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">', services, "</edmx:Edmx>");
  return `${['<?xml version="1.0" encoding="utf-8"?>', ...edmx].join("\n")}\n`;
}

function typesOf(namespace: string): readonly string[] {
  return schema(
    namespace,
    WIRE_TYPES.filter((type) => type.namespace === namespace).flatMap((type) => structuredType(type)),
  );
}

function schema(namespace: string, content: readonly string[]): readonly string[] {
  return within(`<Schema Namespace="${namespace}" xmlns="http://docs.oasis-open.org/odata/ns/edm">`, content, "</Schema>");
}

function structuredType({ kind, name, base, key, fields }: WireType): readonly string[] {
  const baseType = base === undefined ? "" : ` BaseType="${base}"`;
  const keyed = kind === "EntityType" ? within("<Key>", [`<PropertyRef Name="${key}" />`], "</Key>") : [];
  const properties = fields.map((field) => property(field, field.nullable && field.name !== key));
  return within(`<${kind} Name="${name}"${baseType}>`, [...keyed, ...properties], `</${kind}>`);
}

function property(field: Field, nullable: boolean): string {
  // without it a date-time has whole seconds (OData 4.0 CSDL, 6.2.3); seven digits come
  const precision = field.type === "dateTime" ? ' Precision="7"' : "";
  return `<Property Name="${field.name}" Type="${edmType(field)}" Nullable="${nullable}"${precision} />`;
}

function entityContainer(): readonly string[] {
  return within('<EntityContainer Name="Container">', ENTITY_SETS.map(entitySet), "</EntityContainer>");
}

function entitySet({ name, type }: EntitySet): string {
  return `<EntitySet Name="${name}" EntityType="${type.namespace}.${type.name}" />`;
}

function within(opening: string, content: readonly string[], closing: string): readonly string[] {
  return [opening, ...content.map((line) => `  ${line}`), closing];
}
