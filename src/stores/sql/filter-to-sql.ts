import type { Comparison, Filter, Match, Operand, Value } from "../../odata/filter.ts";
import { foldCase } from "../../odata/texts.ts";
import type { FleetView } from "../fleet-store.ts";
import type { Column, Columns } from "./device-properties.ts";
import type { Bind, Dialect } from "./dialect.ts";

/** What a condition is written with. */
export interface Wording {
  readonly dialect: Dialect;
  readonly columns: Columns;
  readonly bind: Bind;
  readonly view: FleetView;
}

/** A filter as a condition over `d` and `s`: names come from our own tables, every value is bound. */
export function filterToSql(filter: Filter, wording: Wording): string {
  return condition(filter, { ...wording, isItem: false });
}

interface Place extends Wording {
  /** within `any`: operands are those of the item */
  readonly isItem: boolean;
}

/** As in `docs/odata.md`: a condition is true or false, never unknown, so that `not` stays right. */
function condition(filter: Filter, place: Place): string {
  switch (filter.kind) {
    case "and":
    case "or":
      return filter.terms.map((term) => `(${condition(term, place)})`).join(filter.kind === "and" ? " AND " : " OR ");
    case "not":
      return `NOT (${condition(filter.term, place)})`;
    case "compare":
      return filter.value.type === "null" ? nullTest(filter.operator, filter.operand, place) : comparison(filter, filter.value, place);
    case "in":
      return filter.values.length === 0 ? "FALSE" : membership(filter.operand, filter.values, place);
    case "match":
      return match(filter.how, filter.operand, filter.text, place);
    case "any":
      return anyItem(filter.collection, filter.condition, place);
  }
}

function columnOf({ property }: Operand, { columns, isItem }: Place): Column {
  if (property === undefined) return columns.itemValue;
  const found = (isItem ? columns.item : columns.device).get(property);
  if (found === undefined) throw new Error(`no column for the property ${property}`);
  return found;
}

/** The column as it is compared: folded where case makes no difference. */
function operandSql(operand: Operand, place: Place): string {
  const sql = columnOf(operand, place).sql(place.bind, place.view);
  return operand.ignoreCase ? place.dialect.fold(sql) : sql;
}

function bound({ value }: Value, operand: Operand, bind: Bind): string {
  if (typeof value === "boolean") return bind(value ? 1 : 0);
  return bind(typeof value === "string" && operand.ignoreCase ? foldCase(value) : value);
}

const OPERATORS: Readonly<Record<Comparison, string>> = { eq: "=", ne: "<>", gt: ">", ge: ">=", lt: "<", le: "<=" };

function comparison({ operator, operand }: { operator: Comparison; operand: Operand }, value: Value, place: Place): string {
  const plain = plainly(operator, operand, value, place);
  if (plain !== undefined) return plain;
  // Values are bound in the order in which their marks stand.
  const left = operandSql(operand, place);
  const compared = `${left} ${OPERATORS[operator]} ${bound(value, operand, place.bind)}`;
  if (!columnOf(operand, place).isNullable) return compared;
  return operator === "ne" ? `coalesce(${compared}, TRUE)` : `coalesce(${compared}, FALSE)`;
}

function plainly(operator: Comparison, operand: Operand, { value }: Value, place: Place): string | undefined {
  if (operand.ignoreCase || typeof value !== "string" || (operator !== "eq" && operator !== "ne")) return undefined;
  const isIt = columnOf(operand, place).isText?.(value, place.bind, place.view);
  return isIt === undefined || operator === "eq" ? isIt : `NOT (${isIt})`;
}

function nullTest(operator: Comparison, operand: Operand, place: Place): string {
  if (operator !== "eq" && operator !== "ne") return "FALSE";
  const column = columnOf(operand, place);
  if (!column.isNullable) return operator === "eq" ? "FALSE" : "TRUE";
  return `${column.sql(place.bind, place.view)} IS ${operator === "eq" ? "" : "NOT "}NULL`;
}

function membership(operand: Operand, values: readonly Value[], place: Place): string {
  const left = operandSql(operand, place);
  return `coalesce(${left} IN (${values.map((value) => bound(value, operand, place.bind)).join(", ")}), FALSE)`;
}

/** By functions: `like` has signs of its own, and may ignore case. */
function match(how: Match, operand: Operand, text: string, place: Place): string {
  const wanted = operand.ignoreCase ? foldCase(text) : text;
  const found = operandSql(operand, place);
  if (wanted === "") return `${found} IS NOT NULL`;
  const { contains, startsWith, endsWith } = place.dialect;
  const compare = { contains, startswith: startsWith, endswith: endsWith }[how];
  return `coalesce(${compare(found, place.bind(wanted), wanted)}, FALSE)`;
}

function anyItem(collection: string, inner: Filter | undefined, place: Place): string {
  const table = place.columns.lists.get(collection);
  if (table === undefined) throw new Error(`no table for the list ${collection}`);
  const where = inner === undefined ? "TRUE" : condition(inner, { ...place, isItem: true });
  return `EXISTS (SELECT 1 FROM ${table} WHERE ${where})`;
}
