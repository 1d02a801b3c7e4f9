const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const monthly = /^([0-9]{4})-([A-Za-z]{3})((?:-[A-Za-z0-9]{1,8})?)$/;

/**
 * The canonical form of a document's id: `2018-FEB` becomes `2018-Feb`, `2017-May-B` and `Oct-OOB` stay.
 * Undefined for what can be no id; what comes back is safe in a path and in a URL.
 */
export function parseDocumentId(text: string): string | undefined {
  const id = text.trim();
  if (!/^[A-Za-z0-9]{1,12}(?:-[A-Za-z0-9]{1,12}){0,3}$/.test(id)) return undefined;
  const [, year = "", month = "", rest = ""] = monthly.exec(id) ?? [];
  if (year === "") return /^[0-9]/.test(id) ? undefined : id;
  const number = monthNumber(month);
  return number === undefined ? undefined : `${year}-${months[number]}${rest}`;
}

/** The month of a document as year * 12 + (month - 1): from its id, else its alias (`2016-Oct-27`), else its first release. */
export function parseDocumentMonth(id: string, alias: string, initialRelease: string): number | undefined {
  return monthOfId(id) ?? monthOfId(alias.trim()) ?? monthOfTime(initialRelease);
}

/** The id that a file's name promises (`cvrfDocument-2018-Feb.xml.gz`, `2018-FEB.json`), where it names exactly one. */
export function documentIdInFileName(fileName: string): string | undefined {
  const found = fileName.match(/(?<![A-Za-z0-9])[0-9]{4}-[A-Za-z]{3}(?:-[A-Za-z])?(?![A-Za-z0-9-])/g) ?? [];
  const [id, ...others] = new Set(found.map(parseDocumentId));
  return others.length === 0 ? id : undefined;
}

function monthOfId(id: string): number | undefined {
  const [, year = "", month = ""] = monthly.exec(id) ?? [];
  const number = monthNumber(month);
  return number === undefined ? undefined : Number(year) * 12 + number;
}

function monthOfTime(time: string): number | undefined {
  const [, year, month] = /^([0-9]{4})-([0-9]{2})-/.exec(time) ?? [];
  return year === undefined || month === undefined ? undefined : Number(year) * 12 + Number(month) - 1;
}

function monthNumber(short: string): number | undefined {
  const number = months.findIndex((month) => month.toLowerCase() === short.toLowerCase());
  return number < 0 ? undefined : number;
}
