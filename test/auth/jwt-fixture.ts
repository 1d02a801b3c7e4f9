import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, type webcrypto } from "node:crypto";

export interface Fixture {
  readonly T1: string;
  readonly T2: string;
  readonly issuers: { readonly T1: string; readonly T2: string };
  readonly audience: string;
  readonly base_header: Record<string, unknown>;
  readonly base_claims: Record<string, unknown>;
}

const rsa = (modulusLength: number): KeyObject => generateKeyPairSync("rsa", { modulusLength }).privateKey;

/** The key pairs that the cases speak of, made anew for every run. */
export const privateKeys: Readonly<Record<string, KeyObject>> = {
  rsa_t1: rsa(2048),
  rsa_t1_b: rsa(2048),
  rsa_t2: rsa(2048),
  rsa_enc: rsa(2048),
  rsa_1024: rsa(1024),
  rsa_old: rsa(2048),
  evil_rsa: rsa(2048),
  evil_ec: generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey,
  evil_ed: generateKeyPairSync("ed25519").privateKey,
};

export const octBytes: Buffer = randomBytes(32);

export function publicJwk(name: string): webcrypto.JsonWebKey {
  return createPublicKey(privateKey(name)).export({ format: "jwk" });
}

export function privateKey(name: string): KeyObject {
  const key = privateKeys[name];
  if (key === undefined) throw new Error(`the cases name no key ${name}`);
  return key;
}

/** The forms of the public key that attackers have used as an HMAC secret. */
export function secretBytes(name: string): Buffer {
  const key = createPublicKey(privateKey("rsa_t1"));
  const pem = key.export({ type: "spki", format: "pem" }).toString();
  const forms: Record<string, Buffer> = {
    pub_pem_spki: Buffer.from(pem),
    pub_pem_spki_crlf: Buffer.from(pem.replaceAll("\n", "\r\n")),
    pub_der_spki: key.export({ type: "spki", format: "der" }),
    pub_jwk_n: Buffer.from(String(publicJwk("rsa_t1").n)),
    oct_in_jwks: octBytes,
  };
  const bytes = forms[name];
  if (bytes === undefined) throw new Error(`the cases name no secret ${name}`);
  return bytes;
}

/** What each issuer publishes. */
export function publishedKeys(): { readonly T1: object; readonly T2: object } {
  const published = (name: string, kid: string, more: object = { use: "sig" }): object => ({ ...publicJwk(name), kid, ...more });
  return {
    T1: {
      keys: [
        published("rsa_t1", "k1"),
        published("rsa_t1_b", "k1b"),
        published("rsa_enc", "kenc", { use: "enc" }),
        published("rsa_1024", "kweak"),
        { kty: "oct", kid: "koct", k: octBytes.toString("base64url") },
      ],
    },
    T2: { keys: [published("rsa_t2", "k2")] },
  };
}
