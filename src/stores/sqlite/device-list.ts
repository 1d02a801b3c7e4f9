import { type ListStatements, listStatements } from "../sql/device-list.ts";
import type { Dialect } from "../sql/dialect.ts";

const bytesOf = (text: string): number => Buffer.byteLength(text);

/** Ends are compared as bytes: as a text, what stands behind a NUL is not seen. */
const dialect: Dialect = {
  mark: () => "?",
  text: (sql) => sql,
  fold: (sql) => `lower(${sql})`,
  contains: (found, mark) => `instr(${found}, ${mark}) > 0`,
  startsWith: (found, mark, wanted) => `substr(CAST(${found} AS BLOB), 1, ${bytesOf(wanted)}) = CAST(${mark} AS BLOB)`,
  endsWith: (found, mark, wanted) => `substr(CAST(${found} AS BLOB), -${bytesOf(wanted)}) = CAST(${mark} AS BLOB)`,
  tagItems: "json_each(d.tags) item",
  addressItems: "json_each(d.reported, '$.ipAddresses') item",
  item: "item.value",
  firstAddress: "json_extract(d.reported, '$.ipAddresses[0]')",
  addresses: "json_extract(d.reported, '$.ipAddresses')",
  isOneOf: (sql, mark) => `${sql} IN (SELECT value FROM json_each(${mark}))`,
};

const statements = listStatements(dialect);

/** The devices of a list, as SQLite wants it said. */
export const listStatement: ListStatements["listStatement"] = statements.listStatement;
/** What is asked for beside them. */
export const besideStatements: ListStatements["besideStatements"] = statements.besideStatements;
/** Distinct inventories with their numbers of devices. */
export const digestsStatement: ListStatements["digestsStatement"] = statements.digestsStatement;
