import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { newClient } from "../../src/auth/issuer/client-secret.ts";
import type { Permission } from "../../src/auth/permissions.ts";
import { type Asked, anInventory, aServer, type TestServer } from "./a-server.ts";
import { askRaw } from "./ask-raw.ts";

/** Whoever speaks for others: an issuer with one key and an address for it. */
const alpha = "aaaaaaaa-1111-4111-8111-111111111111";
const beta = "bbbbbbbb-1111-4111-8111-111111111111";
const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
const stranger = await generateKeyPair("RS256");
let keysServer: Server;
let server: TestServer;

beforeAll(async () => {
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: "one", use: "sig", alg: "RS256" }] });
  keysServer = createServer((_request, response) => void response.writeHead(200, { "Content-Type": "application/json" }).end(keys));
  await new Promise<void>((resolve) => void keysServer.listen(0, "127.0.0.1", resolve));
  const jwksUri = `http://127.0.0.1:${(keysServer.address() as AddressInfo).port}/keys`;
  const audiences = ["api://patchgap"];
  server = await aServer({
    tenants: ["another"],
    settings: {
      publicUrl: ["https://patchgap.example"],
      issuers: [
        { issuer: "https://fixed.example/{tenantId}/v2.0", audiences, jwksUri, tenantId: alpha },
        { issuer: "https://keycloak.example/realms/it", audiences, jwksUri, tenantId: beta, rolesClaim: "groups", scopesClaim: "scope" },
        { issuer: "https://open.example", audiences, jwksUri, tenantClaim: "org" },
      ],
    },
  });
  await server.ingest([anInventory("of-default", 5000)]);
});
afterAll(async () => {
  await server.close();
  await new Promise((resolve) => void keysServer.close(resolve));
});

const defaultTenant = (): string => server.tenants.get("default")?.id ?? "";

function sign(claims: JWTPayload, key: CryptoKey = privateKey): Promise<string> {
  const usual = { aud: "api://patchgap", appid: "cccccccc-1111-4111-8111-111111111111", ...claims };
  return new SignJWT(usual).setProtectedHeader({ alg: "RS256", kid: "one" }).setIssuedAt().setExpirationTime("10m").sign(key);
}

describe("tokens of another issuer", () => {
  const fixed = { iss: `https://fixed.example/${alpha}/v2.0`, roles: ["Machine.Read.All"] };
  const keycloak = { iss: "https://keycloak.example/realms/it", groups: ["Machine.Read.All", "offline_access"] };
  const open = { iss: "https://open.example", roles: ["Machine.Read.All"] };

  const welcome: readonly (readonly [what: string, claims: () => JWTPayload, devices: number])[] = [
    ["of a fixed tenant that they name", () => ({ ...fixed, tid: alpha }), 0],
    ["of a fixed tenant that they do not name", () => fixed, 0],
    ["with roles where Keycloak puts them", () => keycloak, 0],
    ["with scopes where Keycloak puts them", () => ({ ...keycloak, groups: [], scope: "openid Machine.Read" }), 0],
    ["that name a tenant in a claim of their own", () => ({ ...open, org: defaultTenant() }), 1],
  ];

  test.each(welcome)("%s are welcome, and see their tenant", async (_what, claims, devices) => {
    const answer = await server.ask("/api/machines", { token: await sign(claims()) });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json.value).toHaveLength(devices);
  });

  const refused: readonly (readonly [what: string, claims: () => JWTPayload, message: string])[] = [
    ["for another tenant than the fixed one", () => ({ ...fixed, tid: beta }), "The token's issuer does not speak for its tenant."],
    ["of a tenant that does not exist", () => ({ ...open, org: "dddddddd-1111-4111-8111-111111111111" }), ""],
    ["that name no tenant where they must", () => open, "The token's issuer does not speak for its tenant."],
    ["for another audience", () => ({ ...fixed, aud: "api://other" }), "The token is for another audience."],
    ["for an audience with a slash too many", () => ({ ...fixed, aud: "api://patchgap/" }), "The token is for another audience."],
    ["of an issuer that nobody named", () => ({ ...fixed, iss: "https://fixed.example/" }), "The token's issuer is not trusted."],
    ["that have expired", () => ({ ...fixed, exp: 1_000_000_000 }), "The token has expired."],
  ];

  test.each(refused)("%s are refused", async (_what, claims, message) => {
    const made = claims();
    const signer = new SignJWT({ aud: "api://patchgap", exp: Math.floor(Date.now() / 1000) + 600, ...made });
    const token = await signer.setProtectedHeader({ alg: "RS256", kid: "one" }).setIssuedAt().sign(privateKey);
    const answer = await server.ask("/api/machines", { token });
    expect(answer).toMatchObject({ status: 401, json: { error: { code: "Unauthorized", message: expect.stringContaining(message) } } });
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer error="invalid_token"/);
  });

  test("that are good, but of a tenant that does not exist, have nothing looked up", async () => {
    const digestsOf = vi.spyOn(server.store, "digestsOf");
    const path = `/api/machines/${"0".repeat(40)}/getmissingkbs`;
    const roles = ["Software.Read.All"];
    const statusFor = async (org: string): Promise<number> =>
      (await server.ask(path, { token: await sign({ ...open, roles, org }) })).status;
    expect([await statusFor("dddddddd-1111-4111-8111-111111111111"), digestsOf.mock.calls.length]).toEqual([401, 0]);
    expect([await statusFor(defaultTenant()), digestsOf.mock.calls.length]).toEqual([404, 1]);
    digestsOf.mockRestore();
  });

  test("that somebody else signed are refused, in words that tell nothing of the keys", async () => {
    const answer = await server.ask("/api/machines", { token: await sign(fixed, stranger.privateKey) });
    expect(answer).toMatchObject({ status: 401, json: { error: { message: expect.stringContaining("signature cannot be verified") } } });
  });

  test("without the role are forbidden, and only what looks like a role is repeated", async () => {
    const token = await sign({ ...keycloak, groups: ["Score.Read.All", "<script>", "uma_authorization"] });
    const answer = await server.ask("/api/machines", { token });
    expect([answer.status, answer.json.error.message]).toEqual([
      403,
      "Missing application roles. API required roles: Machine.Read.All,Machine.ReadWrite.All, application roles: Score.Read.All.",
    ]);
  });
});

describe("who may not is told so", () => {
  const unauthorized: readonly (readonly [what: string, authorization: string | undefined, message: string, challenge: RegExp])[] = [
    ["no token", undefined, "The request has no access token.", /^Bearer$/],
    ["no JWT", "Bearer abc", "The access token is not a signed JWT.", /^Bearer error="invalid_token"/],
    ["another scheme", "Basic YTpi", 'Exactly one Authorization header of the form "Bearer TOKEN" is expected.', /error="invalid_token"/],
  ];

  test.each(unauthorized)("%s: 401", async (_what, authorization, message, challenge) => {
    const { status, headers, body } = await askRaw(server.origin, "/api/machines", authorization === undefined ? {} : { authorization });
    const { error } = JSON.parse(body.toString());
    expect([status, error]).toEqual([
      401,
      { code: "Unauthorized", message: `Invalid Authorization payload. ${message}`, target: expect.stringMatching(/^[\w-]{36}$/) },
    ]);
    expect(headers["www-authenticate"]).toMatch(challenge);
  });

  const forbidden: readonly (readonly [path: string, roles: readonly Permission[], message: string])[] = [
    ["/api/machines/x/getmissingkbs", ["Machine.Read.All"], "API required roles: Software.Read.All, application roles: Machine.Read.All."],
    ["/api/machines/x/vulnerabilities", [], "API required roles: Vulnerability.Read.All, application roles: ."],
    [
      "/api/machines",
      ["Score.Read.All", "Software.Read.All"],
      "API required roles: Machine.Read.All,Machine.ReadWrite.All, application roles: Score.Read.All,Software.Read.All.",
    ],
  ];

  test.each(forbidden)("%s with the roles %j: 403 in the words that clients take apart", async (path, roles, message) => {
    const answer = await server.ask(path, { roles });
    expect([answer.status, answer.json.error]).toEqual([
      403,
      { code: "Forbidden", message: `Missing application roles. ${message}`, target: expect.any(String) },
    ]);
    expect(answer.json.error.message).toMatch(/API required roles:\s*(\w+\.\w+(\.\w+)*(, ?)?)*/);
  });
});

describe("the token endpoint", () => {
  let clientId: string;
  let secret: string;
  beforeAll(async () => {
    const facts = { tenantId: defaultTenant(), name: "a program", roles: ["Machine.Read.All"], createdAt: Date.now() };
    const made = newClient(facts);
    await server.store.clients.add(made.client);
    [clientId, secret] = [made.client.clientId, made.secret];
  });

  const form = (fields: object): string =>
    new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: secret, ...fields }).toString();
  const post = (path: string, body: string): Promise<Asked> =>
    server.ask(path, { method: "POST", token: null, headers: { "Content-Type": "application/x-www-form-urlencoded" }, body });
  const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());

  const v2: readonly (readonly [scope: string, audience: string])[] = [
    ["https://api.securitycenter.microsoft.com/.default", "https://api.securitycenter.microsoft.com"],
    ["https://api.securitycenter.windows.com/.default", "https://api.securitycenter.windows.com"],
    ["https://securitycenter.onmicrosoft.com/windowsatpservice/.default", "https://securitycenter.onmicrosoft.com/windowsatpservice"],
    ["https://au.api.security.microsoft.com/.default", "https://au.api.security.microsoft.com"],
    ["https://api-gov.securitycenter.microsoft.us/.default", "https://api-gov.securitycenter.microsoft.us"],
    ["https://api.securitycenter.microsoft.com//.default", "https://api.securitycenter.microsoft.com/"],
    ["https://patchgap.example/.default", "https://patchgap.example"],
  ];

  test.each(v2)("v2: a token for %s has the audience %s and opens the API", async (scope, aud) => {
    const { status, json, headers } = await post(`/${defaultTenant()}/oauth2/v2.0/token`, form({ scope }));
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(json).toEqual({ token_type: "Bearer", expires_in: 3599, ext_expires_in: 3599, access_token: expect.stringMatching(/^eyJ/) });
    const claims = { aud, tid: defaultTenant(), appid: clientId, roles: ["Machine.Read.All"], ver: "1.0" };
    expect(claimsOf(json.access_token)).toMatchObject({ ...claims, iss: `https://sts.windows.net/${defaultTenant()}/` });
    const answer = await server.ask("/api/machines", { token: json.access_token });
    expect([answer.status, answer.json.value.length]).toEqual([200, 1]);
  });

  test.each([
    "https://api.securitycenter.windows.com",
    "https://api.securitycenter.microsoft.com",
    "https://api.securitycenter.microsoft.com/",
  ])("v1: a token for %s comes with its numbers as texts, and opens the API", async (resource) => {
    for (const path of ["/default/oauth2/token", "/default/oauth2/token/", "/DEFAULT/OAuth2/Token?api-version=1.0"]) {
      const { status, json } = await post(path, form({ resource }));
      expect(status, path).toBe(200);
      expect(json).toMatchObject({ token_type: "Bearer", expires_in: "3599", ext_expires_in: "3599", resource });
      expect([json.expires_on, json.not_before]).toEqual([expect.stringMatching(/^\d{10}$/), expect.stringMatching(/^\d{10}$/)]);
      expect(claimsOf(json.access_token).aud).toBe(resource);
      expect((await server.ask("/api/machines", { token: json.access_token })).status).toBe(200);
    }
  });

  const scope = "https://api.securitycenter.microsoft.com/.default";
  const errors: readonly (readonly [what: string, tenant: string, fields: object, status: number, error: string, code: number])[] = [
    ["a wrong secret", "default", { scope, client_secret: "x" }, 401, "invalid_client", 7000215],
    ["an unknown client", "default", { scope, client_id: alpha }, 401, "invalid_client", 7000215],
    ["no secret", "default", { scope, client_secret: "" }, 401, "invalid_client", 7000218],
    ["a client of another tenant", "another", { scope }, 400, "unauthorized_client", 700016],
    ["no such tenant", "nobody", { scope }, 400, "invalid_request", 90002],
    ["no scope", "default", {}, 400, "invalid_request", 900144],
    ["another grant", "default", { scope, grant_type: "password" }, 400, "unsupported_grant_type", 70003],
    ["another resource", "default", { scope: "https://graph.microsoft.com/.default" }, 400, "invalid_resource", 500011],
    ["a scope without .default", "default", { scope: "User.Read" }, 400, "invalid_scope", 1002012],
  ];

  test.each(errors)("%s at tenant %s: told in Entra's form", async (_what, tenant, fields, status, error, code) => {
    const { json, ...answer } = await post(`/${tenant}/oauth2/v2.0/token?client-request-id=${beta}`, form(fields));
    expect(answer.status).toBe(status);
    expect(json).toEqual({
      error,
      error_description: expect.stringMatching(new RegExp(`^AADSTS${code}: .+ Correlation ID: ${beta} `)),
      error_codes: [code],
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/),
      trace_id: expect.stringMatching(/^[\w-]{36}$/),
      correlation_id: beta,
    });
    expect(answer.text).not.toContain(secret);
  });

  test("discovery and keys are where libraries look for them, in the name that was called", async () => {
    const { body } = await askRaw(server.origin, "/default/v2.0/.well-known/openid-configuration", { Host: "patchgap.example" });
    const found = JSON.parse(body.toString());
    expect(found.token_endpoint).toBe("https://patchgap.example/default/oauth2/v2.0/token");
    expect(new URL(found.jwks_uri).pathname).toMatch(/\/discovery\/v2\.0\/keys$/);
    const keys = (await server.ask(new URL(found.jwks_uri).pathname, { token: null })).json.keys;
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) expect(Object.keys(key)).not.toContain("d");
    expect((await server.ask("/nobody/discovery/v2.0/keys", { token: null })).status).toBe(404);
  });

  test("a client that is revoked is refused at the next request, and gets no more tokens", async () => {
    const { json } = await post("/default/oauth2/v2.0/token", form({ scope }));
    const read = () => server.ask("/api/machines", { token: json.access_token });
    expect((await read()).status).toBe(200);
    await server.store.clients.revoke(clientId, Date.now());
    const answer = await read();
    expect([answer.status, answer.json.error.message]).toEqual([
      401,
      "Invalid Authorization payload. The application may no longer sign in.",
    ]);
    expect((await post("/default/oauth2/v2.0/token", form({ scope }))).json.error_codes).toEqual([7000215]);
  });
});
