import type { Dialect } from "../sql/dialect.ts";
import { encodeText } from "./text-code.ts";

/** By code point, whatever the language of the database; and letters are folded as A to Z only. */
const collated = (sql: string): string => `(${sql} COLLATE "C")`;

/** Every value says its type, so that none is guessed. */
function typeOf(value: string | number | bigint): string {
  if (typeof value === "string") return "text";
  const isBigint = typeof value === "bigint" ? BigInt.asIntN(64, value) === value : Number.isSafeInteger(value);
  return isBigint ? "bigint" : "numeric";
}

/** What PostgreSQL says in its own way. */
export const dialect: Dialect = {
  mark: (number, value) => `$${number}::${typeOf(value)}`,
  text: collated,
  fold: (sql) => `lower(${sql})`,
  contains: (found, mark) => `strpos(${found}, ${mark}) > 0`,
  startsWith: (found, mark) => `starts_with(${found}, ${mark})`,
  endsWith: (found, mark, wanted) => `right(${found}, ${[...encodeText(wanted)].length}) = ${mark}`,
  tagItems: "jsonb_array_elements_text(d.tags) AS item(value)",
  addressItems: "jsonb_array_elements_text(d.addresses) AS item(value)",
  item: "item.value",
  firstAddress: "(d.addresses ->> 0)",
  addresses: "CAST(d.addresses AS text)",
  isOneOf: (sql, mark) => `${sql} = ANY(ARRAY(SELECT jsonb_array_elements_text(CAST(${mark} AS jsonb))))`,
  cutsParts: true,
};

const { cutsParts: _, ...words } = dialect;

/** The same where Citus has distributed the tables. */
export const citusDialect: Dialect = { ...words, isDistributed: true };
