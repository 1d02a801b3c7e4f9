import { createHmac, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { compactVerify, importJWK } from "jose";
import { describe, expect, test } from "vitest";
import { readBearer } from "../../src/auth/authorization-header.ts";
import { type Check, checks, type Examined, leeway } from "../../src/auth/checks.ts";
import type { TrustedIssuer } from "../../src/auth/issuers.ts";
import type { JsonObject, ParsedToken } from "../../src/auth/parse-token.ts";
import { type Rules, strictRules } from "../../src/auth/rules.ts";
import { verificationKey } from "../../src/auth/verification-key.ts";
import { sharedFile } from "../shared-data.ts";
import type { Fixture } from "./jwt-fixture.ts";
import { type Case, makeRequest } from "./jwt-recipe.ts";
import { aService } from "./jwt-service.ts";

const file = sharedFile("cases/jwt-cases.json");
const { cases, fixture } =
  file === undefined ? { cases: [], fixture: undefined } : (JSON.parse(readFileSync(file, "utf8")) as { cases: Case[]; fixture: Fixture });

const without = (name: string): Partial<Rules> => ({ checks: checks.filter((check) => check.name !== name) });
const withCheck = (name: string, refuses: Check["refuses"]): Partial<Rules> => ({
  checks: checks.map((check) => (check.name === name ? { name, refuses } : check)),
});
const audiences = ({ token }: Examined): unknown[] => [token.claims["aud"]].flat(9);
const found = (predicate: (issuer: TrustedIssuer, iss: string, token: ParsedToken) => boolean): Partial<Rules> => ({
  findIssuer: (token, issuers) => issuers.all().find((issuer) => predicate(issuer, String(token.claims["iss"]), token)),
});
const signed = (hasSignature: Rules["hasSignature"]): Partial<Rules> => ({ hasSignature });
const roles = (rolesOf: (claims: JsonObject) => unknown[]): Partial<Rules> => ({
  rolesOf: ({ claims }) => rolesOf(claims).filter((role) => typeof role === "string"),
});
const wanted = "Software.Read.All";
const given = (claims: JsonObject): unknown[] => [claims["roles"]].flat();
const alg = ({ header }: ParsedToken): string => String(header["alg"]);
const parts = ({ text }: ParsedToken): [string, Buffer] => {
  const [head, payload, signature = ""] = text.split(".");
  return [`${head}.${payload}`, Buffer.from(signature, "base64url")];
};

/** Bugs that verifiers have had, one at a time in ours. */
const bugs: [string, Partial<Rules>][] = [
  ...checks.map(({ name }): [string, Partial<Rules>] => [`no check of ${name}`, without(name)]),
  [
    "an expiry that may be infinite",
    withCheck("expiry", ({ token, now }) => (Number(token.claims["exp"]) + leeway > now ? undefined : "expired")),
  ],
  [
    "an expiry that may be absent",
    withCheck("expiry", ({ token, now }) => (Number(token.claims["exp"]) + leeway < now ? "expired" : undefined)),
  ],
  [
    "five minutes and more of leeway",
    withCheck("expiry", ({ token, now }) => (Number(token.claims["exp"]) + 3600 > now ? undefined : "expired")),
  ],
  [
    "not-before of any type",
    withCheck("not before", ({ token, now }) => (Number(token.claims["nbf"]) > now + leeway ? "not-yet-valid" : undefined)),
  ],
  [
    "an audience by its beginning",
    withCheck("audience", (e) =>
      audiences(e).some((a) => [...e.issuer.audiences].some((b) => b.startsWith(String(a)))) ? undefined : "audience",
    ),
  ],
  [
    "an audience that begins like ours",
    withCheck("audience", (e) =>
      audiences(e).some((a) => [...e.issuer.audiences].some((b) => String(a).startsWith(b))) ? undefined : "audience",
    ),
  ],
  [
    "an audience in nested arrays",
    withCheck("audience", (e) => (audiences(e).some((a) => e.issuer.audiences.has(String(a))) ? undefined : "audience")),
  ],
  [
    "no audience is any audience",
    withCheck("audience", (e) =>
      e.token.claims["aud"] === undefined || audiences(e).some((a) => e.issuer.audiences.has(String(a))) ? undefined : "audience",
    ),
  ],
  [
    "a tenant with blanks around it",
    withCheck("tenant", ({ token, issuer }) => (String(token.claims["tid"]).trim() === issuer.tenantId ? undefined : "tenant")),
  ],
  [
    "a tenant by its beginning",
    withCheck("tenant", ({ token, issuer }) => (String(token.claims["tid"]).startsWith(issuer.tenantId ?? "") ? undefined : "tenant")),
  ],
  [
    "an empty tenant is no tenant",
    withCheck("tenant", ({ token, issuer }) =>
      [issuer.tenantId, "", undefined].includes(token.claims["tid"] as string) ? undefined : "tenant",
    ),
  ],
  ["an issuer in any case", found(({ issuer }, iss) => issuer.toLowerCase() === iss.toLowerCase())],
  [
    "an issuer by its host as a pattern",
    found(({ issuer, tenantId = "" }, iss) => /https:\/\/login.test/.test(iss) && iss.includes(tenantId) && issuer !== ""),
  ],
  ["an issuer in an array", found(({ issuer }, iss) => issuer === iss)],
  ["an issuer by the tenant claim", found(({ tenantId }, _iss, { claims }) => tenantId === claims["tid"])],
  ["an issuer by the key's name", found(({ keys }, _iss, { header }) => keys.peek(String(header["kid"])) !== undefined)],
  ["no check of the signature", signed(async () => true)],
  ["an empty signature will do", signed(async (token, key) => parts(token)[1].length === 0 || strictRules.hasSignature(token, key))],
  [
    "`none` needs no signature",
    {
      ...withCheck("algorithm", () => undefined),
      ...signed(async (token, key) => alg(token).toLowerCase() === "none" || strictRules.hasSignature(token, key)),
    },
  ],
  ["any algorithm that fits the key", without("algorithm")],
  ["algorithms by their beginning", withCheck("algorithm", ({ token }) => (/^(RS|PS)/.test(alg(token)) ? undefined : "algorithm"))],
  [
    "HMAC with the public key",
    {
      ...without("algorithm"),
      ...signed(async (token, key) => {
        if (!alg(token).startsWith("HS")) return strictRules.hasSignature(token, key);
        const [input, signature] = parts(token);
        const pem = key.key.export({ type: "spki", format: "pem" });
        return createHmac(`sha${alg(token).slice(2)}`, pem)
          .update(input)
          .digest()
          .equals(signature);
      }),
    },
  ],
  [
    "the key in the token's own header",
    {
      findKey: async (token, issuer) => {
        const jwk = token.header["jwk"];
        if (jwk === undefined) return strictRules.findKey(token, issuer);
        return verificationKey("own", createPublicKey({ key: jwk as object, format: "jwk" }), undefined);
      },
      ...signed(async ({ text }, { key }) =>
        compactVerify(text, await importJWK(key.export({ format: "jwk" }), "RS256")).then(
          () => true,
          () => false,
        ),
      ),
    },
  ],
  [
    "extensions that nobody knows",
    signed(async ({ text, header }, { key }) =>
      compactVerify(text, key, { crit: Object.fromEntries(([header["crit"] ?? []].flat() as string[]).map((name) => [name, true])) }).then(
        () => true,
        () => false,
      ),
    ),
  ],
  [
    "a signature over another text",
    signed(async (token, key) =>
      strictRules.hasSignature(
        {
          ...token,
          text: token.text.replace(/^[^.]*/, Buffer.from(JSON.stringify({ alg: "RS256", typ: "JWT", kid: "k1" })).toString("base64url")),
        },
        key,
      ),
    ),
  ],
  ["the first of several headers", { readBearer: (header) => readBearer([header].flat().slice(0, 1) as string[]) }],
  ["any scheme", { readBearer: (header) => readBearer([header].flat().map((value) => value?.replace(/^\w+ /, "Bearer ") ?? "")) }],
  ["blanks within the token", { readBearer: (header) => readBearer([header].flat().map((value) => value?.replace(/\. /, ".") ?? "")) }],
  ["roles by their beginning", roles((claims) => given(claims).map((role) => (String(role).startsWith(wanted) ? wanted : role)))],
  [
    "roles in any case",
    roles((claims) => given(claims).map((role) => (String(role).toLowerCase() === wanted.toLowerCase() ? wanted : role))),
  ],
  ["roles in one text", roles((claims) => given(claims).flatMap((role) => String(role).split(" ")))],
  ["roles in nested arrays", roles((claims) => [claims["roles"]].flat(9))],
  ["roles up to a NUL", roles((claims) => given(claims).map((role) => String(role).split("\0")[0]))],
  ["roles with a wildcard", roles((claims) => (given(claims).includes("*") ? [wanted] : given(claims)))],
  ["roles that are merely there", roles((claims) => (claims["roles"] === undefined ? [] : [wanted]))],
  ["groups as roles", roles((claims) => [claims["roles"] ?? [], claims["groups"] ?? []].flat())],
  ["every verified token has every role", roles(() => [wanted])],
];

describe.skipIf(fixture === undefined)("a verifier with one bug is noticed", () => {
  test("and the strict one is not", async () => {
    expect(await noticedBy({})).toEqual([]);
  });

  test("and there are as many bugs as were promised", () => {
    expect(bugs.length).toBeGreaterThanOrEqual(23);
  });

  test.each(bugs)("%s", async (_name, bug) => {
    expect(await noticedBy(bug)).not.toEqual([]);
  });
});

/** The rows that a verifier with these rules answers wrongly. */
async function noticedBy(bug: Partial<Rules>): Promise<readonly string[]> {
  const service = aService(fixture as Fixture, { rules: { ...strictRules, ...bug } });
  await service.issuers.refresh();
  const noticed: string[] = [];
  for (const row of cases) {
    const { authorization } = makeRequest(row, cases, fixture as Fixture, service.nowMs / 1000);
    const status = await service.ask(authorization, row.recipe.target).then(
      (answer) => answer.status,
      () => 500,
    );
    if (!row.expect.includes(status)) noticed.push(row.id);
  }
  return noticed;
}
