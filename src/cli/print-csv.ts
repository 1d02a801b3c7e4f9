/** A cell that a spreadsheet would take for a formula; the apostrophe in front makes it text. */
const formula = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/** Rows as RFC 4180 CSV, the first row being the header. */
export function printCsv(rows: readonly (readonly (string | number | boolean | null)[])[]): string {
  return rows.map((row) => `${row.map((cell) => printCell(cell ?? "")).join(",")}\r\n`).join("");
}

/**
 * A text that starts like a formula gets an apostrophe; so does one that starts with apostrophes and such a text,
 * so that taking one apostrophe off always gives back the original.
 */
function printCell(cell: string | number | boolean): string {
  if (typeof cell !== "string") return String(cell);
  if (formula.test(cell.replace(/^'+/, ""))) return `"'${cell.replaceAll('"', '""')}"`;
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
