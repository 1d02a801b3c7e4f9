import type { TrustedIssuer } from "../issuers.ts";
import { builtInIssuer } from "./mint-token.ts";
import type { SigningKeys } from "./signing-keys.ts";

/** The built-in issuer as one of those that are trusted; it speaks for every tenant that exists. */
export function trustBuiltInIssuer(keys: SigningKeys, audiences: ReadonlySet<string>): TrustedIssuer {
  return {
    issuer: builtInIssuer,
    audiences,
    algorithms: new Set(["RS256"]),
    tenantId: undefined,
    tenantClaim: "tid",
    rolesClaim: "roles",
    scopesClaim: "scp",
    keys,
  };
}
