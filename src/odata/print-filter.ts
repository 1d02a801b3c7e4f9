import type { Filter, Literal, Operand } from "./filter.ts";

/** Writes a filter in OData, with canonical names; parseFilter reads the same filter from it. */
export function printFilter(filter: Filter): string {
  return print(filter, undefined);
}

/** The name that items get: the filter does not keep the one they had. */
const ITEM = "x";

function print(filter: Filter, item: string | undefined): string {
  switch (filter.kind) {
    case "and":
    case "or":
      return filter.terms.map((term) => (term.kind === "or" ? `(${print(term, item)})` : print(term, item))).join(` ${filter.kind} `);
    case "not":
      return `not (${print(filter.term, item)})`;
    case "compare":
      return `${printOperand(filter.operand, item)} ${filter.operator} ${printLiteral(filter.value)}`;
    case "in":
      return `${printOperand(filter.operand, item)} in (${filter.values.map(printLiteral).join(",")})`;
    case "match":
      return `${filter.how}(${printOperand(filter.operand, item)},${printText(filter.text)})`;
    case "any":
      return `${filter.collection}/any(${filter.condition === undefined ? "" : `${ITEM}: ${print(filter.condition, ITEM)}`})`;
  }
}

function printOperand({ property }: Operand, item: string | undefined): string {
  if (item === undefined) return property ?? "";
  return property === undefined ? item : `${item}/${property}`;
}

function printLiteral(literal: Literal): string {
  switch (literal.type) {
    case "null":
      return "null";
    case "string":
    case "guid":
      return printText(literal.value);
    case "dateTime":
      return literal.value.replace(/\.?0*Z$/, "Z");
    default:
      return String(literal.value);
  }
}

function printText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
