import { createHash, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import type { ApiClient, SecretHash } from "./client-store.ts";

/** A client, and its secret, which is known to nobody else from here on. */
export interface NewClient {
  readonly client: ApiClient;
  readonly secret: string;
}

/** Scanners for leaked secrets find it by its beginning. */
const beginning = "pgs_";
const secretBytes = 32;

/** A client with a secret that we made: 256 random bits. */
export function newClient(facts: Pick<ApiClient, "tenantId" | "name" | "roles" | "createdAt">): NewClient {
  const secret = beginning + randomBytes(secretBytes).toString("base64url");
  return { client: { ...facts, clientId: randomUUID(), secrets: [hashSecret(secret)] }, secret };
}

/** One pass of SHA-256: nobody can try 2^256 secrets. A secret that people choose would need a slow hash; there is no way to choose one. */
export function hashSecret(secret: string): SecretHash {
  return `sha256:${createHash("sha256").update(secret).digest("hex")}`;
}

const nobody: readonly SecretHash[] = [hashSecret(randomBytes(secretBytes).toString("hex"))];

/** Whether the secret is the client's. An unknown or revoked client takes the same time. */
export function hasSecret(client: ApiClient | undefined, secret: string): boolean {
  const given = Buffer.from(hashSecret(secret));
  const maySignIn = client !== undefined && client.revokedAt === undefined;
  const hashes = maySignIn && client.secrets.length > 0 ? client.secrets : nobody;
  let isOne = false;
  for (const hash of hashes) {
    const known = Buffer.from(hash);
    if (known.length === given.length && timingSafeEqual(known, given)) isOne = true;
  }
  return maySignIn && isOne;
}
