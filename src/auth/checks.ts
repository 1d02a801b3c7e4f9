import type { TrustedIssuer } from "./issuers.ts";
import { member, type ParsedToken } from "./parse-token.ts";
import type { RefusalReason } from "./refusal.ts";

/** A token whose issuer is known, on the way to being believed. */
export interface Examined {
  readonly token: ParsedToken;
  readonly issuer: TrustedIssuer;
  /** seconds */
  readonly now: number;
}

/** One thing that must hold before anything costly is done. */
export interface Check {
  readonly name: string;
  readonly refuses: (examined: Examined) => RefusalReason | undefined;
}

/** How far clocks may be apart, in seconds. */
export const leeway = 60;

const accessTokenTypes = new Set(["jwt", "at+jwt", "application/at+jwt"]);

/** In the order in which they are made; each stands alone, so that a test can leave one out and must be noticed. */
export const checks: readonly Check[] = [
  { name: "type", refuses: refuseOtherType },
  { name: "algorithm", refuses: refuseOtherAlgorithm },
  { name: "expiry", refuses: refuseExpired },
  { name: "not before", refuses: refuseEarly },
  { name: "issued at", refuses: refuseFuture },
  { name: "audience", refuses: refuseOtherAudience },
  { name: "tenant", refuses: refuseOtherTenant },
];

/** The first thing that does not hold. */
export function firstRefusal(list: readonly Check[], examined: Examined): RefusalReason | undefined {
  for (const check of list) {
    const reason = check.refuses(examined);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** The tenant that a token which passed the checks is for. */
export function tenantOf({ token, issuer }: Pick<Examined, "token" | "issuer">): string {
  return issuer.tenantId ?? String(member(token.claims, issuer.tenantClaim));
}

/** `typ` may be absent, as RFC 7519 has it. */
function refuseOtherType({ token }: Examined): RefusalReason | undefined {
  const type = member(token.header, "typ");
  if (type === undefined) return undefined;
  return typeof type === "string" && accessTokenTypes.has(type.toLowerCase()) ? undefined : "type";
}

function refuseOtherAlgorithm({ token, issuer }: Examined): RefusalReason | undefined {
  const algorithm = member(token.header, "alg");
  return typeof algorithm === "string" && issuer.algorithms.has(algorithm) ? undefined : "algorithm";
}

function refuseExpired({ token, now }: Examined): RefusalReason | undefined {
  const expiry = member(token.claims, "exp");
  return isTime(expiry) && now < expiry + leeway ? undefined : "expired";
}

function refuseEarly({ token, now }: Examined): RefusalReason | undefined {
  const notBefore = member(token.claims, "nbf");
  if (notBefore === undefined) return undefined;
  return isTime(notBefore) && notBefore <= now + leeway ? undefined : "not-yet-valid";
}

function refuseFuture({ token, now }: Examined): RefusalReason | undefined {
  const issuedAt = member(token.claims, "iat");
  if (issuedAt === undefined) return undefined;
  return isTime(issuedAt) && issuedAt <= now + leeway ? undefined : "not-yet-valid";
}

/** `1e400` is a number in JSON, and infinite in JavaScript. */
function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function refuseOtherAudience({ token, issuer }: Examined): RefusalReason | undefined {
  const audience = member(token.claims, "aud");
  const audiences: readonly unknown[] = Array.isArray(audience) ? audience : [audience];
  return audiences.some((one) => typeof one === "string" && issuer.audiences.has(one)) ? undefined : "audience";
}

/** With a fixed tenant the claim may be absent (few issuers but Entra have it), but not different. */
function refuseOtherTenant({ token, issuer }: Examined): RefusalReason | undefined {
  const tenant = member(token.claims, issuer.tenantClaim);
  if (issuer.tenantId !== undefined) return tenant === undefined || tenant === issuer.tenantId ? undefined : "tenant";
  return typeof tenant === "string" && tenant !== "" ? undefined : "tenant";
}
