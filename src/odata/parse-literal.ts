import { parseDate, parseDateTime } from "./date-time.ts";
import type { ScalarType } from "./entity.ts";
import type { Literal, Operand } from "./filter.ts";
import { ODataError, quote } from "./odata-error.ts";
import { foldCase } from "./texts.ts";
import type { Token } from "./tokens.ts";

/** The value a token stands for beside an operand; refuses what is not of its type. `shown` is how the operand was written. */
export function literalOf(token: Token, operand: Operand, shown: string): Literal {
  if (isNull(token)) return { type: "null" };
  const literal = READERS[operand.type](token);
  if (literal !== undefined) return literal;
  throw new ODataError(`${shown} is ${EXPECTED[operand.type]}, not ${describe(token)}${hintFor(token, operand.type)}`, {
    option: "$filter",
    position: token.position,
  });
}

/** Whether a token can only be a value, so that `5 lt x` is understood. */
export function isValue(token: Token): boolean {
  return token.kind === "text" || token.kind === "bare" || isNull(token) || isBoolean(token);
}

/** A token for a message. */
export function describe(token: Token): string {
  if (token.kind === "end") return "the end";
  return token.kind === "text" ? `the text ${quote(token.text)}` : quote(token.text);
}

/** What each type is called, with a sample of how it is written. */
const EXPECTED: Readonly<Record<ScalarType, string>> = {
  string: "a text ('…')",
  guid: "a guid ('80fe8ff8-2624-418e-9591-41f0491218f9')",
  integer: "a whole number (42)",
  decimal: "a number (7.5)",
  boolean: "true or false",
  dateTime: "a date-time (2024-01-01T08:15:00Z)",
  date: "a date (2024-01-01)",
};

type Reader = (token: Token) => Literal | undefined;

const READERS: Readonly<Record<ScalarType, Reader>> = {
  string: (token) => (token.kind === "text" ? { type: "string", value: token.text } : undefined),
  guid: (token) => (token.kind === "text" || isBareGuid(token) ? { type: "guid", value: token.text } : undefined),
  integer: readInteger,
  decimal: readDecimal,
  boolean: (token) => (isBoolean(token) ? { type: "boolean", value: foldCase(token.text) === "true" } : undefined),
  dateTime: (token) => timeLiteral("dateTime", token.kind === "bare" ? parseDateTime(token.text) : undefined),
  date: (token) => timeLiteral("date", token.kind === "bare" ? parseDate(token.text) : undefined),
};

function isNull(token: Token): boolean {
  return token.kind === "word" && foldCase(token.text) === "null";
}

function isBoolean(token: Token): boolean {
  if (token.kind !== "word") return false;
  const word = foldCase(token.text);
  return word === "true" || word === "false";
}

function isBareGuid(token: Token): boolean {
  return token.kind === "bare" && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(token.text);
}

const LARGEST_INTEGER = 2n ** 63n - 1n;

function readInteger(token: Token): Literal | undefined {
  if (token.kind !== "bare" || !/^-?\d{1,19}$/.test(token.text)) return undefined;
  const exact = BigInt(token.text);
  if (exact > LARGEST_INTEGER || exact < -LARGEST_INTEGER - 1n) return undefined;
  const value = Number(exact);
  return { type: "integer", value: Number.isSafeInteger(value) ? value + 0 : exact };
}

function readDecimal(token: Token): Literal | undefined {
  if (token.kind !== "bare" || !/^-?\d{1,40}(?:\.\d{1,40})?(?:e[+-]?\d{1,3})?$/i.test(token.text)) return undefined;
  const value = Number(token.text);
  return Number.isFinite(value) ? { type: "decimal", value: value + 0 } : undefined;
}

function timeLiteral(type: "dateTime" | "date", value: string | undefined): Literal | undefined {
  return value === undefined ? undefined : { type, value };
}

function hintFor(token: Token, type: ScalarType): string {
  if (type === "dateTime" && token.kind === "bare" && parseDateTime(`${token.text}Z`) !== undefined)
    return ": a zone is missing, such as Z";
  if ((type === "dateTime" || type === "date") && token.kind === "text") return ": it stands without quotes";
  if ((type === "string" || type === "guid") && token.kind !== "text") return ": a text stands in single quotes";
  return "";
}
