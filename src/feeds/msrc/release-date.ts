const written = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * A time as MSRC writes it, as ISO time in UTC to the second; without a zone (69 of 107 documents have one) it is UTC.
 * Anything else, an impossible day and years that cannot be a release (2999) are undefined.
 */
export function parseReleaseTime(text: string): string | undefined {
  const [, year = "", month = "", day = "", hour = "00", minute = "00", second = "00", zone = "Z"] = written.exec(text.trim()) ?? [];
  if (year < "1998" || year > "2099") return undefined;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const asUtc = Date.parse(`${local}Z`);
  // a 30 February rolls over instead of failing: what is printed must be what was read
  if (Number.isNaN(asUtc) || !new Date(asUtc).toISOString().startsWith(local)) return undefined;
  const time = Date.parse(`${local}${zone}`);
  return Number.isNaN(time) ? undefined : `${new Date(time).toISOString().slice(0, 19)}Z`;
}
