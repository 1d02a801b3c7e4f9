import fc from "fast-check";
import { parseDateTime } from "../../src/odata/date-time.ts";
import type { Entity, Field, ScalarType } from "../../src/odata/entity.ts";
import { combine, type Filter, type Operand, type Value } from "../../src/odata/filter.ts";
import type { Row } from "../../src/odata/row-values.ts";
import { isStorable } from "../../src/odata/texts.ts";

const TEXTS = [
  "",
  "a",
  "A",
  "b",
  "ab",
  "aB",
  "it's",
  "''",
  "%",
  "_",
  "\\",
  "ünï",
  "Ünï",
  "\u{1f600}",
  "\uffee",
  " x ",
  "null",
  "a b",
  "K\u212a",
];
const MOMENTS = [
  "2024-01-01T00:00:00.0000000Z",
  "2024-01-01T00:00:00.0000001Z",
  "2023-12-31T23:59:59.5000000Z",
  "0001-01-01T00:00:00.0000000Z",
];
const MOMENTS_IN_ROWS = [...MOMENTS, "2024-01-01T00:00:00Z", "2024-01-01T02:00:00+02:00", "2023-12-31T23:59:59.5Z", "rubbish"];
const DATES = ["2024-01-01", "2024-02-29", "1999-12-31"];
const INTEGERS = [-1, 0, 1, 2, 140, 9007199254740991];
const DECIMALS = [-1, 0, 0.1, 7.5, 8, 1e21, 5e-7];

const literalValues: Readonly<Record<ScalarType, fc.Arbitrary<Value>>> = {
  string: texts().map((value) => ({ type: "string", value })),
  guid: texts().map((value) => ({ type: "guid", value })),
  integer: fc.oneof(fc.constantFrom<(number | bigint)[]>(...INTEGERS, 9223372036854775807n), fc.maxSafeInteger()).map((value) => ({
    type: "integer",
    value: value === 0 ? 0 : value,
  })),
  decimal: fc.oneof(fc.constantFrom(...DECIMALS), fc.double({ noNaN: true, noDefaultInfinity: true })).map((value) => ({
    type: "decimal",
    value: value === 0 ? 0 : value,
  })),
  boolean: fc.boolean().map((value) => ({ type: "boolean", value })),
  dateTime: fc.constantFrom(...MOMENTS).map((value) => ({ type: "dateTime", value })),
  date: fc.constantFrom(...DATES).map((value) => ({ type: "date", value })),
};

function texts(): fc.Arbitrary<string> {
  return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...TEXTS) }, fc.string({ unit: "binary", maxLength: 5 }).filter(isText));
}

function isText(text: string): boolean {
  return !text.includes("\0");
}

/**
 * A filter on an entity, in the form that the parser gives: groups of one kind are flat. Where rows are given, half of the values are theirs, so that
 * filters hit.
 */
export function filters(entity: Entity, sample: readonly Row[] = []): fc.Arbitrary<Filter> {
  const fields = entity.fields.filter(({ filterable }) => filterable);
  const lists = fields.filter(({ collection }) => collection);
  const scalars = fields.filter(({ collection }) => !collection).map((field) => asked(field, field.name, sample));
  const anyOf = lists.map((list) => {
    const items = sample.flatMap((row) => row[list.name] as readonly unknown[]);
    return fc.option(conditions(itemsAsked(list, items)), { nil: undefined }).map((condition) => any(list, condition));
  });
  return tree(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...scalars).chain(leaf) }, ...anyOf), 4);
}

/** What a condition asks for, and what it compares that with. */
interface Asked {
  readonly operand: Operand;
  readonly values: fc.Arbitrary<Value>;
  readonly parts: fc.Arbitrary<string>;
}

function conditions(all: readonly Asked[]): fc.Arbitrary<Filter> {
  return tree(fc.constantFrom(...all).chain(leaf), 2);
}

function itemsAsked(list: Field, items: readonly unknown[]): readonly Asked[] {
  if (list.type !== "object") return [asked(list, undefined, items)];
  return list.members.filter(({ filterable }) => filterable).map((member) => asked(member, member.name, items));
}

function any(list: Field, condition: Filter | undefined): Filter {
  return { kind: "any", collection: list.name, condition };
}

function asked({ type, ignoreCase }: Field, property: string | undefined, scopes: readonly unknown[]): Asked {
  if (type === "object") throw new Error("no operand");
  const operand: Operand = { property, type, ignoreCase };
  const found = scopes.map((scope) => (property === undefined ? scope : (scope as Row)[property]));
  const values = found.flatMap((value) => literalOf(type, value));
  const all = values.map(({ value }) => String(value));
  if (values.length === 0) return { operand, values: literalValues[type], parts: texts() };
  return {
    operand,
    values: fc.oneof(literalValues[type], fc.constantFrom(...values)),
    parts: fc.oneof(texts(), fc.tuple(fc.constantFrom(...all), fc.nat(12), fc.nat(12)).map(partOf)),
  };
}

/** A value that stands in a row, as one of a filter. */
function literalOf(type: ScalarType, value: unknown): readonly Value[] {
  if (typeof value === "number" && type === "integer") return [{ type, value }];
  if (typeof value !== "string" || !isStorable(value)) return [];
  if (type === "string" || type === "guid") return [{ type, value }];
  const moment = type === "dateTime" ? parseDateTime(value) : undefined;
  return moment === undefined ? [] : [{ type: "dateTime", value: moment }];
}

/** A beginning, an end or something within. */
function partOf([text, from, length]: readonly [string, number, number]): string {
  const characters = [...text];
  const start = from % (characters.length + 1);
  return characters.slice(start, length > 9 ? undefined : start + length).join("");
}

function tree(leaves: fc.Arbitrary<Filter>, depth: number): fc.Arbitrary<Filter> {
  if (depth === 0) return leaves;
  const below = tree(leaves, depth - 1);
  const group = fc.tuple(fc.constantFrom("and" as const, "or" as const), below, fc.array(below, { minLength: 1, maxLength: 2 }));
  return fc.oneof(
    { weight: 2, arbitrary: leaves },
    { weight: 2, arbitrary: group.map(([kind, first, rest]) => combine(kind, [first, ...rest])) },
    { weight: 1, arbitrary: below.map((term): Filter => ({ kind: "not", term })) },
  );
}

function leaf({ operand, values, parts }: Asked): fc.Arbitrary<Filter> {
  const operators = operand.type === "boolean" ? (["eq", "ne"] as const) : (["eq", "ne", "gt", "ge", "lt", "le"] as const);
  const compare = fc
    .tuple(fc.constantFrom(...operators), fc.oneof({ weight: 5, arbitrary: values }, fc.constant({ type: "null" } as const)))
    .map(([operator, value]): Filter => ({ kind: "compare", operator, operand, value }));
  const list = fc.array(values, { minLength: 1, maxLength: 4 }).map((members): Filter => ({ kind: "in", operand, values: members }));
  if (operand.type !== "string" && operand.type !== "guid") return fc.oneof({ weight: 3, arbitrary: compare }, list);
  const match = fc
    .tuple(fc.constantFrom("startswith", "endswith", "contains"), parts)
    .map(([how, text]): Filter => ({ kind: "match", how, operand, text }) as Filter);
  return fc.oneof({ weight: 3, arbitrary: compare }, list, match);
}

/** A row of an entity with values from the same small pools, so that filters hit; nulls and absent properties too. */
export function rows(entity: Entity): fc.Arbitrary<Row> {
  return fc.record(Object.fromEntries(entity.fields.map((field) => [field.name, valueOfField(field)])), {
    requiredKeys: [entity.key.name],
  });
}

function valueOfField(field: Field): fc.Arbitrary<unknown> {
  if (field.collection) return fc.array(itemOfField(field), { maxLength: 3 });
  return fc.option(itemOfField(field), { freq: 5 });
}

function itemOfField(field: Field): fc.Arbitrary<unknown> {
  if (field.type === "object") return fc.record(Object.fromEntries(field.members.map((member) => [member.name, valueOfField(member)])));
  return rowValues[field.type];
}

const rowValues: Readonly<Record<ScalarType, fc.Arbitrary<unknown>>> = {
  string: texts(),
  guid: texts(),
  integer: fc.constantFrom(...INTEGERS),
  decimal: fc.constantFrom(...DECIMALS),
  boolean: fc.boolean(),
  dateTime: fc.constantFrom(...MOMENTS_IN_ROWS),
  date: fc.constantFrom(...DATES),
};
