import { hash } from "node:crypto";
import { BoundedMap } from "../domain/bounded-map.ts";
import type { AuthorizationHeader } from "./authorization-header.ts";
import type { Caller } from "./caller.ts";
import { type Examined, firstRefusal, tenantOf } from "./checks.ts";
import { describeToken } from "./describe-token.ts";
import type { TrustedIssuer, TrustedIssuers } from "./issuers.ts";
import { type ParsedToken, parseToken, textMember } from "./parse-token.ts";
import { type Refusal, type RefusalReason, refusal } from "./refusal.ts";
import { type Rules, strictRules } from "./rules.ts";
import type { VerificationKey } from "./verification-key.ts";

/** The answer to "who is this?". */
export type Verdict = { readonly caller: Caller } | { readonly refusal: Refusal };

/** Says who calls. */
export interface TokenVerifier {
  /**
   * Hand over every `Authorization` header of the request. Never throws for what is in them. `onGood` hears of the caller as soon as the token is
   * found to be good, while it is still asked whether its client may come.
   */
  verify(header: AuthorizationHeader, onGood?: (caller: Caller) => void): Promise<Verdict>;
  /** forgets every signature it has seen */
  forget(): void;
}

export interface VerifierMeans {
  readonly issuers: TrustedIssuers;
  /** milliseconds; best a steady clock */
  readonly now: () => number;
  /** asked last, at every request, about a token that is good: does its tenant exist, may its client still sign in? */
  readonly admit: (caller: Caller) => Admission | Promise<Admission>;
  readonly rules?: Rules;
  /** how many verified tokens are remembered */
  readonly remembered?: number;
}

export type Admission = "welcome" | Extract<RefusalReason, "tenant-gone" | "client-revoked">;

/** What one costly look at a token has shown: this text bears the signature of this key. */
interface Seen {
  readonly token: ParsedToken;
  readonly key: VerificationKey;
  /** whom its claims name, read by the rules of that issuer */
  readonly caller: Caller;
  readonly issuer: TrustedIssuer;
}

/**
 * Verifies bearer tokens, cheap things first: nothing is fetched and no signature calculated before issuer, algorithm, times, audience and
 * tenant are right. Only the signature is remembered, together with its key and what the claims say: times, issuer, key and admission are looked at every time, so a
 * token stops working the moment it expires or its key is withdrawn.
 */
export function tokenVerifier(means: VerifierMeans): TokenVerifier {
  const seen = new BoundedMap<string, Seen>(means.remembered ?? 10_000);
  const rules = means.rules ?? strictRules;
  return {
    verify: (header, onGood) => verify({ header, onGood }, means, rules, seen),
    forget: () => seen.clear(),
  };
}

interface Presented {
  readonly header: AuthorizationHeader;
  readonly onGood: ((caller: Caller) => void) | undefined;
}

async function verify({ header, onGood }: Presented, means: VerifierMeans, rules: Rules, seen: BoundedMap<string, Seen>): Promise<Verdict> {
  // Whoever sends the same header again need not have it taken apart again.
  const whole = onlyOne(header);
  const known = whole === undefined ? undefined : seen.get(whole);
  const text = known?.token.text ?? rules.readBearer(header);
  if (typeof text !== "string") return { refusal: text };
  const token = known?.token ?? parseToken(text);
  if (token === undefined) return { refusal: refusal("structure") };
  const issuer = rules.findIssuer(token, means.issuers);
  if (issuer === undefined) return { refusal: refusal("issuer", describeToken(token)) };
  const proof = await prove({ token, issuer, now: means.now() / 1000 }, rules, known);
  if (typeof proof === "string") return { refusal: refusal(proof, describeToken(token, issuer)) };
  if (proof !== known && whole !== undefined) seen.set(whole, proof);
  const { caller } = proof;
  onGood?.(caller);
  const admission = await means.admit(caller);
  return admission === "welcome" ? { caller } : { refusal: refusal(admission, describeToken(token, issuer)) };
}

function onlyOne(header: AuthorizationHeader): string | undefined {
  if (typeof header === "string") return header;
  return header?.length === 1 ? header[0] : undefined;
}

/** What has been shown about a token, or why it is not good. */
async function prove(examined: Examined, rules: Rules, known: Seen | undefined): Promise<Seen | RefusalReason> {
  const { token, issuer } = examined;
  const unfit = firstRefusal(rules.checks, examined);
  if (unfit !== undefined) return unfit;
  const key = await rules.findKey(token, issuer);
  if (key === undefined) return issuer.keys.ready() ? "key" : "keys-unavailable";
  if (known?.key === key && known.issuer === issuer) return known;
  return (await rules.hasSignature(token, key)) ? { token, key, issuer, caller: callerOf(token, issuer, rules) } : "signature";
}

function callerOf(token: ParsedToken, issuer: TrustedIssuer, rules: Rules): Caller {
  const { claims } = token;
  return {
    tenantId: tenantOf({ token, issuer }),
    clientId: textMember(claims, "appid") ?? textMember(claims, "azp") ?? textMember(claims, "client_id"),
    subject: textMember(claims, "sub") ?? textMember(claims, "oid"),
    roles: rules.rolesOf(token, issuer),
    scopes: rules.scopesOf(token, issuer),
    tokenId: textMember(claims, "jti") ?? textMember(claims, "uti") ?? hash("sha256", token.text, "hex").slice(0, 22),
    issuer: issuer.issuer,
  };
}
