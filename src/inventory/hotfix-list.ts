import { ProductError } from "../domain/errors.ts";
import { looksLikePackages, readPackages } from "./dism-packages.ts";
import type { InventoryFormat, InventoryFragment, ParsedInput } from "./format.ts";
import { looksDelimited, readDelimitedHotfixes } from "./hotfix-csv.ts";
import { looksLikeProperties, readProperties } from "./hotfix-properties.ts";
import { columnRole, fragmentsOfRows, type HotfixRow, machineRank } from "./hotfix-rows.ts";
import { isTableHeader, readTable } from "./hotfix-table.ts";
import { cell } from "./json-cell.ts";
import { member } from "./json-fields.ts";
import { beginsAsJson, isJsonObject, type JsonObject, jsonFormatOf, parseJson } from "./json-text.ts";
import { parseKbEntry } from "./kb-entry.ts";
import { ProblemList } from "./problem-list.ts";
import { splitLines } from "./text-lines.ts";

/** The forms in which hotfix lists come; the order matters only for speed, as no text is two of them. */
type ListForm = "json" | "blank" | "none" | "offered" | "bare" | "packages" | "properties" | "delimited" | "table";

/**
 * Lists of hotfixes without anything else: `Get-HotFix` as table, list, CSV or JSON, `wmic qfe`, `dism /get-packages`.
 * One fragment per machine, where the list names machines; the operating system has to come from another file.
 */
export const hotfixList: InventoryFormat = {
  name: "hotfix-list",

  looksLike(text: string): boolean {
    return formOf(text) !== undefined;
  },

  parse(text: string, source: string): ParsedInput {
    const form = formOf(text);
    if (form === undefined) throw new ProductError("unreadable-input", "this is no hotfix list", { place: { source } });
    const problems = new ProblemList(source);
    tellStrayCharacters(text, problems);
    const fragments = fragmentsOf(form, text, problems);
    return { fragments: fragments.length > 0 ? fragments : [NO_ROWS], problems: problems.toArray() };
  },
};

const NO_ROWS: InventoryFragment = { installedKbs: null, notes: ["the hotfix list has a header and no rows, so it may be cut"] };

/** wmic prints a line end and nothing else both where there are no updates and where it failed; the words are on its error output. */
const BLANK: InventoryFragment = {
  installedKbs: null,
  notes: ["the hotfix list is blank: wmic prints that when there is none, and when it fails"],
};

function formOf(text: string): ListForm | undefined {
  if (beginsAsJson(text)) return jsonFormatOf(text) === "hotfix-list" ? "json" : undefined;
  if (/^[\r\n]+$/.test(text)) return "blank";
  if (/^\s*No Instance\(s\) Available\.\s*$/i.test(text)) return "none";
  if (looksLikePackages(text)) return "packages";
  if (looksLikeProperties(text)) return "properties";
  return formOfLines(text);
}

function formOfLines(text: string): ListForm | undefined {
  const head = text.slice(0, HEAD).split(/[\r\n]+/);
  const lines = head.filter((line) => line.trim() !== "").slice(0, LINES_LOOKED_AT);
  if (lines.length === 0) return undefined;
  if (lines.some(isTableHeader)) return "table";
  if (lines.every((line) => /^KB\d{6,7}: \S/i.test(line))) return "offered";
  if (lines.every((line) => /^\s*KB/i.test(line) && parseKbEntry(line) !== undefined)) return "bare";
  return looksDelimited(text) ? "delimited" : undefined;
}

const HEAD = 65_536;
const LINES_LOOKED_AT = 40;

function fragmentsOf(form: ListForm, text: string, problems: ProblemList): InventoryFragment[] {
  switch (form) {
    case "blank":
      return [BLANK];
    case "none":
      return [{ installedKbs: [], notes: [] }];
    case "json":
      return fragmentsOfRows(jsonRows(parseJson(text, problems.source)), problems);
    case "delimited":
      return fragmentsOfRows(readDelimitedHotfixes(text, problems), problems);
    default:
      return fragmentsOfLines(form, splitLines(text, problems.source), problems);
  }
}

function fragmentsOfLines(
  form: "offered" | "bare" | "packages" | "properties" | "table",
  lines: readonly string[],
  problems: ProblemList,
): InventoryFragment[] {
  switch (form) {
    case "offered":
      return [offered(lines, problems)];
    case "packages":
      return [readPackages(lines, problems)];
    case "properties":
      return fragmentsOfRows(readProperties(lines), problems);
    case "table":
      return fragmentsOfRows(readTable(lines, lines.findIndex(isTableHeader)), problems);
    case "bare":
      return fragmentsOfRows(bareRows(lines), problems);
  }
}

/** `KB4486553: 2019-02 Cumulative Update …`: what the Windows Update Agent offered. Offered is the opposite of installed. */
function offered(lines: readonly string[], problems: ProblemList): InventoryFragment {
  const kbs = new Set<string>();
  for (const [index, line] of lines.entries()) {
    const kb = parseKbEntry(/^(KB\d{6,7}): \S/i.exec(line)?.[1] ?? "");
    if (kb !== undefined) kbs.add(kb);
    else if (line.trim() !== "") problems.add("the line names no KB and was left out", { line: index + 1 });
  }
  return { offeredKbs: [...kbs], notes: [] };
}

function* bareRows(lines: readonly string[]): Generator<HotfixRow> {
  for (const [index, line] of lines.entries()) if (line.trim() !== "") yield { line: index + 1, id: line };
}

/** An array of hotfixes, a single one, or the `{ "value": […], "Count": n }` of Windows PowerShell. */
function* jsonRows(value: unknown): Generator<HotfixRow> {
  const wrapped = isJsonObject(value) ? member(value, "value") : undefined;
  const items: unknown[] = Array.isArray(value) ? value : Array.isArray(wrapped) ? wrapped : [value];
  for (const item of items) yield isJsonObject(item) ? jsonRow(item) : { id: undefined };
}

function jsonRow(item: JsonObject): HotfixRow {
  const names = Object.keys(item);
  const id = names.find((name) => columnRole(name) === "id");
  const machines = names.filter((name) => columnRole(name) === "machine" && cell(item, name) !== undefined);
  const [machine] = machines.sort((a, b) => machineRank(a) - machineRank(b));
  return { id: cell(item, id ?? ""), machine: cell(item, machine ?? ""), servicePack: cell(item, "ServicePackInEffect") };
}

/** NULs, marks in the middle and line separators are the traces of a copy that went wrong. */
function tellStrayCharacters(text: string, problems: ProblemList): void {
  const at = text.search(/[\0\uFEFF\u2028\u2029]|\p{Surrogate}/u);
  if (at < 0) return;
  const code = (text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  problems.add(`the character U+${code} does not belong into a hotfix list`, { line: text.slice(0, at).split(/\r\n|\r|\n/).length });
}
