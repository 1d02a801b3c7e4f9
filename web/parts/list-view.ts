import type { Sort } from "./grid.tsx";

type Value = string | number | boolean | null;

/** Rows in the order of one of their values; what is not known comes last either way. */
export function sorted<T>(rows: readonly T[], sort: Sort, read: (row: T, name: string) => Value | undefined): readonly T[] {
  const isDescending = sort.startsWith("-");
  const name = isDescending ? sort.slice(1) : sort;
  const sign = isDescending ? -1 : 1;
  return [...rows].sort((a, b) => compare(read(a, name), read(b, name), sign));
}

function compare(a: Value | undefined, b: Value | undefined, sign: number): number {
  const [noA, noB] = [a === null || a === undefined, b === null || b === undefined];
  if (noA || noB) return Number(noA) - Number(noB);
  if (typeof a === "string" && typeof b === "string") return sign * a.localeCompare(b, undefined, { numeric: true, sensitivity: "base" });
  return sign * (Number(a) - Number(b));
}

const ranks: Readonly<Record<string, number>> = { Critical: 5, High: 4, Important: 4, Medium: 3, Moderate: 3, Low: 2, None: 1 };

/** How bad a severity is, to sort by. */
export function rankOf(severity: string | null): number | null {
  return severity === null ? null : (ranks[severity] ?? null);
}

/** Whether one of some texts has what is searched for, letter case aside. */
export function hasText(search: string, ...texts: readonly string[]): boolean {
  const wanted = search.trim().toLowerCase();
  return wanted === "" || texts.some((text) => text.toLowerCase().includes(wanted));
}
