import { parseOsVersion, type VersionParts } from "./os-facts.ts";
import { trimPadding } from "./text-lines.ts";

/** A label at the start of a line with its value, and the indented lines below it. Labels are in any language and prove nothing. */
export interface Section {
  readonly line: number;
  readonly value: string;
  readonly entries: readonly Entry[];
  /** lines below an entry: only network cards have them */
  readonly isNested: boolean;
}

/** `[01]: KB4100347` below a label. */
export interface Entry {
  readonly line: number;
  readonly text: string;
}

/** What one run of systeminfo printed: its sections from the host name on, the third of which is the version. */
export interface Capture {
  readonly sections: readonly Section[];
  readonly version: VersionParts & { readonly build: number };
  /** the words between version and build; without a service pack they begin with this language's "not available" */
  readonly middle: string;
}

/** Cuts a text into the captures that it holds. Every one begins two labels before its version line. */
export function capturesIn(lines: readonly string[]): Capture[] {
  const sections = sectionsIn(lines);
  const versionsAt = sections.flatMap((section, index) => (versionIn(section.value) === undefined ? [] : [index]));
  return versionsAt.map((at, n) => {
    const next = versionsAt[n + 1];
    const from = Math.max(at - 2, n === 0 ? 0 : (versionsAt[n - 1] ?? 0) + 1);
    const own = sections.slice(from, next === undefined ? undefined : next - 2);
    const value = sections[at]?.value ?? "";
    return { sections: at - from === 2 ? own : [BLANK, ...own], version: versionIn(value) ?? NOTHING, middle: middleOf(value) };
  });
}

const BLANK: Section = { line: 1, value: "", entries: [], isNested: false };
const NOTHING = { version: "", build: 0 };

/**
 * Reads `10.0.17134 N/A Build 17134`, `6.1.7601 Service Pack 1 version 7601`: the build stands at both ends in every language.
 * Undefined for every other value, also where the two disagree.
 */
export function versionIn(value: string): (VersionParts & { readonly build: number }) | undefined {
  if (value.length > LONGEST_VERSION) return undefined;
  const words = value.split(/\s+/);
  const parts = words.length < 3 ? undefined : parseOsVersion(words[0] ?? "");
  if (parts?.build === undefined || words.at(-1) !== String(parts.build)) return undefined;
  return { ...parts, build: parts.build };
}

const LONGEST_VERSION = 200;

/** The `N/D Compilación` of `10.0.17763 N/D Compilación 17763`: where there is no service pack, it begins with "not available". */
function middleOf(value: string): string {
  return value.split(/\s+/).slice(1, -1).join(" ");
}

function sectionsIn(lines: readonly string[]): Section[] {
  const sections: OpenSection[] = [];
  for (const [index, text] of lines.entries()) {
    if (text.trim() === "") continue;
    const open = sections.at(-1);
    if (!/^\s/.test(text)) {
      const colon = text.search(/[:：]/);
      if (colon > 0)
        sections.push({ line: index + 1, value: trimPadding(text.slice(colon + 1)), entries: [], isNested: false, indent: -1 });
    } else if (open !== undefined) continueSection(open, text, index + 1);
  }
  return sections;
}

type OpenSection = { line: number; value: string; entries: Entry[]; isNested: boolean; indent: number };

function continueSection(section: OpenSection, text: string, line: number): void {
  const indent = text.search(/\S/);
  if (section.indent >= 0 && indent > section.indent) {
    section.isNested = true;
    return;
  }
  section.indent = indent;
  const entry = /^\[\d{1,6}\][\s\uFFFD]?: ?(.*)$/.exec(text.slice(indent));
  if (entry !== null) section.entries.push({ line, text: (entry[1] ?? "").trim() });
}
