import { type Refusal, refusal } from "./refusal.ts";

/** Longest header looked at, in characters. A token with two hundred groups has about twelve thousand. */
export const longestHeader = 16_384;

/** What a server found: nothing, one header, or several (all of them must be handed over). */
export type AuthorizationHeader = string | readonly string[] | undefined;

/** The token of a `Bearer` header; the scheme's case does not matter, everything else does. */
export function readBearer(header: AuthorizationHeader): string | Refusal {
  const values = typeof header === "string" ? [header] : (header ?? []);
  const [value] = values;
  if (value === undefined) return refusal("no-token");
  if (values.length > 1) return refusal("credentials", { headers: String(values.length) });
  if (value.length > longestHeader) return refusal("too-long", { characters: String(value.length) });
  const token = /^bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(value)?.[1];
  return token ?? refusal("credentials");
}
