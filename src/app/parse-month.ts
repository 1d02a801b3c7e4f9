const names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** Reads `2016-Apr` (as MSRC names its documents, `2017-May-B` included) or `2016-04` as year * 12 + (month - 1); undefined for anything else. */
export function parseMonth(text: string): number | undefined {
  const [, year, month] = /^(\d{4})-(\d{2}|[a-z]{3})(?:-[a-z])?$/i.exec(text.trim()) ?? [];
  if (year === undefined || month === undefined) return undefined;
  const index = /^\d/.test(month) ? Number(month) - 1 : names.indexOf(month.toLowerCase());
  return index >= 0 && index < 12 ? Number(year) * 12 + index : undefined;
}
