/**
 * Reads the time of an inventory: RFC 3339 with a zone (`2026-03-02T08:15:00Z`, `…+01:00`). Returns it in UTC, or undefined.
 * A local time without a zone names no moment, and 2024-02-30 no day. Whether the time is plausible is not judged here: that takes a clock.
 */
export function parseCollectedAt(text: string): string | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d{2}:\d{2})$/.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0));
  if (!isDay(year ?? 0, month ?? 0, day ?? 0) || (hour ?? 0) > 23 || (minute ?? 0) > 59 || (second ?? 0) > 59) return undefined;
  const moment = new Date(text.replace(" ", "T").toUpperCase());
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
