import { TokenRefusal } from "./token-error.ts";

/** Longest body of a token request, in bytes: a server should read no more. */
export const longestForm = 16_384;

/** The fields of a token request, each at most once. */
export type TokenForm = ReadonlyMap<string, string>;

/** Reads a form. @throws TokenRefusal where it is none, or says something twice */
export function readForm(body: string, contentType: string | undefined): TokenForm {
  if (!/^application\/x-www-form-urlencoded *(;|$)/i.test(contentType ?? "")) {
    throw new TokenRefusal("invalid_request", 900_144, "The request must be of the type application/x-www-form-urlencoded.");
  }
  if (Buffer.byteLength(body) > longestForm) throw new TokenRefusal("invalid_request", 90_013, "The request is too large.");
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(body)) {
    if (form.has(name)) throw new TokenRefusal("invalid_request", 900_144, "The request has a parameter twice.");
    form.set(name, value);
  }
  return form;
}

/** A field that must be there. @throws TokenRefusal */
export function required(form: TokenForm, name: string): string {
  const value = form.get(name) ?? "";
  if (value === "") throw new TokenRefusal("invalid_request", 900_144, `The request body must contain the following parameter: '${name}'.`);
  return value;
}

/** Who asks, and how it proves it. */
export interface Credentials {
  readonly clientId: string;
  readonly secret: string;
}

/** Credentials from the form or from an `Authorization: Basic` header, never from both. @throws TokenRefusal */
export function readCredentials(form: TokenForm, authorization: string | undefined): Credentials {
  if (authorization !== undefined) return readBasic(form, authorization);
  const clientId = required(form, "client_id").toLowerCase();
  const secret = form.get("client_secret") ?? "";
  if (secret !== "") return { clientId, secret };
  throw new TokenRefusal("invalid_client", 7_000_218, "The request body must contain the following parameter: 'client_secret'.");
}

function readBasic(form: TokenForm, authorization: string): Credentials {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1];
  const text = Buffer.from(encoded ?? "", "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 1) throw new TokenRefusal("invalid_client", 7_000_218, "The Authorization header holds no client id and secret.");
  if (form.has("client_secret")) throw new TokenRefusal("invalid_request", 900_144, "The request has two secrets.");
  const clientId = decoded(text.slice(0, colon)).toLowerCase();
  if ((form.get("client_id") ?? clientId).toLowerCase() !== clientId)
    throw new TokenRefusal("invalid_request", 900_144, "The request names two clients.");
  return { clientId, secret: decoded(text.slice(colon + 1)) };
}

/** RFC 6749 has both parts encoded as in forms; text that is not encoded so is taken as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
