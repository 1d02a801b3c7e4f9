import { SaxesParser, type SaxesTagNS } from "saxes";

/** A property, as a metadata document defines it. */
export interface DefinedProperty {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

/** A type, as a metadata document defines it. */
export interface DefinedType {
  readonly kind: string;
  readonly base: string | undefined;
  readonly key: string[];
  readonly properties: DefinedProperty[];
}

/** What a metadata document defines, types by their full names. */
export interface Csdl {
  readonly namespaces: readonly string[];
  readonly types: ReadonlyMap<string, DefinedType>;
  /** entity sets, and their types' full names */
  readonly sets: ReadonlyMap<string, string>;
  readonly containers: number;
}

const EDMX = "http://docs.oasis-open.org/odata/ns/edmx";
const EDM = "http://docs.oasis-open.org/odata/ns/edm";

/** The namespace, name and parent that each element of a document has to have. */
const PARENTS: Readonly<Record<string, readonly [namespace: string, parents: readonly string[]]>> = {
  Edmx: [EDMX, [""]],
  DataServices: [EDMX, ["Edmx"]],
  Schema: [EDM, ["DataServices"]],
  EntityType: [EDM, ["Schema"]],
  ComplexType: [EDM, ["Schema"]],
  Key: [EDM, ["EntityType"]],
  PropertyRef: [EDM, ["Key"]],
  Property: [EDM, ["EntityType", "ComplexType"]],
  EntityContainer: [EDM, ["Schema"]],
  EntitySet: [EDM, ["EntityContainer"]],
};

/** Reads a metadata document strictly; throws where it is no well-formed CSDL, or defines a name twice. */
export function readCsdl(text: string): Csdl {
  const namespaces: string[] = [];
  const types = new Map<string, DefinedType>();
  const sets = new Map<string, string>();
  const open: string[] = [];
  let containers = 0;
  let current: DefinedType = { kind: "", base: undefined, key: [], properties: [] };

  const rules: Readonly<Record<string, (attribute: (name: string) => string, tag: SaxesTagNS) => void>> = {
    Schema: (attribute) => namespaces.push(attribute("Namespace")),
    EntityType: define,
    ComplexType: define,
    PropertyRef: (attribute) => current.key.push(attribute("Name")),
    Property: (attribute) => {
      const property = { name: attribute("Name"), type: attribute("Type"), nullable: attribute("Nullable") !== "false" };
      if (!["true", "false"].includes(attribute("Nullable"))) throw new Error("no boolean");
      current.properties.push(property);
    },
    EntityContainer: () => {
      containers++;
    },
    EntitySet: (attribute) => once(sets, attribute("Name"), attribute("EntityType")),
  };

  function define(attribute: (name: string) => string, tag: SaxesTagNS): void {
    current = { kind: tag.local, base: tag.attributes["BaseType"]?.value, key: [], properties: [] };
    once(types, `${namespaces.at(-1)}.${attribute("Name")}`, current);
  }

  const parser = new SaxesParser({ xmlns: true });
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", (tag) => {
    const [namespace, parents = []] = PARENTS[tag.local] ?? [];
    if (namespace !== tag.uri || !parents.includes(open.at(-1) ?? "")) throw new Error(`${tag.name} does not belong there`);
    open.push(tag.local);
    rules[tag.local]?.((name) => required(tag, name), tag);
  });
  parser.on("closetag", () => {
    open.pop();
  });
  parser.write(text).close();
  return { namespaces, types, sets, containers };
}

function once<V>(map: Map<string, V>, name: string, value: V): void {
  if (map.has(name)) throw new Error(`${name} is defined twice`);
  map.set(name, value);
}

function required(tag: SaxesTagNS, name: string): string {
  const found = tag.attributes[name]?.value;
  if (found === undefined) throw new Error(`${tag.name} has no ${name}`);
  return found;
}

/** The full name of the type of one item, and whether there may be many. */
export function itemType(type: string): { readonly item: string; readonly many: boolean } {
  const list = /^Collection\((.+)\)$/.exec(type);
  return { item: list?.[1] ?? type, many: list !== null };
}

/** The properties of a type, with those of the types it is made from. */
export function propertiesOf({ types }: Csdl, name: string): readonly DefinedProperty[] {
  const type = types.get(name);
  if (type === undefined) throw new Error(`${name} is not defined`);
  return [...(type.base === undefined ? [] : propertiesOf({ types } as Csdl, type.base)), ...type.properties];
}

/** The type that a context's fragment leads to, in the ways that OData 4.0 (Protocol, 10) knows and Defender uses. */
export function resolveFragment({ types, sets }: Csdl, fragment: string): string {
  const set = /^(\w+)(?:\/\$entity)?$/.exec(fragment)?.[1];
  const { item, many } = itemType(fragment);
  const found = set === undefined ? item : sets.get(set);
  if (found === undefined || !types.has(found)) throw new Error(`${fragment} leads nowhere`);
  if (set === undefined && !many && types.get(found)?.kind !== "ComplexType") throw new Error(`${fragment} is a row without its set`);
  return found;
}
