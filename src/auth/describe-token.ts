import type { TrustedIssuer } from "./issuers.ts";
import { member, type ParsedToken } from "./parse-token.ts";
import type { RefusalFacts } from "./refusal.ts";

const longest = 160;

/** What the log says about a token that was refused: what was expected and what came, cut to length; never the token. */
export function describeToken({ header, claims }: ParsedToken, expected?: TrustedIssuer): RefusalFacts {
  const came = {
    appId: printed(member(claims, "appid") ?? member(claims, "azp")),
    audience: printed(member(claims, "aud")),
    issuer: printed(member(claims, "iss")),
    tenant: printed(member(claims, expected?.tenantClaim ?? "tid")),
    validity: `valid from ${printed(member(claims, "nbf"))} to ${printed(member(claims, "exp"))}`,
    algorithm: printed(member(header, "alg")),
    kid: printed(member(header, "kid")),
  };
  if (expected === undefined) return came;
  return {
    ...came,
    expectedIssuer: expected.issuer,
    expectedAudiences: [...expected.audiences].join(" ").slice(0, longest),
    expectedTenant: expected.tenantId ?? "any that exists",
  };
}

/** JSON, with everything but plain ASCII spelt out. */
function printed(value: unknown): string {
  const text = JSON.stringify(value)?.slice(0, longest) ?? "absent";
  return text.replace(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
