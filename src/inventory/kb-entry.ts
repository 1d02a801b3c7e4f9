import { parseKb } from "../domain/windows/kb.ts";

/**
 * Reads one entry of a hotfix list in its documented normal form: digits only. What may follow the number says which build of the same
 * update it is: `KB2705219-v2 - Update`, `KB2510531-IE8`, `KB975558_WM8` (XP and 2003), `KB976902 (x64)`.
 * Undefined where the entry names no KB: `File 1`, `Update`, `KB2862` (cut), full-width digits.
 */
export function parseKbEntry(entry: string): string | undefined {
  // The normal form itself, as most senders write it.
  if (plainKb.test(entry)) return entry;
  const trimmed = entry.trim();
  return /^KB ?(\d{6,7})(?:[-_ (].*)?$/i.exec(trimmed)?.[1] ?? parseKb(trimmed);
}

const plainKb = /^\d{6,7}$/;

/** All KB numbers that stand in a text as words of their own (`…(KB4487038)`, `Package_for_KB5034441~31bf…`), without repetition. */
export function kbsNamedIn(text: string): string[] {
  return [...new Set([...text.matchAll(/(?<![A-Za-z0-9])KB(\d{6,7})(?![0-9])/gi)].map((match) => match[1] ?? ""))];
}

/** XP and Server 2003 list the files of an update as entries of their own, and articles from before there were KB numbers (`Q147222`). */
export function isNumberlessEntry(entry: string): boolean {
  return /^(?:File \d{1,4}|Q\d{6})$/.test(entry.trim());
}
