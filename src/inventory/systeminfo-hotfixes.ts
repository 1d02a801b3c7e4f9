import { isNumberlessEntry, kbsNamedIn, parseKbEntry } from "./kb-entry.ts";
import { checkKbCount } from "./kb-list.ts";
import type { ProblemList } from "./problem-list.ts";
import type { Capture, Entry, Section } from "./systeminfo-capture.ts";

/** The hotfix section as far as it can be trusted; `null` is not an empty list. */
export interface Hotfixes {
  readonly installedKbs: readonly string[] | null;
  readonly notes: readonly string[];
}

/** systeminfo's buffer ends somewhere between these two, and with it the list. */
const STOPS = { earliest: 200, latest: 245 } as const;

/** Reads the hotfix list of a capture. A list that may have been cut by whoever handed it in is `null`, never a shorter list. */
export function readHotfixes(capture: Capture, problems: ProblemList): Hotfixes {
  const at = hotfixSectionAt(capture.sections);
  const section = capture.sections[at];
  if (section === undefined) return unknown("the capture has no hotfix list");
  if (at === capture.sections.length - 1)
    return unknown("the capture ends with its hotfix list, so the list may be cut; the network cards should follow");
  if (section.entries.length === 0) return readEmptySection(section, capture.middle);
  return readEntries(section, problems);
}

/**
 * Where the list stands. By what it holds; else, as nothing in it is KB-like, by its neighbours, whose form no language changes:
 * it follows the logon server (`\\NAME`) and precedes the network cards, the only section with two levels.
 */
function hotfixSectionAt(sections: readonly Section[]): number {
  const byEntries = sections.findIndex((section) =>
    section.entries.some((entry) => isNumberlessEntry(entry.text) || kbsNamedIn(entry.text).length > 0),
  );
  if (byEntries >= 0) return byEntries;
  const logonServer = sections.findIndex((section) => section.value.startsWith("\\\\"));
  if (logonServer >= 0) return logonServer + 1;
  return sections.findIndex((section) => section.isNested) - 1;
}

/** `N/A`, `N/D`, `0 Hotfix(s) Installed.` say that there are none. Anything else without entries is not understood. */
function readEmptySection({ value }: Section, middle: string): Hotfixes {
  const stated = statedCount(value);
  if (stated === 0) return { installedKbs: [], notes: [] };
  if (stated !== undefined) return unknown(`the capture counts ${stated} hotfixes and lists none`);
  if (value !== "" && (middle.startsWith(`${value} `) || ABSENCE_WORDS.has(value.toLowerCase()))) return { installedKbs: [], notes: [] };
  return unknown("the hotfix list of the capture is empty, and nothing says that there are no hotfixes");
}

/** For captures with a service pack in the version line, which then shows no such word. */
const ABSENCE_WORDS: ReadonlySet<string> = new Set([
  "n/a",
  "n/d",
  "n.d.",
  "n.v.t.",
  "н/д",
  "暂缺",
  "不适用",
  "該当なし",
  "해당 없음",
  "nicht zutreffend",
  "nicht verfügbar",
  "não aplicável",
  "nie dotyczy",
]);

/** `9 Hotfix(s) Installed.`, `9 revisión(es) instaladas.`, `安装了 9 个修补程序。` */
function statedCount(value: string): number | undefined {
  const digits = /\d{1,6}/.exec(value)?.[0];
  return digits === undefined ? undefined : Number(digits);
}

function readEntries(section: Section, problems: ProblemList): Hotfixes {
  const listed = new Set<string>();
  const unread: Entry[] = [];
  let numberless = 0;
  for (const entry of section.entries) {
    const kb = parseKbEntry(entry.text);
    if (kb !== undefined) listed.add(kb);
    else if (isNumberlessEntry(entry.text)) numberless++;
    else unread.push(entry);
  }
  checkKbCount(listed.size, problems.source);
  const stated = statedCount(section.value);
  const stopNote = stopNoteFor(section.entries.length, stated);
  if (stopNote !== undefined && unread.at(-1) === section.entries.at(-1)) unread.pop();
  tellUnread(unread, problems);
  tellCount(section, stated, problems);
  if (listed.size === 0) return unknown("no entry of the hotfix list names a KB");
  return { installedKbs: [...listed], notes: [...(stopNote === undefined ? [] : [stopNote]), ...numberlessNotes(numberless)] };
}

/** The list of the tool itself ends early on old systems with many updates; its last entry is then half an entry. */
function stopNoteFor(read: number, stated: number | undefined): string | undefined {
  if (read < STOPS.earliest) return undefined;
  if (stated !== undefined && stated > read)
    return `systeminfo stopped after ${read} of ${stated} hotfixes (it lists at most 245): the others are not known`;
  return read >= STOPS.latest && stated === read ? "systeminfo lists at most 245 hotfixes and stopped there: there may be more" : undefined;
}

function numberlessNotes(count: number): string[] {
  return count === 0 ? [] : [`${count} entries of the hotfix list name files, not updates (Windows XP and Server 2003 do so)`];
}

function tellUnread(unread: readonly Entry[], problems: ProblemList): void {
  for (const entry of unread)
    problems.add("an entry of the hotfix list names no KB and was left out", { line: entry.line, field: "installedKbs" });
}

function tellCount(section: Section, stated: number | undefined, problems: ProblemList): void {
  const found = section.entries.length;
  if (stated === undefined || stated === found || (stated > found && found >= STOPS.earliest)) return;
  problems.add(`the capture counts ${stated} hotfixes and lists ${found}`, { line: section.line, field: "installedKbs" });
}

function unknown(note: string): Hotfixes {
  return { installedKbs: null, notes: [note] };
}
