import { createHash, randomBytes } from "node:crypto";
import type { PassingKind, PassingName } from "./session-store.ts";

/** Scanners for leaked secrets find them by their beginnings. */
const beginnings: Readonly<Record<PassingKind, string>> = { "sign-in-code": "pgc_", session: "pgw_", "provider-sign-in": "pgo_" };

/** 256 random bits, known to their holder alone. */
export function newPageSecret(kind: PassingKind): string {
  return beginnings[kind] + randomBytes(32).toString("base64url");
}

/** Under which name a secret is kept: its hash is what is looked up, so nothing is compared with it. Undefined for what we never made. */
export function nameOfSecret(kind: PassingKind, secret: string): PassingName | undefined {
  const isOurs = secret.startsWith(beginnings[kind]) && /^[A-Za-z0-9_-]{43}$/.test(secret.slice(beginnings[kind].length));
  return isOurs ? { kind, keyHash: hashPageSecret(secret) } : undefined;
}

/** One pass of SHA-256, as nobody can try 2^256 secrets. */
export function hashPageSecret(secret: string): string {
  return `sha256:${createHash("sha256").update(secret).digest("hex")}`;
}
