/** A day as the number of days since 1970-01-01, so that days compare and sort as numbers. */
export type Day = number;

/** Reads `YYYY-MM-DD`; undefined where there is no such day (2024-02-30). */
export function parseDay(text: string): Day | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const [year, month, date] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || date < 1 || date > daysIn(year, month)) return undefined;
  return dayNumber(year, month, date);
}

/** Prints a day as `YYYY-MM-DD`. */
export function printDay(day: Day): string {
  let year = 1970 + Math.floor(day / 365.2425);
  while (dayNumber(year + 1, 1, 1) <= day) year++;
  while (dayNumber(year, 1, 1) > day) year--;
  let month = 1;
  while (month < 12 && dayNumber(year, month + 1, 1) <= day) month++;
  const date = day - dayNumber(year, month, 1) + 1;
  return `${year}-${String(month).padStart(2, "0")}-${String(date).padStart(2, "0")}`;
}

/** The month a day lies in, counted as year * 12 + (month - 1). */
export function monthOfDay(day: Day): number {
  const text = printDay(day);
  return Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7)) - 1;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/** Prints a month number the way MSRC names its documents: `2026-Mar`. */
export function printMonth(month: number): string {
  return `${Math.floor(month / 12)}-${MONTHS[month % 12] ?? "?"}`;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** Days from civil, after Howard Hinnant's public derivation (years start in March, so that the leap day comes last). */
function dayNumber(year: number, month: number, date: number): Day {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + date - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
