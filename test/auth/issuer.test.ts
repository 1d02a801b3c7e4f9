import { describe, expect, test } from "vitest";
import { discoveryDocument } from "../../src/auth/issuer/discovery.ts";
import { answerTokenCall, type TokenAnswer } from "../../src/auth/issuer/token-endpoint.ts";
import { answerRefusal } from "../../src/auth/refusal-status.ts";
import { type AnIssuer, anIssuer, defender, otherTenantId, tenantId } from "./an-issuer.ts";

const minutes = 60_000;
const days = 24 * 60 * minutes;

type Fields = Record<string, string>;
const usual = ({ client, secret }: AnIssuer): Fields => ({
  grant_type: "client_credentials",
  client_id: client.clientId,
  client_secret: secret,
  scope: `${defender}/.default`,
});
const without = (fields: Fields, name: string): Fields => Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name));
const basic = (id: string, secret: string): string => `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
const claimsOf = (token: string): Fields => JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
const tokenOf = ({ body }: TokenAnswer): string => (body as { access_token: string }).access_token;

describe("the token endpoint", () => {
  test("v2 answers with numbers, and forbids to keep the answer", async () => {
    const issuer = await anIssuer();
    const { status, headers, body } = await issuer.ask(usual(issuer));
    expect({ status, headers }).toEqual({ status: 200, headers: { "Cache-Control": "no-store", Pragma: "no-cache" } });
    expect(body).toEqual({ token_type: "Bearer", expires_in: 3599, ext_expires_in: 3599, access_token: expect.stringMatching(/^eyJ/) });
  });

  test("v1 answers with numbers as texts, and the resource as it was asked for", async () => {
    const issuer = await anIssuer();
    const fields = { ...without(usual(issuer), "scope"), resource: `${defender}/` };
    const { body } = await issuer.ask(fields, { version: "v1" });
    const now = issuer.nowMs / 1000;
    expect(body).toMatchObject({ expires_in: "3599", expires_on: `${now + 3600}`, not_before: `${now}`, resource: `${defender}/` });
    expect(claimsOf(tokenOf({ body } as TokenAnswer))["aud"]).toBe(`${defender}/`);
  });

  test("a token says what Defender's tokens say, in letters that plain base64 has too", async () => {
    const issuer = await anIssuer();
    const token = await issuer.signIn();
    const { clientId } = issuer.client;
    const now = issuer.nowMs / 1000;
    expect(claimsOf(token)).toEqual({
      ...{ aud: defender, iss: `https://sts.windows.net/${tenantId}/`, idp: `https://sts.windows.net/${tenantId}/`, tid: tenantId },
      ...{ iat: now, nbf: now, exp: now + 3600, appid: clientId, appidacr: "1", idtyp: "app", oid: clientId, sub: clientId, ver: "1.0" },
      ...{ roles: ["Software.Read.All", "Machine.Read.All"], jti: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    expect(token.split(".")[1]).not.toMatch(/[-_]/);
  });

  test("a client may name itself in the Authorization header", async () => {
    const issuer = await anIssuer();
    const fields = { grant_type: "client_credentials", scope: `${defender}/.default` };
    const { clientId } = issuer.client;
    expect((await issuer.ask(fields, { authorization: basic(clientId, issuer.secret) })).status).toBe(200);
    const wrong = await issuer.ask(fields, { authorization: basic(clientId, "100% wrong") });
    expect(wrong).toMatchObject({ status: 401, headers: { "WWW-Authenticate": 'Basic realm="patchgap"' } });
  });

  type Change = (issuer: AnIssuer) => Parameters<AnIssuer["ask"]>;
  const refusals: [string, Change, number, string, number][] = [
    ["a wrong secret", (i) => [{ ...usual(i), client_secret: "wrong" }], 401, "invalid_client", 7000215],
    ["an unknown client", (i) => [{ ...usual(i), client_id: otherTenantId }], 401, "invalid_client", 7000215],
    ["a secret's hash", (i) => [{ ...usual(i), client_secret: i.client.secrets[0] ?? "" }], 401, "invalid_client", 7000215],
    ["no secret", (i) => [without(usual(i), "client_secret")], 401, "invalid_client", 7000218],
    ["a broken Basic header", (i) => [usual(i), { authorization: "Basic !!" }], 401, "invalid_client", 7000218],
    ["two secrets", (i) => [usual(i), { authorization: basic(i.client.clientId, i.secret) }], 400, "invalid_request", 900144],
    ["no client", (i) => [without(usual(i), "client_id")], 400, "invalid_request", 900144],
    ["another tenant", (i) => [usual(i), { tenant: otherTenantId }], 400, "unauthorized_client", 700016],
    ["an unknown tenant", (i) => [usual(i), { tenant: "contoso.example" }], 400, "invalid_request", 90002],
    ["no tenant in particular", (i) => [usual(i), { tenant: "common" }], 400, "invalid_request", 90002],
    ["no grant", (i) => [without(usual(i), "grant_type")], 400, "invalid_request", 900144],
    ["a password", (i) => [{ ...usual(i), grant_type: "password" }], 400, "unsupported_grant_type", 70003],
    ["a refresh token", (i) => [{ ...usual(i), grant_type: "refresh_token" }], 400, "unsupported_grant_type", 70003],
    ["another resource", (i) => [{ ...usual(i), scope: "https://graph.microsoft.com/.default" }], 400, "invalid_resource", 500011],
    [
      "a resource that begins like ours",
      (i) => [{ ...usual(i), scope: `${defender}.evil.example/.default` }],
      400,
      "invalid_resource",
      500011,
    ],
    ["a single permission", (i) => [{ ...usual(i), scope: `${defender}/Machine.Read` }], 400, "invalid_scope", 1002012],
    ["two resources", (i) => [{ ...usual(i), scope: `${defender}/.default ${defender}/.default` }], 400, "invalid_scope", 1002012],
    ["no scope", (i) => [without(usual(i), "scope")], 400, "invalid_request", 900144],
    ["no resource in v1", (i) => [usual(i), { version: "v1" }], 400, "invalid_request", 900144],
    ["a body without end", (i) => [{ ...usual(i), filler: "x".repeat(20_000) }], 400, "invalid_request", 90013],
  ];

  test.each(refusals)("refuses %s", async (_name, change, status, error, code) => {
    const issuer = await anIssuer();
    const answer = await issuer.ask(...change(issuer));
    expect(answer).toMatchObject({ status, body: { error, error_codes: [code] } });
    expect(answer.headers["Cache-Control"]).toBe("no-store");
    const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
    expect(answer.body).toEqual({
      error,
      error_codes: [code],
      error_description: expect.stringMatching(
        new RegExp(`^AADSTS${code}: .+ Trace ID: .+ Correlation ID: .+ Timestamp: 2026-03-01 12:00:00Z$`),
      ),
      timestamp: "2026-03-01 12:00:00Z",
      trace_id: expect.stringMatching(guid),
      correlation_id: expect.stringMatching(guid),
    });
    expect(JSON.stringify(answer)).not.toContain(issuer.secret);
  });

  const form = "application/x-www-form-urlencoded";

  test("takes forms only, and no field twice", async () => {
    const issuer = await anIssuer();
    const call = { tenant: tenantId, version: "v2" as const, authorization: undefined };
    const body = new URLSearchParams(usual(issuer)).toString();
    expect((await answerTokenCall({ ...call, body, contentType: "application/json" }, issuer)).status).toBe(400);
    expect((await answerTokenCall({ ...call, body: `${body}&scope=x`, contentType: form }, issuer)).status).toBe(400);
    expect((await answerTokenCall({ ...call, body, contentType: `${form};charset=UTF-8` }, issuer)).status).toBe(200);
  });

  test("repeats the client's own request id", async () => {
    const issuer = await anIssuer();
    const call = { tenant: "nobody", version: "v2" as const, authorization: undefined, body: "", contentType: form };
    const answer = await answerTokenCall({ ...call, correlationId: otherTenantId }, issuer);
    expect(answer.body).toMatchObject({ correlation_id: otherTenantId });
  });
});

describe("signing keys", () => {
  test("one key is made, however many ask at once", async () => {
    const issuer = await anIssuer();
    await Promise.all([issuer.signIn(), issuer.signIn(), issuer.keys.publicKeys()]);
    expect(await issuer.keyStore.list()).toHaveLength(1);
  });

  test("after a rotation the new key signs, and the old one verifies until its last token has expired", async () => {
    const issuer = await anIssuer();
    const former = await issuer.signIn();
    issuer.nowMs += 10 * minutes;
    await issuer.keys.rotate();
    const next = await issuer.signIn();
    expect(former.split(".")[0]).not.toBe(next.split(".")[0]);
    expect(await issuer.verify(former)).toHaveProperty("caller");
    expect(await issuer.verify(next)).toHaveProperty("caller");
    expect((await issuer.keys.publicKeys()).keys).toHaveLength(2);
    issuer.nowMs += 67 * minutes;
    expect((await issuer.keys.publicKeys()).keys).toHaveLength(1);
    await issuer.keys.rotate();
    expect(await issuer.keyStore.list()).toHaveLength(2);
  });

  test("withdrawn keys end their tokens at once", async () => {
    const issuer = await anIssuer();
    const former = await issuer.signIn();
    expect(await issuer.verify(former)).toHaveProperty("caller");
    await issuer.keys.rotate({ withdraw: true });
    expect(await issuer.verify(former)).toMatchObject({ refusal: { reason: "key" } });
    expect(await issuer.verify(await issuer.signIn())).toHaveProperty("caller");
  });

  test("a key signs for ninety days", async () => {
    const issuer = await anIssuer();
    const first = (await issuer.signIn()).split(".")[0];
    issuer.nowMs += 89 * days;
    expect((await issuer.signIn()).split(".")[0]).toBe(first);
    issuer.nowMs += 2 * days;
    expect((await issuer.signIn()).split(".")[0]).not.toBe(first);
  });

  test("only public halves are published", async () => {
    const issuer = await anIssuer();
    const { keys } = await issuer.keys.publicKeys();
    expect(Object.keys(keys[0] ?? {}).sort()).toEqual(["alg", "e", "kid", "kty", "n", "use"]);
    expect((await issuer.keyStore.list())[0]?.privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  });
});

test("a revoked client gets no token, and the ones it has are refused", async () => {
  const issuer = await anIssuer();
  const token = await issuer.signIn();
  expect(await issuer.verify(token)).toHaveProperty("caller");
  expect(await issuer.clients.revoke(issuer.client.clientId, issuer.nowMs)).toBe(true);
  expect((await issuer.ask(usual(issuer))).status).toBe(401);
  const verdict = await issuer.verify(token);
  expect("refusal" in verdict && answerRefusal(verdict.refusal).status).toBe(401);
});

test("a secret is kept as a hash only", async () => {
  const { client, secret } = await anIssuer();
  expect(secret).toMatch(/^pgs_[\w-]{43}$/);
  expect(JSON.stringify(client)).not.toContain(secret);
  expect(client.secrets).toEqual([expect.stringMatching(/^sha256:[0-9a-f]{64}$/)]);
});

test("discovery answers in the terms of the call", () => {
  const call = { origin: "https://login.microsoftonline.com", tenant: "default", tenantId };
  const v2 = discoveryDocument({ ...call, version: "v2" });
  expect(v2).toMatchObject({
    issuer: `https://login.microsoftonline.com/${tenantId}/v2.0`,
    token_endpoint: "https://login.microsoftonline.com/default/oauth2/v2.0/token",
    jwks_uri: "https://login.microsoftonline.com/default/discovery/v2.0/keys",
    authorization_endpoint: expect.any(String),
    end_session_endpoint: expect.any(String),
  });
  expect(discoveryDocument({ ...call, version: "v1" })).toMatchObject({
    token_endpoint: "https://login.microsoftonline.com/default/oauth2/token",
    jwks_uri: "https://login.microsoftonline.com/default/discovery/keys",
  });
});
