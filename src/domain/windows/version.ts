/**
 * A dotted version of an application: `15.0.2104.1` as [15, 0, 2104, 1]. Leading zeros are dropped (`15.02.1258.025`).
 * Undefined unless there are two to four numbers and nothing else.
 */
export function parseVersion(text: string): readonly number[] | undefined {
  if (!/^\d{1,6}(?:\.\d{1,9}){1,3}$/.test(text.trim())) return undefined;
  return text.trim().split(".").map(Number);
}

/** Negative, zero or positive as `a` is below, equal to or above `b`; a missing part counts as zero. */
export function compareVersions(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
