import { encodeText } from "./text-code.ts";

/** What a row that is copied may hold. */
export type CopiedValue = string | number | boolean | null | Uint8Array;

const special = /[\\\n\r\t]/g;
const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Rows as COPY takes them: its text format, a line each. https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS */
export function copyText(rows: readonly (readonly CopiedValue[])[]): string {
  return rows.map((row) => `${row.map(copyValue).join("\t")}\n`).join("");
}

function copyValue(value: CopiedValue): string {
  if (typeof value === "string") {
    const text = encodeText(value);
    return text.search(special) < 0 ? text : text.replace(special, (sign) => escapes[sign] ?? sign);
  }
  if (value === null) return "\\N";
  if (value instanceof Uint8Array) return `\\\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex")}`;
  return String(value);
}
