import {
  constants,
  createCipheriv,
  createHmac,
  createPublicKey,
  type KeyObject,
  publicEncrypt,
  randomBytes,
  randomUUID,
  sign,
} from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { type Fixture, privateKey, publicJwk, secretBytes } from "./jwt-fixture.ts";

/** How a case makes its request; the words are explained in the file of cases. */
export interface Recipe {
  readonly header?: Record<string, unknown>;
  readonly claims?: Record<string, unknown>;
  readonly header_remove?: readonly string[];
  readonly claims_remove?: readonly string[];
  readonly raw_header?: string;
  readonly raw_payload?: string;
  readonly raw_claim_patch?: Record<string, string>;
  readonly sign?: Signing;
  readonly mutate?: readonly string[];
  readonly raw_token?: string;
  readonly raw_authorization?: string;
  readonly carrier?: Carrier;
  readonly target?: string;
  readonly assert_canary?: number;
}

interface Signing {
  readonly alg: string;
  readonly key?: string;
  readonly secret?: string;
}

interface Carrier {
  readonly scheme?: string;
  readonly omit?: boolean;
  readonly cookie?: string;
  readonly headers?: Record<string, string>;
  readonly duplicate_with?: string;
}

export interface Case {
  readonly id: string;
  readonly group: string;
  readonly expect: readonly number[];
  readonly why: string;
  readonly recipe: Recipe;
}

/** What of a request can matter to who it is from: everything else is not handed to the verifier at all. */
export interface Made {
  readonly authorization: readonly string[];
  readonly token: string;
}

const known = new Set([
  ...["header", "claims", "header_remove", "claims_remove", "raw_header", "raw_payload", "raw_claim_patch", "sign", "mutate"],
  ...["raw_token", "raw_authorization", "carrier", "target", "assert_canary"],
]);
const knownCarrier = new Set(["scheme", "omit", "cookie", "headers", "duplicate_with"]);

/** Makes the request of a case. @throws where a recipe has a word that this file does not know */
export function makeRequest({ recipe }: Case, cases: readonly Case[], fixture: Fixture, nowSeconds: number): Made {
  refuseUnknown(Object.keys(recipe), known);
  refuseUnknown(Object.keys(recipe.carrier ?? {}), knownCarrier);
  const signed = makeToken(recipe, fixture, nowSeconds);
  const token = recipe.raw_token === undefined ? signed : fillIn(recipe.raw_token, signed);
  const carrier = recipe.carrier ?? {};
  if (recipe.raw_authorization !== undefined) return { token, authorization: [fillIn(recipe.raw_authorization, signed)] };
  if (carrier.omit === true) return { token, authorization: [] };
  const authorization = [`${carrier.scheme ?? "Bearer"} ${token}`];
  const other = cases.find(({ id }) => id === carrier.duplicate_with);
  return {
    token,
    authorization:
      other === undefined ? authorization : [...authorization, ...makeRequest(other, cases, fixture, nowSeconds).authorization],
  };
}

function refuseUnknown(words: readonly string[], all: ReadonlySet<string>): void {
  const unknown = words.filter((word) => !all.has(word));
  if (unknown.length > 0) throw new Error(`unknown in a recipe: ${unknown.join(", ")}`);
}

function makeToken(recipe: Recipe, fixture: Fixture, now: number): string {
  const header = merged(fixture.base_header, recipe.header, recipe.header_remove, now);
  const claims = merged(fixture.base_claims, recipe.claims, recipe.claims_remove, now);
  const head = base64url(recipe.raw_header ?? JSON.stringify(header));
  const payload = base64url(recipe.raw_payload ?? patched(claims, recipe.raw_claim_patch));
  const signature = signatureOf(`${head}.${payload}`, recipe.sign ?? { alg: "RS256", key: "rsa_t1" });
  return (recipe.mutate ?? []).reduce(mutated, `${head}.${payload}.${signature}`);
}

function merged(base: Record<string, unknown>, over: Record<string, unknown> = {}, removed: readonly string[] = [], now: number): object {
  const entries = Object.entries({ ...base, ...over }).filter(([name]) => !removed.includes(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, claimValue(value, now)]));
}

function claimValue(value: unknown, now: number): unknown {
  if (typeof value !== "string") return value;
  const time = /^\$now([+-][\d.]+)$/.exec(value)?.[1];
  if (time !== undefined) return now + Number(time);
  const bytes = /^\$pad:(\d+)$/.exec(value)?.[1];
  if (bytes !== undefined) return Array.from({ length: Math.ceil(Number(bytes) / 39) }, () => randomUUID());
  if (value === "$evil_rsa_jwk") return publicJwk("evil_rsa");
  if (value.startsWith("$")) throw new Error(`unknown in a recipe: ${value}`);
  return value;
}

function patched(claims: object, patch: Record<string, string> = {}): string {
  const spliced = Object.entries(patch).map(([name, literal]) => `${JSON.stringify(name)}:${literal}`);
  const others = Object.entries(claims).filter(([name]) => !(name in patch));
  return `{${[...others.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`), ...spliced].join(",")}}`;
}

function signatureOf(input: string, { alg, key, secret }: Signing): string {
  const bytes = Buffer.from(input);
  const digest = `sha${alg.slice(2)}`;
  if (alg === "none") return "";
  if (alg.startsWith("HS"))
    return createHmac(digest, secret ?? secretBytes(key ?? ""))
      .update(bytes)
      .digest("base64url");
  const signingKey = privateKey(key ?? "");
  return sign(alg === "EdDSA" ? null : digest, bytes, signingOptions(alg, signingKey)).toString("base64url");
}

function signingOptions(alg: string, key: KeyObject): Parameters<typeof sign>[2] {
  if (alg.startsWith("PS")) return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  return alg.startsWith("ES") ? { key, dsaEncoding: "ieee-p1363" } : key;
}

function mutated(token: string, mutation: string): string {
  const [head = "", payload = "", signature = ""] = token.split(".");
  switch (mutation) {
    case "drop_last_dot":
      return token.replace(/\.$/, "");
    case "sig_bitflip":
      return [head, payload, flipped(signature)].join(".");
    case "sig_empty":
      return `${head}.${payload}.`;
    case "sig_zeros":
      return [head, payload, base64url(Buffer.alloc(Buffer.from(signature, "base64url").length))].join(".");
    case "edit_header_after_sign":
      return [base64url(JSON.stringify({ ...JSON.parse(text(head)), edited: true })), payload, signature].join(".");
    case "payload_trailing_garbage":
      return [head, base64url(`${text(payload)} {}`), signature].join(".");
    case "sig_noncanonical_b64":
      return [head, payload, otherSpelling(signature)].join(".");
    default:
      throw new Error(`unknown in a recipe: ${mutation}`);
  }
}

function flipped(signature: string): string {
  const bytes = Buffer.from(signature, "base64url");
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  return base64url(bytes);
}

/** The last character of 256 bytes holds bits that no byte uses. */
function otherSpelling(signature: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const last = alphabet.indexOf(signature.slice(-1));
  return signature.slice(0, -1) + alphabet[last + 1];
}

function fillIn(template: string, token: string): string {
  const [head = "", payload = "", signature = ""] = token.split(".");
  const values: Record<string, () => string> = {
    $tok: () => token,
    $hdr: () => head,
    $pl: () => payload,
    $sig: () => signature,
    $jwe_rsa_oaep: () => encrypted(Buffer.from(text(payload)), {}),
    $jwe_zip: () => encrypted(deflateRawSync(Buffer.alloc(8 * 1024 * 1024, 0x20)), { zip: "DEF" }),
  };
  return template.replace(/\$[a-z_]+/g, (name) => {
    const value = values[name];
    if (value === undefined) throw new Error(`unknown in a recipe: ${name}`);
    return value();
  });
}

function encrypted(content: Buffer, more: object): string {
  const head = base64url(JSON.stringify({ alg: "RSA-OAEP", enc: "A256GCM", kid: "k1", ...more }));
  const contentKey = randomBytes(32);
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", contentKey, iv).setAAD(Buffer.from(head));
  const body = Buffer.concat([cipher.update(content), cipher.final()]);
  const wrapped = publicEncrypt({ key: createPublicKey(privateKey("rsa_t1")), padding: constants.RSA_PKCS1_OAEP_PADDING }, contentKey);
  return [head, ...[wrapped, iv, body, cipher.getAuthTag()].map(base64url)].join(".");
}

function base64url(content: string | Uint8Array): string {
  return Buffer.from(content).toString("base64url");
}

function text(part: string): string {
  return Buffer.from(part, "base64url").toString("utf8");
}
