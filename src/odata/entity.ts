import { foldCase } from "./texts.ts";

/** What a single value can be. `guid` is a text that ignores case and may be written without quotes; `date` is a day without a time. */
export type ScalarType = "string" | "guid" | "integer" | "decimal" | "boolean" | "dateTime" | "date";

/** One property of an entity, as it is called on the wire. */
export interface Field {
  readonly name: string;
  readonly type: ScalarType | "object";
  /** a list of such values */
  readonly collection: boolean;
  readonly filterable: boolean;
  readonly orderable: boolean;
  /** texts compare without regard to A-Z and a-z */
  readonly ignoreCase: boolean;
  /** may be null in an answer; false only where Defender's contract says so. A list is never null, and neither are its items */
  readonly nullable: boolean;
  /** of an object: its own properties */
  readonly members: readonly Field[];
}

/** What can be asked about one kind of rows. */
export interface Entity {
  /** as it stands in the path, for messages */
  readonly name: string;
  /** the property that is different in every row: it ends every order */
  readonly key: Field;
  readonly fields: readonly Field[];
  readonly paging: Paging;
}

/** Rows of one answer. */
export interface Paging {
  /** $top may ask for so many; more is refused, as the documentation of Defender names the figure */
  readonly maxTop: number;
  /** rows of a page when nothing is said */
  readonly pageSize: number;
  /** pageSize may ask for so many; more is taken for this */
  readonly maxPageSize: number;
}

/** `filter`, `order`: may be used so; `any-case`: compares without regard to case; `many`: a list; `never-null`: always has a value. */
export type FieldTrait = "filter" | "order" | "any-case" | "many" | "never-null";

/** Describes a property; traits are listed in one text: `"filter order"`. */
export function field(name: string, type: Field["type"], traits = "", members: readonly Field[] = []): Field {
  const has = (trait: FieldTrait): boolean => traits.split(" ").includes(trait);
  return {
    name,
    type,
    collection: has("many"),
    filterable: has("filter"),
    orderable: has("order"),
    ignoreCase: has("any-case") || type === "guid",
    nullable: !has("many") && !has("never-null"),
    members,
  };
}

/** Describes an entity; its first field is its key. */
export function entity(name: string, paging: Paging, fields: readonly [Field, ...Field[]]): Entity {
  return { name, key: fields[0], fields, paging };
}

/** Finds a property by its name in any case; undefined for a name that is none. */
export function fieldNamed(fields: readonly Field[], name: string): Field | undefined {
  const wanted = foldCase(name);
  return fields.find((candidate) => candidate.name.length === name.length && foldCase(candidate.name) === wanted);
}

/** The names for a message. */
export function listNames(fields: readonly Field[]): string {
  return fields.map(({ name }) => name).join(", ");
}
