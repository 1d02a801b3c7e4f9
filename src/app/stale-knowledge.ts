import type { Catalog } from "../domain/catalog/catalog.ts";
import { type Day, parseDay, printMonth } from "../domain/windows/day.ts";

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

/** How old the knowledge behind an answer is, in a sentence. */
export function describeAge(catalog: Catalog, asOf: string): string {
  const last = (
    catalog.content.documents
      .map(({ currentRelease }) => currentRelease)
      .sort()
      .at(-1) ?? ""
  ).slice(0, 10);
  const [lastDay, asOfDay] = [parseDay(last), parseDay(asOf)];
  if (lastDay === undefined || asOfDay === undefined) return "";
  const days = asOfDay - lastDay;
  if (days < 0) return `It was last revised on ${last}, after the day asked for.`;
  if (days === 0) return "It was last revised on the day asked for.";
  return `It was last revised on ${last}, ${days === 1 ? "1 day" : `${days} days`} before the day asked for.`;
}
