import type { Filter } from "../odata/filter.ts";
import type { Ordering } from "../odata/property-lists.ts";

/** Whether a filter asks for one of these properties. */
export function namesAnyOf(filter: Filter | undefined, properties: ReadonlySet<string>): boolean {
  if (filter === undefined) return false;
  switch (filter.kind) {
    case "and":
    case "or":
      return filter.terms.some((term) => namesAnyOf(term, properties));
    case "not":
      return namesAnyOf(filter.term, properties);
    case "any":
      return properties.has(filter.collection);
    default:
      return properties.has(filter.operand.property ?? "");
  }
}

/** Whether a list is filtered or ordered by one of these properties. */
export function hangsOn(
  { filter, orderBy = [] }: { readonly filter?: Filter | undefined; readonly orderBy?: readonly Ordering[] },
  properties: ReadonlySet<string>,
): boolean {
  return namesAnyOf(filter, properties) || orderBy.some(({ operand }) => properties.has(operand.property ?? ""));
}

/**
 * The part of a filter on rows that decides which devices can have any, as a filter on devices: `machineId eq '…'` is answered by looking at one
 * device, not at all. Undefined: every device may have some.
 */
export function filterOfDevices(filter: Filter | undefined, deviceProperty: string): Filter | undefined {
  if (filter === undefined) return undefined;
  if (filter.kind === "and") {
    const terms = filter.terms.flatMap((term) => filterOfDevices(term, deviceProperty) ?? []);
    const [first, ...others] = terms;
    return first === undefined || others.length === 0 ? first : { kind: "and", terms };
  }
  if (filter.kind !== "compare" && filter.kind !== "in" && filter.kind !== "match") return undefined;
  return filter.operand.property === deviceProperty ? { ...filter, operand: { ...filter.operand, property: "id" } } : undefined;
}
