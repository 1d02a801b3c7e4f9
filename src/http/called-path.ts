/** A request's address, brought into the one form that routes have. */
export interface CalledPath {
  /** what is routed: no version, no trailing slash, no parentheses */
  readonly route: string;
  /** as the client wrote it, without the query: what `@odata.nextLink` repeats */
  readonly asCalled: string;
  /** behind the `?`, as sent */
  readonly query: string;
  /** the path ended in `/$count`: a bare number is wanted */
  readonly countOnly: boolean;
}

/**
 * Reads the target of a request. Clients write `/api/v1.0/…` or `/api/…`, a slash or a blank at the end (the documentation's own sample has one),
 * `machines('id')` and `findbyip(ip='…',timestamp=…)`. Undefined for what is no path of this server (`http://other/`, `*`).
 */
export function readCalledPath(target: string): CalledPath | undefined {
  if (!target.startsWith("/")) return undefined;
  const mark = target.indexOf("?");
  const whole = mark === -1 ? target : target.slice(0, mark);
  const asCalled = withoutEnd(whole);
  const counted = withoutCount(asCalled);
  return {
    route: withoutParentheses(withoutVersion(counted)),
    asCalled,
    query: mark === -1 ? "" : target.slice(mark + 1),
    countOnly: counted !== asCalled,
  };
}

/** Blanks, and one slash. */
function withoutEnd(path: string): string {
  const trimmed = /[0+ ]$/.test(path) ? path.replace(/(?:%20|\+| )+$/i, "") : path;
  return trimmed.length > 1 && trimmed.endsWith("/") ? trimmed.slice(0, -1) : trimmed;
}

function withoutCount(path: string): string {
  return /count$/i.test(path) ? path.replace(/\/(?:\$|%24)count$/i, "") : path;
}

function withoutVersion(path: string): string {
  return path.replace(/^\/api\/v1\.0(?=\/|$)/i, "/api");
}

/** `findbyip(…)` keeps what is within as one segment; `machines('id')` becomes `machines/id`. */
function withoutParentheses(path: string): string {
  if (!/\(|%28/i.test(path)) return path;
  const plain = path.replace(/%28/gi, "(").replace(/%29/gi, ")").replace(/%27/gi, "'");
  return plain.replace(/\/([a-z]+)\(([^/()]*)\)/gi, (whole, name: string, inner: string) => {
    if (name.toLowerCase() === "findbyip") return `/${name}/${inner === "" ? "-" : inner}`;
    const key = /^'([^']*)'$/.exec(inner)?.[1];
    return key === undefined || key === "" ? whole : `/${name}/${key}`;
  });
}
