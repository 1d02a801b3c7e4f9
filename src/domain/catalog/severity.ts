import type { Severity } from "./document.ts";

const SEVERITIES: readonly Severity[] = ["Low", "Moderate", "Important", "Critical"];

/** The worse of two severities; null is no severity at all. */
export function worse(a: Severity | null, b: Severity | null): Severity | null {
  if (a === null || b === null) return a ?? b;
  return SEVERITIES.indexOf(a) >= SEVERITIES.indexOf(b) ? a : b;
}
