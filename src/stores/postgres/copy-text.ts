import { encodeText } from "./text-code.ts";

/** What a row that is copied may hold. */
export type CopiedValue = string | number | boolean | null | Uint8Array;

/** What COPY reads as something else, or our texts are kept otherwise for (`encodeText`): most texts have none of it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what they are about
const unusual = /[\u0000-\u0003\ud800-\udfff\\\n\r\t]/;
const special = /[\\\n\r\t]/g;
const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** The database takes some rows in while the next are made. */
const rowsTogether = 50;

/** Rows as COPY takes them, some at a time: its text format, a line each. https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS */
export function* copyText(rows: Iterable<readonly CopiedValue[]>): Generator<string> {
  let lines: string[] = [];
  for (const row of rows) {
    lines.push(`${row.map(copyValue).join("\t")}\n`);
    if (lines.length < rowsTogether) continue;
    yield lines.join("");
    lines = [];
  }
  if (lines.length > 0) yield lines.join("");
}

function copyValue(value: CopiedValue): string {
  if (typeof value === "string") {
    return unusual.test(value) ? encodeText(value).replace(special, (sign) => escapes[sign] ?? sign) : value;
  }
  if (value === null) return "\\N";
  if (value instanceof Uint8Array) return `\\\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex")}`;
  return String(value);
}
