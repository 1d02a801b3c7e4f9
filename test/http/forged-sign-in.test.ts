/** ID tokens that must not sign anybody in, from a provider that our server was told to believe. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cookieOf } from "./a-page.ts";
import { type Asked, aServer, type TestServer } from "./a-server.ts";
import { aForgedProvider, type ForgedProvider, type Forgery } from "./forged-provider.ts";

const tenantId = "aaaaaaaa-1111-4111-8111-111111111111";
let provider: ForgedProvider;
let server: TestServer;

beforeAll(async () => {
  provider = await aForgedProvider();
  const { issuer, clientId } = provider;
  server = await aServer({ documents: null, settings: { signIn: [{ name: "Forger", issuer, clientId, tenantId }] } });
});
afterAll(async () => {
  await server.close();
  await provider.close();
});
beforeEach(() => {
  provider.forgery = {};
});

async function go(): Promise<Asked> {
  const begun = await server.ask("/session/oidc/0", { token: null });
  const Cookie = cookieOf(begun, "patchgap-sign-in");
  return server.ask(provider.answerTo(begun.headers.get("location") ?? ""), { token: null, headers: { Cookie } });
}

test("one that is right signs in", async () => {
  const answer = await go();
  expect([answer.status, answer.headers.get("location")]).toEqual([302, "/ui/"]);
});

const now = Math.floor(Date.now() / 1000);
const forgeries: readonly (readonly [what: string, forgery: Forgery])[] = [
  ["another issuer", { claims: { iss: "https://evil.test" } }],
  ["another audience", { claims: { aud: "other" } }],
  ["no audience", { claims: { aud: [] } }],
  ["two audiences, and nobody it was made for", { claims: { aud: ["page", "other"] } }],
  ["two audiences, and made for the other", { claims: { aud: ["page", "other"], azp: "other" } }],
  ["a time that is over", { claims: { exp: now - 3600, iat: now - 7200 } }],
  ["no end", { claims: { exp: undefined } as never }],
  ["a beginning that is ahead", { claims: { nbf: now + 3600 } }],
  ["another nonce", { claims: { nonce: "forged" } }],
  ["no nonce", { claims: { nonce: undefined } }],
  ["no subject", { claims: { sub: undefined } as never }],
  ["the signature of another key", { isForeign: true }],
  ["no signature", { algorithm: "none" }],
  ["a signature that anybody can make", { algorithm: "HS256" }],
];

describe("an ID token is refused that has", () => {
  test.each(forgeries)("%s", async (_what, forgery) => {
    provider.forgery = forgery;
    const answer = await go();
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([401, []]);
    expect(answer.json.error.message).toMatch(/^The answer of Forger cannot be believed/);
    expect(answer.text).not.toMatch(/evil|forged/);
  });
});

describe("a provider is not asked that", () => {
  const metadata: readonly (readonly [what: string, metadata: Record<string, unknown>])[] = [
    ["names another issuer", { issuer: "https://evil.test" }],
    ["sends people over plain http", { authorization_endpoint: "http://id.example/authorize" }],
    ["would take the code over plain http", { token_endpoint: "http://id.example/token" }],
    ["has its keys at plain http", { jwks_uri: "http://id.example/keys" }],
    ["has no keys", { jwks_uri: undefined }],
  ];

  test.each(metadata)("%s", async (_what, said) => {
    const other = await aForgedProvider();
    other.forgery = { metadata: said };
    const { issuer, clientId } = other;
    const own = await aServer({ documents: null, settings: { signIn: [{ name: "Forger", issuer, clientId, tenantId }] } });
    try {
      const refused = await own.ask("/session/oidc/0", { token: null });
      expect([refused.status, refused.json.error.code, refused.headers.getSetCookie()]).toEqual([503, "ServiceUnavailable", []]);
      // It is asked again when it may have been put right.
      other.forgery = {};
      expect((await own.ask("/session/oidc/0", { token: null })).status).toBe(302);
    } finally {
      await own.close();
      await other.close();
    }
  });
});
