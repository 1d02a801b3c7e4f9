import { ProductError } from "../domain/errors.ts";
import type { FormatName } from "./format.ts";

/** An object of a JSON text. Read members with the functions of json-fields.ts only: they see own members, never a prototype's. */
export type JsonObject = { readonly [name: string]: unknown };

/** Whether a value is an object, and neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Parses a whole JSON text.
 * @throws ProductError `unreadable-input` with the line, and without quoting what stands there
 */
export function parseJson(text: string, source: string): unknown {
  const parsed = tryJson(text);
  if ("value" in parsed) return parsed.value;
  const line = lineOfSyntaxError(text, parsed.error);
  throw new ProductError("unreadable-input", "this is not valid JSON", {
    place: line === undefined ? { source } : { source, line },
    cause: parsed.error,
  });
}

/** Parses a JSON text, or says why it is none. */
export function tryJson(text: string): { readonly value: unknown } | { readonly error: unknown } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { error };
  }
}

/** V8 names a position in most of its messages; where the text just ends, the last line is meant. */
function lineOfSyntaxError(text: string, cause: unknown): number | undefined {
  const message = cause instanceof Error ? cause.message : "";
  const position = /at position (\d{1,10})/.exec(message)?.[1];
  const end = position === undefined ? (/end of JSON/.test(message) ? text.length : undefined) : Number(position);
  if (end === undefined) return undefined;
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < end; at = text.indexOf("\n", at + 1)) line++;
  return line;
}

/** Which of the JSON formats a text is, by the member names of its first objects; undefined for what is no JSON or none of ours. */
export function jsonFormatOf(text: string): FormatName | undefined {
  for (const names of memberNames(text)) {
    const format = formatOfMembers(names);
    if (format !== undefined) return format;
  }
  return undefined;
}

/** Whether a text begins as JSON does. */
export function beginsAsJson(text: string): boolean {
  return /^\s*[[{]/.test(text);
}

/** In this order: a native inventory may carry members of any name, and a table named `patches` is not unthinkable elsewhere. */
const TELLING_MEMBERS: readonly (readonly [format: FormatName, names: readonly string[]])[] = [
  ["native", ["deviceName", "installedKbs", "schema"]],
  ["computer-info", ["WindowsProductName", "OsHotFixes", "OsBuildNumber", "WindowsBuildLabEx", "OsName", "CsName"]],
  ["osquery", ["os_version", "patches", "system_info", "programs", "registry", "hostIdentifier", "hotfix_id", "platform_like"]],
  ["hotfix-list", ["HotFixID"]],
];

function formatOfMembers(names: ReadonlySet<string>): FormatName | undefined {
  const byName = TELLING_MEMBERS.find(([, telling]) => telling.some((name) => names.has(name)))?.[0];
  if (byName !== undefined) return byName;
  if (hasAll(names, ["key", "data", "type"]) || hasAll(names, ["name", "version", "install_location"])) return "osquery";
  if (hasAll(names, ["hostname", "cpu_type"]) || hasAll(names, ["platform", "build", "major"])) return "osquery";
  return hasAll(names, ["value", "Count"]) ? "hotfix-list" : undefined;
}

function hasAll(names: ReadonlySet<string>, wanted: readonly string[]): boolean {
  return wanted.every((name) => names.has(name));
}

/** An array or an NDJSON file may begin with an item that is broken: so many are looked at. */
const OBJECTS_LOOKED_AT = 50;

/**
 * Member names of the first objects at the top of a text, or of the array at its top. Scanned, not parsed: a format must be recognised
 * in a text that breaks further down, and cheaply in a long one.
 */
function* memberNames(text: string): Generator<ReadonlySet<string>> {
  let at = text.search(/[^\s[]/);
  for (let seen = 0; seen < OBJECTS_LOOKED_AT && at >= 0; seen++) {
    at = text.indexOf("{", at);
    if (at < 0) return;
    const names = new Set<string>();
    at = scanObject(text, at, names);
    yield names;
  }
}

/** Collects the member names of the object that opens at `start`; returns where it ends, or where its line does if it is broken. */
function scanObject(text: string, start: number, names: Set<string>): number {
  const structure = /["{}[\]]/g;
  structure.lastIndex = start;
  let depth = 0;
  for (let found = structure.exec(text); found !== null; found = structure.exec(text)) {
    if (opensNextLine(text, found.index, start)) return found.index;
    const change = DEPTH_CHANGE[found[0]];
    if (change !== undefined) {
      depth += change;
      if (depth <= 0) return found.index + 1;
      continue;
    }
    const end = endOfString(text, found.index);
    if (text[end] !== '"') return end;
    if (depth === 1) addMemberName(text, found.index, end, names);
    structure.lastIndex = end + 1;
  }
  return text.length;
}

/** A brace that begins a line begins the next object of NDJSON, whatever the line before left open. */
function opensNextLine(text: string, at: number, start: number): boolean {
  return at > start && text[at] === "{" && text[at - 1] === "\n";
}

const DEPTH_CHANGE: Readonly<Record<string, number>> = { "{": 1, "[": 1, "}": -1, "]": -1 };

function addMemberName(text: string, start: number, end: number, names: Set<string>): void {
  if (text[nextSolid(text, end + 1)] === ":") names.add(text.slice(start + 1, end));
}

/** Where the string that opens at `start` closes. JSON strings hold no line end, so a broken one ends with its line. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at];
    if (char === '"' || char === "\n") return at;
    if (char === "\\") at++;
  }
  return text.length;
}

function nextSolid(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at] ?? "")) at++;
  return at;
}
