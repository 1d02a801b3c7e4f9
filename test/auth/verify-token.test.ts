import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { exportJWK, SignJWT } from "jose";
import { expect, test } from "vitest";
import type { Caller } from "../../src/auth/caller.ts";
import { builtInAudiences } from "../../src/auth/issuer/audiences.ts";
import { trustBuiltInIssuer } from "../../src/auth/issuer/built-in-issuer.ts";
import { mintToken } from "../../src/auth/issuer/mint-token.ts";
import { readIssuerSettings, readKeysUrl } from "../../src/auth/issuer-settings.ts";
import { TrustedIssuers, trustIssuer } from "../../src/auth/issuers.ts";
import { missingPermission } from "../../src/auth/permissions.ts";
import { answerRefusal } from "../../src/auth/refusal-status.ts";
import { remoteKeys } from "../../src/auth/remote-keys.ts";
import { strictRules } from "../../src/auth/rules.ts";
import { steadyClock } from "../../src/auth/steady-clock.ts";
import { tokenVerifier, type Verdict } from "../../src/auth/verify-token.ts";
import { BoundedMap } from "../../src/domain/bounded-map.ts";
import { anIssuer, defender, tenantId } from "./an-issuer.ts";

const nowMs = Date.UTC(2026, 2, 1, 12);
const now = (): number => nowMs;

interface Outside {
  readonly settings: object;
  readonly keys: readonly object[];
}

/** The issuers of a config file, with what their key servers answer. */
async function outsiders(...given: readonly Outside[]): Promise<TrustedIssuers> {
  const list = readIssuerSettings(
    given.map(({ settings }, index) => ({ audiences: ["api://patchgap"], jwksUri: `https://keys.example/${index}`, ...settings })),
    "a test",
  );
  const issuers = new TrustedIssuers(
    list.map((settings, index) => {
      const fetch = async (): Promise<Response> => Response.json({ keys: given[index]?.keys });
      return trustIssuer(settings, remoteKeys({ url: readKeysUrl(settings), algorithms: new Set(settings.algorithms), fetch, now }));
    }),
  );
  await issuers.refresh();
  return issuers;
}

async function verify(issuers: TrustedIssuers, token: string): Promise<Verdict> {
  return tokenVerifier({ issuers, now, admit: () => "welcome" }).verify(`Bearer ${token}`);
}

async function published(key: KeyObject, kid: string): Promise<object> {
  const { d: _private, p, q, dp, dq, qi, ...jwk } = await exportJWK(key);
  return { ...jwk, kid };
}

function token(claims: object, key: KeyObject, header: object): Promise<string> {
  const exp = nowMs / 1000 + 600;
  return new SignJWT({ exp, aud: "api://patchgap", ...claims }).setProtectedHeader({ alg: "RS256", kid: "k", ...header }).sign(key);
}

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;

test.each([
  ["PS256", rsa],
  ["RS512", rsa],
  ["ES256", generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey],
  ["ES384", generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey],
  ["EdDSA", generateKeyPairSync("ed25519").privateKey],
])("%s is taken where the configuration names it, and only there", async (alg, key) => {
  const settings = { issuer: "https://id.example/", tenantId };
  const keys = [await published(key, "k")];
  const text = await token({ iss: "https://id.example/" }, key, { alg });
  expect(await verify(await outsiders({ settings: { ...settings, algorithms: [alg] }, keys }), text)).toMatchObject({
    caller: { tenantId },
  });
  expect(await verify(await outsiders({ settings: { ...settings, algorithms: ["RS256", "PS384"] }, keys }), text)).toHaveProperty(
    "refusal.reason",
    "algorithm",
  );
});

test("Keycloak: no tenant in the token, roles and scopes under other names, many audiences", async () => {
  const settings = { issuer: "https://id.example/realms/it", tenantId, rolesClaim: "patchgap_roles", scopesClaim: "scope" };
  const issuers = await outsiders({ settings, keys: [await published(rsa, "k")] });
  const claims = { iss: "https://id.example/realms/it", aud: ["account", "api://patchgap"], azp: "reader", sub: "s-1", jti: "j-1" };
  const text = await token({ ...claims, scope: "profile Software.Read", patchgap_roles: ["Machine.Read.All", 7] }, rsa, { typ: "JWT" });
  expect(await verify(issuers, text)).toEqual({
    caller: {
      ...{ tenantId, clientId: "reader", subject: "s-1", tokenId: "j-1", issuer: "https://id.example/realms/it" },
      ...{ roles: ["Machine.Read.All"], scopes: ["profile", "Software.Read"] },
    },
  });
});

test("an issuer of many tenants speaks for each under its own name only", async () => {
  const settings = { issuer: "https://login.microsoftonline.com/{tenantId}/v2.0" };
  const issuers = await outsiders({ settings, keys: [await published(rsa, "k")] });
  const iss = `https://login.microsoftonline.com/${tenantId}/v2.0`;
  expect(await verify(issuers, await token({ iss, tid: tenantId }, rsa, {}))).toMatchObject({ caller: { tenantId } });
  for (const tid of [undefined, "", "other", [tenantId]]) {
    expect(await verify(issuers, await token({ iss, tid }, rsa, {}))).toHaveProperty("refusal.reason", "issuer");
  }
});

test("Entra's v1 tokens and our own share their issuer's name; each is verified with its own keys and for its own audiences", async () => {
  const own = await anIssuer();
  await own.keys.refresh();
  const [entra] = (
    await outsiders({ settings: { issuer: "https://sts.windows.net/{tenantId}/", tenantId }, keys: [await published(rsa, "k")] })
  ).all();
  const issuers = new TrustedIssuers([trustBuiltInIssuer(own.keys, builtInAudiences()), ...(entra === undefined ? [] : [entra])]);
  const claims = { iss: `https://sts.windows.net/${tenantId}/`, tid: tenantId };
  expect(await verify(issuers, await own.signIn())).toHaveProperty("caller");
  expect(await verify(issuers, await token(claims, rsa, {}))).toHaveProperty("caller");
  expect(await verify(issuers, await token({ ...claims, aud: defender }, rsa, {}))).toHaveProperty("refusal.reason", "audience");
  expect(await verify(issuers, await token(claims, rsa, { kid: "nobody's" }))).toHaveProperty("refusal.reason", "key");
  const facts = { tenantId, clientId: "c", audience: defender, roles: [], now: nowMs };
  const forged = await mintToken(facts, { kid: (await own.keys.signingKey()).kid, key: rsa });
  expect(await verify(issuers, forged.token)).toHaveProperty("refusal.reason", "signature");
});

test("a signature is calculated once, and once more after it was forgotten", async () => {
  const own = await anIssuer();
  const text = await own.signIn();
  let calculated = 0;
  const hasSignature: typeof strictRules.hasSignature = (...given) => {
    calculated++;
    return strictRules.hasSignature(...given);
  };
  const issuers = new TrustedIssuers([trustBuiltInIssuer(own.keys, builtInAudiences())]);
  const verifier = tokenVerifier({ issuers, now, admit: () => "welcome", rules: { ...strictRules, hasSignature } });
  for (let i = 0; i < 5; i++) await verifier.verify(`bearer ${text}`);
  expect(calculated).toBe(1);
  verifier.forget();
  await verifier.verify(`Bearer ${text}`);
  expect(calculated).toBe(2);
});

test("of a caller with a good token is told before it is asked whether it may come, of others never", async () => {
  const own = await anIssuer();
  const text = await own.signIn();
  const log: string[] = [];
  const admit = () => {
    log.push("asked");
    return "client-revoked" as const;
  };
  const issuers = new TrustedIssuers([trustBuiltInIssuer(own.keys, builtInAudiences())]);
  const verifier = tokenVerifier({ issuers, now, admit });
  const onGood = ({ clientId }: Caller): void => void log.push(`good ${clientId}`);
  expect(await verifier.verify(`Bearer ${text}`, onGood)).toMatchObject({ refusal: { reason: "client-revoked" } });
  expect(log).toEqual([`good ${own.client.clientId}`, "asked"]);
  for (const bad of [undefined, "Bearer x", `Bearer ${text.slice(0, -4)}AAAA`, [`Bearer ${text}`, `Bearer ${text}`]])
    await verifier.verify(bad, onGood);
  expect(log).toHaveLength(2);
});

test("nothing costly happens before everything cheap was right", async () => {
  const settings = { issuer: "https://id.example/", tenantId };
  const [trusted] = (await outsiders({ settings, keys: [await published(rsa, "k")] })).all();
  if (trusted === undefined) throw new Error("one issuer was configured");
  let asked = 0;
  const keys = { ...trusted.keys, peek: () => undefined, ready: () => true, refresh: async () => true, find: async () => void asked++ };
  const verifier = tokenVerifier({ issuers: new TrustedIssuers([{ ...trusted, keys }]), now, admit: () => "welcome" });
  const iss = "https://id.example/";
  const wrong = [{ iss, exp: 1 }, { iss, aud: "other" }, { iss, tid: "other" }, { iss, nbf: nowMs }, { iss: "https://other.example/" }];
  for (const claims of wrong) await verifier.verify(`Bearer ${await token(claims, rsa, {})}`);
  await verifier.verify(`Bearer ${await token({ iss }, rsa, { alg: "RS512" })}`);
  await verifier.verify(`Bearer ${"a".repeat(20_000)}`);
  expect(asked).toBe(0);
  await verifier.verify(`Bearer ${await token({ iss }, rsa, {})}`);
  expect(asked).toBe(1);
});

test("what the log gets is plain, short, and not the token", async () => {
  const settings = { issuer: "https://id.example/", tenantId };
  const issuers = await outsiders({ settings, keys: [await published(rsa, "k")] });
  const text = await token({ iss: "https://id.example/", aud: `\u001b[31m\n${"x".repeat(5000)}` }, rsa, {});
  const verdict = await verify(issuers, text);
  if (!("refusal" in verdict)) throw new Error("another audience was accepted");
  expect(verdict.refusal.facts).toMatchObject({ expectedAudiences: "api://patchgap", expectedTenant: tenantId });
  for (const fact of Object.values(verdict.refusal.facts)) expect(fact).toMatch(/^[ -~]{0,400}$/);
  expect(JSON.stringify(verdict)).not.toContain(text.split(".")[2]);
});

test("no extension is known, not even the one that jose knows", async () => {
  const issuers = await outsiders({ settings: { issuer: "https://id.example/", tenantId }, keys: [await published(rsa, "k")] });
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { iss: "https://id.example/", aud: "api://patchgap", exp: nowMs / 1000 + 600 };
  const input = `${part({ alg: "RS256", kid: "k", crit: ["b64"], b64: false })}.${part(claims)}`;
  const text = `${input}.${sign("sha256", Buffer.from(input), rsa).toString("base64url")}`;
  expect(await verify(issuers, text)).toHaveProperty("refusal.reason", "signature");
});

test("a header that is only just too long is refused unread", async () => {
  const verdict = await verify(await outsiders(), "a".repeat(16_385 - "Bearer ".length));
  expect(verdict).toHaveProperty("refusal.reason", "too-long");
});

test("refusals become 401, and 503 where nobody can tell", () => {
  expect(answerRefusal({ reason: "no-token" })).toMatchObject({
    status: 401,
    code: "Unauthorized",
    headers: { "WWW-Authenticate": "Bearer" },
  });
  expect(answerRefusal({ reason: "keys-unavailable" })).toMatchObject({ status: 503, headers: { "Retry-After": "30" } });
});

test.each([
  [
    { roles: ["Machine.Isolate"], scopes: [] },
    "Missing application roles. API required roles: Machine.Read.All,Machine.ReadWrite.All, application roles: Machine.Isolate.",
  ],
  [
    { roles: [], scopes: [] },
    "Missing application roles. API required roles: Machine.Read.All,Machine.ReadWrite.All, application roles: .",
  ],
  [
    { roles: ["<b>", "a b"], scopes: [] },
    "Missing application roles. API required roles: Machine.Read.All,Machine.ReadWrite.All, application roles: .",
  ],
  [
    { roles: [], scopes: ["User.Read", "Machine.Read.All"] },
    "Missing application scopes. API required scopes: Machine.Read,Machine.ReadWrite, application scopes: User.Read,Machine.Read.All.",
  ],
  [
    { roles: ["Machine.Read"], scopes: [] },
    "Missing application roles. API required roles: Machine.Read.All,Machine.ReadWrite.All, application roles: Machine.Read.",
  ],
  [{ roles: ["Machine.ReadWrite.All"], scopes: [] }, undefined],
  [{ roles: [], scopes: ["Machine.Read"] }, undefined],
])("%j is told: %s", (caller, message) => {
  expect(missingPermission(caller, ["Machine.Read.All", "Machine.ReadWrite.All"])).toBe(message);
});

test("the clock does not run backwards, unless by far", () => {
  const readings = [1000, 5000, 4000, 6000, 6000 - 3 * 3_600_000, 7000];
  const clock = steadyClock(() => readings.shift() ?? 0);
  expect([clock(), clock(), clock(), clock(), clock(), clock()]).toEqual([1000, 5000, 5000, 6000, 6000 - 3 * 3_600_000, 7000]);
});

test("a bounded map forgets what was not used for longest", () => {
  const map = new BoundedMap<string, number>(2);
  map.set("a", 1);
  map.set("b", 2);
  map.get("a");
  map.set("c", 3);
  expect([map.get("a"), map.get("b"), map.get("c"), map.size]).toEqual([1, undefined, 3, 2]);
});

test("a raw signature over the same input is the same token, so nothing else than the signature is checked by it", async () => {
  const issuers = await outsiders({ settings: { issuer: "https://id.example/", tenantId }, keys: [await published(rsa, "k")] });
  const [head, payload] = (await token({ iss: "https://id.example/" }, rsa, {})).split(".");
  const signature = sign("sha256", Buffer.from(`${head}.${payload}`), rsa).toString("base64url");
  expect(await verify(issuers, `${head}.${payload}.${signature}`)).toHaveProperty("caller");
  expect(await verify(issuers, `${head}.${payload}.${signature}=`)).toHaveProperty("refusal.reason", "structure");
});
