import type { Comparison, Filter, Match, Operand, Value } from "../../odata/filter.ts";
import { foldCase } from "../../odata/texts.ts";
import type { FleetView } from "../fleet-store.ts";
import { type Bind, type Column, deviceColumns, deviceLists, itemColumns, itemValue } from "./device-properties.ts";

/** A filter as a condition over `d` and `s`: names come from our own tables, every value is bound. */
export function filterToSql(filter: Filter, bind: Bind, view: FleetView): string {
  return condition(filter, { bind, view, isItem: false });
}

interface Place {
  readonly bind: Bind;
  readonly view: FleetView;
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
      return filter.values.length === 0 ? "0" : membership(filter.operand, filter.values, place);
    case "match":
      return match(filter.how, filter.operand, filter.text, place);
    case "any":
      return anyItem(filter.collection, filter.condition, place);
  }
}

function columnOf({ property }: Operand, isItem: boolean): Column {
  if (property === undefined) return itemValue;
  const found = (isItem ? itemColumns : deviceColumns).get(property);
  if (found === undefined) throw new Error(`no column for the property ${property}`);
  return found;
}

/** The column as it is compared: folded where case makes no difference. */
function operandSql(operand: Operand, { bind, view, isItem }: Place): string {
  const sql = columnOf(operand, isItem).sql(bind, view);
  return operand.ignoreCase ? `lower(${sql})` : sql;
}

function bound({ value }: Value, operand: Operand, bind: Bind): string {
  if (typeof value === "boolean") return bind(value ? 1 : 0);
  return bind(typeof value === "string" && operand.ignoreCase ? foldCase(value) : value);
}

const OPERATORS: Readonly<Record<Comparison, string>> = { eq: "=", ne: "<>", gt: ">", ge: ">=", lt: "<", le: "<=" };

function comparison({ operator, operand }: { operator: Comparison; operand: Operand }, value: Value, place: Place): string {
  // Values are bound in the order in which their marks stand.
  const left = operandSql(operand, place);
  const compared = `${left} ${OPERATORS[operator]} ${bound(value, operand, place.bind)}`;
  if (!columnOf(operand, place.isItem).isNullable) return compared;
  return operator === "ne" ? `ifnull(${compared}, 1)` : `ifnull(${compared}, 0)`;
}

function nullTest(operator: Comparison, operand: Operand, { bind, view, isItem }: Place): string {
  if (operator !== "eq" && operator !== "ne") return "0";
  const column = columnOf(operand, isItem);
  if (!column.isNullable) return operator === "eq" ? "0" : "1";
  return `${column.sql(bind, view)} IS ${operator === "eq" ? "" : "NOT "}NULL`;
}

function membership(operand: Operand, values: readonly Value[], place: Place): string {
  const left = operandSql(operand, place);
  return `ifnull(${left} IN (${values.map((value) => bound(value, operand, place.bind)).join(", ")}), 0)`;
}

/** By `substr` and `instr`: `like` has signs of its own and ignores case. Ends are compared as bytes: as a text, what stands behind a NUL is not seen. */
function match(how: Match, operand: Operand, text: string, place: Place): string {
  const wanted = operand.ignoreCase ? foldCase(text) : text;
  const found = operandSql(operand, place);
  if (wanted === "") return `${found} IS NOT NULL`;
  if (how === "contains") return `ifnull(instr(${found}, ${place.bind(wanted)}) > 0, 0)`;
  const length = Buffer.byteLength(wanted);
  const part = how === "startswith" ? `1, ${length}` : `-${length}`;
  return `ifnull(substr(CAST(${found} AS BLOB), ${part}) = CAST(${place.bind(wanted)} AS BLOB), 0)`;
}

function anyItem(collection: string, inner: Filter | undefined, place: Place): string {
  const table = deviceLists.get(collection);
  if (table === undefined) throw new Error(`no table for the list ${collection}`);
  const where = inner === undefined ? "1" : condition(inner, { ...place, isItem: true });
  return `EXISTS (SELECT 1 FROM ${table} item WHERE ${where})`;
}
