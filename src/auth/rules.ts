import { compactVerify } from "jose";
import { type AuthorizationHeader, readBearer } from "./authorization-header.ts";
import { type Check, checks } from "./checks.ts";
import type { TrustedIssuer, TrustedIssuers } from "./issuers.ts";
import { member, type ParsedToken } from "./parse-token.ts";
import type { Refusal } from "./refusal.ts";
import type { VerificationKey } from "./verification-key.ts";

/** All that decides about a token, part by part: the product has one such set, tests plant a bug in each part of it. */
export interface Rules {
  readonly readBearer: (header: AuthorizationHeader) => string | Refusal;
  readonly findIssuer: (token: ParsedToken, issuers: TrustedIssuers) => TrustedIssuer | undefined;
  readonly checks: readonly Check[];
  readonly findKey: (token: ParsedToken, issuer: TrustedIssuer) => Promise<VerificationKey | undefined>;
  readonly hasSignature: (token: ParsedToken, key: VerificationKey) => Promise<boolean>;
  readonly rolesOf: (token: ParsedToken, issuer: TrustedIssuer) => readonly string[];
  readonly scopesOf: (token: ParsedToken, issuer: TrustedIssuer) => readonly string[];
}

/** The rules of the product. */
export const strictRules: Rules = {
  readBearer,
  findIssuer: (token, issuers) => issuers.find(token),
  checks,
  findKey,
  hasSignature,
  rolesOf,
  scopesOf,
};

const longestKid = 256;

/** The issuer's key of that name, and of no other origin: `jwk`, `jku`, `x5u` and `x5c` are not looked at. A token must name its key. */
async function findKey({ header }: ParsedToken, issuer: TrustedIssuer): Promise<VerificationKey | undefined> {
  const kid = member(header, "kid");
  if (typeof kid !== "string" || kid.length > longestKid) return undefined;
  const key = await issuer.keys.find(kid);
  return key?.algorithm === undefined || key.algorithm === member(header, "alg") ? key : undefined;
}

/** A token with `crit` asks for extensions, and we have none; jose itself would know one. */
async function hasSignature({ text, header }: ParsedToken, { key }: VerificationKey): Promise<boolean> {
  if (Object.hasOwn(header, "crit")) return false;
  return compactVerify(text, key).then(
    () => true,
    () => false,
  );
}

/** An array of texts, taken as they are; anything else is no role. */
function rolesOf({ claims }: ParsedToken, { rolesClaim }: TrustedIssuer): readonly string[] {
  const roles = member(claims, rolesClaim);
  return Array.isArray(roles) ? roles.filter((role) => typeof role === "string") : [];
}

/** A text of words. */
function scopesOf({ claims }: ParsedToken, { scopesClaim }: TrustedIssuer): readonly string[] {
  const scopes = member(claims, scopesClaim);
  return typeof scopes === "string" ? scopes.split(" ").filter((scope) => scope !== "") : [];
}
