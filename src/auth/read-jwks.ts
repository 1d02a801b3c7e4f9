import { createPublicKey, type KeyObject, type webcrypto } from "node:crypto";
import { isJsonObject, type JsonObject, member, textMember } from "./parse-token.ts";
import { type VerificationKey, verificationKey } from "./verification-key.ts";

/** More keys than this is no set of signing keys. */
const mostKeys = 100;
const longestKid = 256;
const smallestExponent = 65_537n;

/** Which kind of key each algorithm takes. HS* and `none` are not in the list, so no configuration can allow them. */
const keyTypes: ReadonlyMap<string, string> = new Map([
  ["RS256", "rsa"],
  ["RS384", "rsa"],
  ["RS512", "rsa"],
  ["PS256", "rsa"],
  ["PS384", "rsa"],
  ["PS512", "rsa"],
  ["ES256", "prime256v1"],
  ["ES384", "secp384r1"],
  ["ES512", "secp521r1"],
  ["EdDSA", "ed25519"],
  ["Ed25519", "ed25519"],
]);

/** All algorithms that can be allowed. */
export const knownAlgorithms: readonly string[] = [...keyTypes.keys()];

/** The keys of a JWKS that may verify tokens of these algorithms, by kid; undefined where the text holds none. */
export function readJwks(text: string, algorithms: ReadonlySet<string>): ReadonlyMap<string, VerificationKey> | undefined {
  const listed = listedKeys(text);
  if (listed === undefined || listed.length > mostKeys) return undefined;
  const keys = new Map<string, VerificationKey>();
  for (const entry of listed) {
    const key = isJsonObject(entry) ? readKey(entry, algorithms) : undefined;
    if (key !== undefined && !keys.has(key.kid)) keys.set(key.kid, key);
  }
  return keys.size === 0 ? undefined : keys;
}

function listedKeys(text: string): readonly unknown[] | undefined {
  try {
    const document: unknown = JSON.parse(text);
    const keys = isJsonObject(document) ? member(document, "keys") : undefined;
    return Array.isArray(keys) ? keys : undefined;
  } catch {
    return undefined;
  }
}

function readKey(jwk: JsonObject, algorithms: ReadonlySet<string>): VerificationKey | undefined {
  const kid = textMember(jwk, "kid");
  const algorithm = textMember(jwk, "alg");
  if (kid === undefined || kid.length > longestKid || !isForVerifying(jwk)) return undefined;
  if (algorithm !== undefined && !algorithms.has(algorithm)) return undefined;
  const key = publicKey(jwk);
  const kind = key === undefined ? undefined : kindOfKey(key);
  if (key === undefined || kind === undefined || ![...algorithms].some((name) => keyTypes.get(name) === kind)) return undefined;
  return verificationKey(kid, key, algorithm);
}

/** A key for encryption is not for signatures, and one whose private half is published is nobody's. */
function isForVerifying(jwk: JsonObject): boolean {
  const use = member(jwk, "use");
  const operations = member(jwk, "key_ops");
  if (use !== undefined && use !== "sig") return false;
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes("verify"))) return false;
  return textMember(jwk, "kty") !== "oct" && !Object.hasOwn(jwk, "d");
}

function publicKey(jwk: JsonObject): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk as webcrypto.JsonWebKey, format: "jwk" });
  } catch {
    return undefined;
  }
}

/** `rsa`, the name of the curve, `ed25519`; undefined where the key is weak or of no use to us. */
function kindOfKey({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string | undefined {
  if (asymmetricKeyType !== "rsa") return asymmetricKeyDetails?.namedCurve ?? asymmetricKeyType;
  const { modulusLength = 0, publicExponent = 0n } = asymmetricKeyDetails ?? {};
  const strong = modulusLength >= 2048 && modulusLength <= 8192 && publicExponent >= smallestExponent;
  return strong ? "rsa" : undefined;
}
