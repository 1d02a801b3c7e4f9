/**
 * Reads a moment: `2024-01-01T08:15:00Z`, `…+02:00`, `2024-01-01T08:15Z`, up to seven fractional digits, and Microsoft's own `2018-08-01Z`.
 * Returns it in UTC as `2024-01-01T08:15:00.0000000Z`, always of this length, so that moments compare as texts; undefined where it names none.
 */
export function parseDateTime(text: string): string | undefined {
  const match = MOMENT.exec(text);
  if (match === null) return undefined;
  const date = parseDate(match[1] ?? "");
  const [hour, minute, second] = [Number(match[2] ?? 0), Number(match[3] ?? 0), Number(match[4] ?? 0)];
  const offset = parseOffset(match[6] ?? "");
  if (date === undefined || offset === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  const fraction = (match[5] ?? "").padEnd(7, "0");
  if (offset === 0) return `${date}T${two(hour)}:${two(minute)}:${two(second)}.${fraction}Z`;
  const shifted = dayNumber(date) * MINUTES_A_DAY + hour * 60 + minute - offset;
  const day = printDayNumber(Math.floor(shifted / MINUTES_A_DAY));
  const rest = shifted - Math.floor(shifted / MINUTES_A_DAY) * MINUTES_A_DAY;
  return day === undefined ? undefined : `${day}T${two(Math.floor(rest / 60))}:${two(rest % 60)}:${two(second)}.${fraction}Z`;
}

/** Reads a day, `2024-02-29`, and returns it unchanged; undefined where there is no such day. */
export function parseDate(text: string): string | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month) ? text : undefined;
}

const MOMENT = /^(\d{4}-\d{2}-\d{2})(?:[Tt](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?)?([Zz]|[+-]\d{2}:\d{2})$/;
const MINUTES_A_DAY = 1440;

/** Minutes east of UTC, at most fourteen hours. */
function parseOffset(text: string): number | undefined {
  if (text === "Z" || text === "z") return 0;
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(4))];
  const size = hours * 60 + minutes;
  if (minutes > 59 || size > 14 * 60) return undefined;
  return text.startsWith("-") ? -size : size;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** Days since 0001-01-01 of a day that parseDate has taken. */
function dayNumber(date: string): number {
  const [year, month, day] = [Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8))];
  let days = daysBefore(year) + day - 1;
  for (let earlier = 1; earlier < month; earlier++) days += daysIn(year, earlier);
  return days;
}

function daysBefore(year: number): number {
  const past = year - 1;
  return past * 365 + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
}

/** Undefined before the year 1 and after the year 9999: an offset can lead there. */
function printDayNumber(days: number): string | undefined {
  if (days < 0 || days >= daysBefore(10_000)) return undefined;
  let year = Math.max(1, Math.floor(days / 365.2425));
  while (daysBefore(year + 1) <= days) year++;
  let month = 1;
  let rest = days - daysBefore(year);
  while (rest >= daysIn(year, month)) rest -= daysIn(year, month++);
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(rest + 1)}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
