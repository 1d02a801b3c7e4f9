import { type KeyObject, randomUUID } from "node:crypto";
import { SignJWT } from "jose";

/** An hour, as Entra's. */
export const tokenLifetimeMs: number = 60 * 60_000;

/** Defender's tokens bear this issuer, so ours do: clients look at it, and it does not change with the service's address. */
export const builtInIssuer = "https://sts.windows.net/{tenantId}/";

/** The key that signs now. */
export interface SigningKey {
  readonly kid: string;
  readonly key: KeyObject;
}

/** What a token is to say. */
export interface TokenRequestFacts {
  readonly tenantId: string;
  readonly clientId: string;
  /** as the client asked for it, trailing slash included */
  readonly audience: string;
  readonly roles: readonly string[];
  /** milliseconds */
  readonly now: number;
  /** shorter than an hour, where wanted */
  readonly lifetimeMs?: number;
}

export interface MintedToken {
  readonly token: string;
  /** seconds */
  readonly issuedAt: number;
  /** seconds */
  readonly expiresAt: number;
}

/** Signs a token in the form of Entra's v1 tokens for an application. */
export async function mintToken(facts: TokenRequestFacts, { kid, key }: SigningKey): Promise<MintedToken> {
  const { tenantId, clientId, audience, roles, now, lifetimeMs = tokenLifetimeMs } = facts;
  const issuedAt = Math.floor(now / 1000);
  const expiresAt = issuedAt + Math.floor(Math.min(lifetimeMs, tokenLifetimeMs) / 1000);
  const issuer = builtInIssuer.replace("{tenantId}", () => tenantId);
  const claims = {
    ...{ aud: audience, iss: issuer, iat: issuedAt, nbf: issuedAt, exp: expiresAt },
    ...{ appid: clientId, appidacr: "1", idp: issuer, idtyp: "app", oid: clientId, roles, sub: clientId, tid: tenantId },
    ...{ jti: randomUUID(), ver: "1.0" },
  };
  const token = await new SignJWT(claims).setProtectedHeader({ typ: "JWT", alg: "RS256", kid }).sign(key);
  return { token, issuedAt, expiresAt };
}
