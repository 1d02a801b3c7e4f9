import { LIMITS } from "./limits.ts";
import { ODataError, quote } from "./odata-error.ts";

/** One option of a query string, decoded. `$filter` alone, without `=`, has no value. */
export interface QueryPart {
  readonly name: string;
  readonly value: string | undefined;
}

/**
 * Takes a query string apart, as it came over the wire (without or with the `?`): `%24` is `$`, `+` is a space, characters above 127 are the bytes
 * of a client that did not encode them. Throws ODataError for broken escapes and for what is no UTF-8.
 */
export function decodeQuery(query: string): readonly QueryPart[] {
  if (query.length > LIMITS.queryLength) throw new ODataError(`the query is longer than ${LIMITS.queryLength} characters`);
  const parts = (query.startsWith("?") ? query.slice(1) : query).split("&").filter((part) => part !== "");
  if (parts.length > LIMITS.options) throw new ODataError(`the query has more than ${LIMITS.options} options`);
  return parts.map((part) => {
    const equals = part.indexOf("=");
    if (equals === -1) return { name: decode(part, part), value: undefined };
    const name = decode(part.slice(0, equals), part);
    return { name, value: decode(part.slice(equals + 1), name) };
  });
}

function decode(text: string, option: string): string {
  const bytes = text.replaceAll("+", " ").replace(/[\x80-\xFF]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`);
  try {
    if (/[^\0-\x7F]/.test(bytes)) throw new URIError("not a byte");
    return decodeURIComponent(bytes);
  } catch (cause) {
    if (cause instanceof URIError) throw new ODataError(`${quote(option)} is not percent-encoded UTF-8`);
    throw cause;
  }
}
