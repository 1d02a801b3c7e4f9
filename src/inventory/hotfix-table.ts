import { columnRole, type HotfixRow, machineRank } from "./hotfix-rows.ts";
import { kbsNamedIn, parseKbEntry } from "./kb-entry.ts";

interface Column {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Whether a line is the header of a table of hotfixes: property names are English in every language of Windows. */
export function isTableHeader(line: string): boolean {
  return line.length < 1_000 && !/[,;\t":=]/.test(line) && /^(?:\S+ +)*HotFixID\b/i.test(line.trim().replace(/ +/g, " "));
}

/**
 * Rows of `wmic qfe`, `wmic qfe get …` and `Get-HotFix` tables: columns begin where their names do in the header.
 * Wide characters shift a row of a Chinese or Japanese table; then the one KB that it names is taken.
 */
export function* readTable(lines: readonly string[], headerAt: number): Generator<HotfixRow> {
  const columns = columnsOf(lines[headerAt] ?? "");
  const id = columns.find((column) => columnRole(column.name) === "id");
  const servicePack = columns.find((column) => columnRole(column.name) === "service-pack");
  const machine = columns
    .filter((column) => columnRole(column.name) === "machine")
    .sort((a, b) => machineRank(a.name) - machineRank(b.name))[0];
  for (const [index, text] of lines.entries()) {
    if (index <= headerAt || text.trim() === "" || /^[-\s]+$/.test(text) || isTableHeader(text)) continue;
    const entry = cellOf(text, id);
    const only = kbsNamedIn(text);
    const isReadable = parseKbEntry(entry) !== undefined || only.length !== 1;
    yield {
      line: index + 1,
      id: isReadable || (servicePack !== undefined && entry.startsWith("File ")) ? entry : only[0],
      machine: machine === undefined ? undefined : cellOf(text, machine),
      servicePack: cellOf(text, servicePack),
    };
  }
}

function columnsOf(header: string): Column[] {
  const names = [...header.matchAll(/\S+/g)];
  return names.map((match, index) => ({ name: match[0], start: match.index, end: names[index + 1]?.index ?? Number.POSITIVE_INFINITY }));
}

function cellOf(text: string, column: Column | undefined): string {
  return column === undefined ? "" : text.slice(column.start, column.end).trim();
}
