import { type Entity, type Field, fieldNamed, listNames } from "./entity.ts";
import type { Operand } from "./filter.ts";
import { LIMITS } from "./limits.ts";
import { ODataError, quote } from "./odata-error.ts";
import { foldCase } from "./texts.ts";

/** One property of $orderby. */
export interface Ordering {
  readonly operand: Operand;
  readonly descending: boolean;
}

/** Reads $select: canonical names, each once, in the order asked; undefined for `*`. */
export function parseSelect(text: string, { name, fields }: Entity): readonly string[] | undefined {
  const names = splitList(text, "$select", fields.length + LIMITS.options);
  const selected = new Set(
    names.map((wanted) => {
      if (wanted === "*") return wanted;
      const found = fieldNamed(fields, wanted);
      if (found !== undefined) return found.name;
      throw new ODataError(`${name} have no property ${quote(wanted)}; there are ${listNames(fields)}`, { option: "$select" });
    }),
  );
  return selected.has("*") ? undefined : [...selected];
}

/** Reads $orderby and lets the entity's key have the last word: rows that are otherwise equal always come in the same order. */
export function parseOrderBy(text: string | undefined, entity: Entity): readonly Ordering[] {
  const asked = text === undefined ? [] : splitList(text, "$orderby", LIMITS.orderings).map((item) => parseOrdering(item, entity));
  const properties = new Set(asked.map(({ operand }) => operand.property));
  if (properties.size < asked.length) throw new ODataError("names a property twice", { option: "$orderby" });
  return properties.has(entity.key.name) ? asked : [...asked, { operand: operandOf(entity.key), descending: false }];
}

function parseOrdering(item: string, { name, fields }: Entity): Ordering {
  const [property = "", direction = "asc", ...rest] = item.split(/[ \t]+/);
  const orderable = fields.filter((candidate) => candidate.orderable);
  const found = fieldNamed(orderable, property);
  if (found === undefined) {
    throw new ODataError(`${name} cannot be ordered by ${quote(property)}; what can be used: ${listNames(orderable)}`, {
      option: "$orderby",
    });
  }
  const word = foldCase(direction);
  if (rest.length === 0 && (word === "asc" || word === "desc")) return { operand: operandOf(found), descending: word === "desc" };
  throw new ODataError(`${found.name} is followed by asc, desc or nothing, not by ${quote([direction, ...rest].join(" "))}`, {
    option: "$orderby",
  });
}

function operandOf({ name, type, ignoreCase }: Field): Operand {
  // no object is orderable
  return { property: name, type: type === "object" ? "string" : type, ignoreCase };
}

function splitList(text: string, option: "$select" | "$orderby", most: number): readonly string[] {
  const items = text.split(",", most + 1).map((item) => item.trim());
  if (items.length > most) throw new ODataError(`names more than ${most} properties`, { option });
  if (items.includes("")) throw new ODataError("has an empty place between its commas", { option });
  return items;
}
