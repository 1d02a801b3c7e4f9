import type { IncomingHttpHeaders } from "node:http";

/** The cookie of the page's session. */
export const sessionCookie = "patchgap-session";

/** The value of a cookie; undefined where it is not there, or there twice with different values: somebody else may have set one of them. */
export function readCookie({ cookie }: Pick<IncomingHttpHeaders, "cookie">, name: string): string | undefined {
  if (cookie?.includes(name) !== true) return undefined;
  const pairs = cookie.split(";").map((pair) => pair.trim());
  const values = new Set(pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1)));
  const [value] = values;
  return values.size === 1 ? value : undefined;
}

export interface CookieFacts {
  readonly name: string;
  /** letters, digits, `_` and `-` only; empty: the browser forgets it */
  readonly value: string;
  readonly path: string;
  readonly seconds: number;
  /** Lax where another site's link leads back to us with it */
  readonly sameSite: "Strict" | "Lax";
  /** the address that was called: over https it stays there */
  readonly origin: string;
}

/** A `Set-Cookie` that no script can read. */
export function printCookie({ name, value, path, seconds, sameSite, origin }: CookieFacts): string {
  const secure = origin.startsWith("https://") ? "; Secure" : "";
  return `${name}=${value}; Path=${path}; Max-Age=${value === "" ? 0 : seconds}; HttpOnly; SameSite=${sameSite}${secure}`;
}
