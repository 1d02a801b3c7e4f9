import type { IncomingHttpHeaders } from "node:http";
import { HttpError } from "./http-error.ts";

/** What tells where a request of a browser comes from. */
export interface RequestSource {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** scheme and host that was called, as configured */
  readonly origin: string;
}

/** What only the page itself can send along: no form can, and no script of another site without asking first. */
export const pageHeader = "x-patchgap-page";

/** A request that counts on a cookie must come from the page itself, not from a site that the browser happens to show; @throws HttpError 403 */
export function requirePage(source: RequestSource): void {
  const { method, headers } = source;
  if (method === "GET" || method === "HEAD") {
    if (headers["sec-fetch-site"] === "cross-site") throw refused("it comes from another site");
    return;
  }
  if (headers[pageHeader] !== "1") throw refused("the header X-Patchgap-Page: 1 is expected");
  requireOwnOrigin(source);
}

/** What the browser says of where a request that changes something comes from must be where it goes to; @throws HttpError 403 */
export function requireOwnOrigin({ headers, origin }: RequestSource): void {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin") throw refused("it comes from another site");
  if (headers.origin !== undefined && !isOwn(headers.origin, headers.host, origin)) throw refused("it comes from another site");
}

/** A host that we do not know by name is its own origin: the scheme may have been changed by a proxy. */
function isOwn(given: string, host: string | undefined, called: string): boolean {
  if (given === called) return true;
  if (!URL.canParse(given) || host === undefined) return false;
  const { protocol, host: from } = new URL(given);
  if (protocol !== "http:" && protocol !== "https:") return false;
  const to = URL.canParse(`${protocol}//${host}`) ? new URL(`${protocol}//${host}`).host : undefined;
  return from === to && from !== new URL(called).host;
}

function refused(why: string): HttpError {
  return new HttpError(403, "Forbidden", `A request with the page's session must come from the page itself: ${why}.`);
}
