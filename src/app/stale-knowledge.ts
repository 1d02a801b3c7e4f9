import { type Day, printMonth } from "../domain/windows/day.ts";

/** A month's document appears on its second Tuesday, the 14th at the latest; one day more for the way here. */
const nextDocumentAfterDays = 15;

/**
 * What to say when the newest document is older than the one that must exist on the day asked for: an answer that knows nothing of
 * the updates since then must not look like a clean bill. Undefined: the knowledge is fresh.
 */
export function describeStaleKnowledge(newestMonth: number | undefined, asOf: Day): string | undefined {
  if (newestMonth === undefined) return undefined;
  const nextMonthStarts = Date.UTC(Math.floor((newestMonth + 1) / 12), (newestMonth + 1) % 12) / 86_400_000;
  if (asOf - nextMonthStarts < nextDocumentAfterDays) return undefined;
  return `the newest document is ${printMonth(newestMonth)}: security updates released after that month are not known here`;
}
