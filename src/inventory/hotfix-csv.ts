import { ProductError } from "../domain/errors.ts";
import { type DelimitedRow, readDelimited } from "./delimited-text.ts";
import { columnRole, type HotfixRow, machineRank } from "./hotfix-rows.ts";
import { parseKbEntry } from "./kb-entry.ts";
import type { ProblemList } from "./problem-list.ts";

const SEPARATORS = [",", ";", "\t"] as const;

/** Where a delimited list begins: after `sep=;` and after PowerShell's `#TYPE` line. */
interface Start {
  readonly offset: number;
  readonly line: number;
  readonly separator: string | undefined;
}

/** Whether a text is a delimited list with a column of KBs, told by the names in its first line or by cells that are KBs as a whole. */
export function looksDelimited(text: string): boolean {
  const start = startOf(text);
  const [header, second] = text
    .slice(start.offset, start.offset + 65_536)
    .split(/\r\n|\r|\n/)
    .filter((line) => line.trim() !== "");
  const cells = (line: string | undefined): string[] =>
    (line ?? "").split(separatorOf(line ?? "", start)).map((cell) => cell.replace(/^"|"$/g, ""));
  const names = cells(header);
  if (names.length === 1 && start.offset === 0 && !/^"/.test(header ?? "")) return false;
  return (
    names.some((name) => columnRole(name) === "id") ||
    (names.length > 1 && cells(second).some((cell) => /^KB/i.test(cell) && parseKbEntry(cell) !== undefined))
  );
}

/**
 * Rows of `Get-HotFix | ConvertTo-Csv`, `wmic qfe list /format:csv` and other exports. The columns are found by name; under a
 * translated header by the one column in which every cell is a KB. Never by position.
 */
export function* readDelimitedHotfixes(text: string, problems: ProblemList): Generator<HotfixRow> {
  const start = startOf(text);
  const body = text.slice(start.offset);
  const firstLine = body.slice(0, body.search(/[\r\n]|$/));
  const [header, ...rows] = readDelimited(body, separatorOf(firstLine, start), problems.source, start.line);
  if (header === undefined) return;
  const id = idColumn(header, rows, problems.source);
  const machine = machineColumn(header);
  const servicePack = header.cells.findIndex((name) => columnRole(name) === "service-pack");
  const state = header.cells.findIndex((name) => columnRole(name) === "state");
  for (const row of rows) {
    if (!fits(row, header)) {
      problems.add(`the row has ${row.cells.length} cells under ${header.cells.length} names and was left out`, { line: row.line });
      continue;
    }
    yield { line: row.line, id: row.cells[id], machine: row.cells[machine], servicePack: row.cells[servicePack], state: row.cells[state] };
  }
}

function startOf(text: string): Start {
  let offset = /^\s*/.exec(text)?.[0].length ?? 0;
  let separator: string | undefined;
  for (;;) {
    const rest = text.slice(offset, offset + 500);
    const directive = /^(?:sep=(.)|#TYPE[^\r\n]*)(?:\r\n|\r|\n)/i.exec(rest);
    if (directive === null) return { offset, line: text.slice(0, offset).split(/\r\n|\r|\n/).length, separator };
    separator = directive[1] ?? separator;
    offset += directive[0].length;
  }
}

/** The one that the header has most of; `sep=` has the last word. */
function separatorOf(header: string, start: Start): string {
  if (start.separator !== undefined) return start.separator;
  const counts = SEPARATORS.map((separator) => header.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ",";
}

function idColumn(header: DelimitedRow, rows: readonly DelimitedRow[], source: string): number {
  const named = indexesOf(header, (name) => columnRole(name) === "id");
  const found = named.length > 0 ? named : columnsOfKbs(header, rows);
  const [id] = found;
  if (id !== undefined && found.length === 1) return id;
  const what =
    found.length === 0
      ? "no column of KBs: none is named HotFixID, and in none every cell is a KB"
      : "more than one column that may hold the KBs";
  throw new ProductError("unreadable-input", `there is ${what}`, { place: { source, line: header.line, field: "HotFixID" } });
}

/** Under a header in another language: cells with the letters KB, every one a KB. */
function columnsOfKbs(header: DelimitedRow, rows: readonly DelimitedRow[]): number[] {
  const filled = (index: number): string[] =>
    rows.flatMap((row) => ((row.cells[index] ?? "").trim() === "" ? [] : [row.cells[index] ?? ""]));
  return indexesOf(header, (_, index) => {
    const first = rows[0]?.cells[index];
    if (first === undefined || !/^\s*KB/i.test(first)) return false;
    return filled(index).every((cell) => parseKbEntry(cell) !== undefined);
  });
}

function machineColumn(header: DelimitedRow): number {
  const columns = indexesOf(header, (name) => columnRole(name) === "machine");
  return columns.sort((a, b) => machineRank(header.cells[a] ?? "") - machineRank(header.cells[b] ?? ""))[0] ?? -1;
}

function indexesOf(header: DelimitedRow, wanted: (name: string, index: number) => boolean): number[] {
  return header.cells.flatMap((name, index) => (wanted(name, index) ? [index] : []));
}

/** A separator at the end of a row makes an empty cell more; anything else means that cells are not where their names are. */
function fits(row: DelimitedRow, header: DelimitedRow): boolean {
  const extra = row.cells.slice(header.cells.length);
  return row.cells.length >= header.cells.length && extra.every((cell) => cell.trim() === "");
}
