/** Signing in through a real OpenID provider, and through forged ones. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cookieOf } from "./a-page.ts";
import { aProvider, clientId, clientSecret, type RealProvider } from "./a-provider.ts";
import { type Asked, anInventory, aServer, type TestServer } from "./a-server.ts";

const tenantId = "aaaaaaaa-1111-4111-8111-111111111111";
const other = "bbbbbbbb-1111-4111-8111-111111111111";
const secrets = mkdtempSync(join(tmpdir(), "patchgap-provider-"));
const log: string[] = [];
let ahead = 0;
let provider: RealProvider;
let server: TestServer;

beforeAll(async () => {
  // The provider must know our address, and we its: a port is found by a server that is not used.
  const finder = await aServer({ documents: null });
  const { port } = new URL(finder.origin);
  await finder.close();
  const redirect = `http://127.0.0.1:${port}/session/oidc/callback`;
  provider = await aProvider([redirect]);
  const clientSecretFile = join(secrets, "secret");
  writeFileSync(clientSecretFile, `${clientSecret}\n`);
  const usual = { issuer: provider.issuer, clientId, clientSecretFile };
  server = await aServer({
    log,
    documents: null,
    clock: () => new Date(Date.now() + ahead),
    settings: {
      listen: `127.0.0.1:${port}`,
      signIn: [
        { name: "Fixed", ...usual, tenantId },
        { name: "By claim", ...usual, tenantClaim: "org", rolesClaim: "groups" },
        { name: "Public", issuer: provider.issuer, clientId: "public", tenantId, scopes: ["openid"] },
        { name: "Gone", ...usual, issuer: "http://127.0.0.1:9/", tenantId },
        { name: "Other address", ...usual, issuer: `${provider.issuer}/`, tenantId },
        { name: "Both", ...usual, tenantId, tenantClaim: "org" },
      ],
    },
  });
  await server.store.addTenant({ id: other, alias: "other" });
  await server.server.lookForKnowledge();
});
afterAll(async () => {
  await server.close();
  await provider.close();
  rmSync(secrets, { recursive: true });
});
beforeEach(() => {
  for (const name of Object.keys(provider.person)) delete provider.person[name];
  Object.assign(provider.person, { sub: "u-1", name: "Ada L.", roles: ["Machine.Read.All", "Inventory.ReadWrite.All", "Admin"] });
});

const ask = (path: string, cookie = "", headers: Record<string, string> = {}): Promise<Asked> =>
  server.ask(path, { token: null, headers: { ...(cookie === "" ? {} : { Cookie: cookie }), ...headers } });

/** Sets out: where the provider is, and the cookie of the way. */
async function setOut(number: number | string = 0, query = ""): Promise<{ readonly address: string; readonly way: string }> {
  const answer = await ask(`/session/oidc/${number}${query}`);
  expect([answer.status, answer.text]).toEqual([302, ""]);
  return { address: answer.headers.get("location") ?? "", way: cookieOf(answer, "patchgap-sign-in") };
}

/** The whole way; the answer to the browser that comes back. */
async function go(number = 0, query = ""): Promise<Asked> {
  const { address, way } = await setOut(number, query);
  return ask(await provider.walk(address), way);
}

describe("through a real provider", () => {
  test("somebody signs in, with those of the roles that we know, and looks at the fleet", async () => {
    const { address, way } = await setOut(0, "?returnTo=%2Fui%2Fdevices%3Fa%3D1%23top");
    const asked = new URL(address).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: "code",
      code_challenge_method: "S256",
      scope: "openid profile",
      redirect_uri: `${server.origin}/session/oidc/callback`,
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    });
    // Another site leads the browser back: it must be told to go on from here.
    const back = await ask(await provider.walk(address), way, { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate" });
    expect([back.status, back.text, back.headers.get("location")]).toEqual([302, "", "/ui/devices?a=1#top"]);
    expect(back.headers.get("set-cookie")).toMatch(/^patchgap-session=pgw_[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/);
    const cookie = cookieOf(back);
    expect((await ask("/session", cookie)).json).toMatchObject({
      tenant: { id: tenantId },
      name: "Ada L.",
      roles: ["Machine.Read.All", "Inventory.ReadWrite.All"],
      isSample: false,
    });
    const posted = await server.ask("/api/inventories", {
      method: "POST",
      token: null,
      headers: { Cookie: cookie, "X-Patchgap-Page": "1" },
      body: anInventory("hers", 2965),
    });
    expect(posted.status).toBe(200);
    expect((await ask("/api/machines", cookie)).json.value).toHaveLength(1);
    expect((await ask("/api/software", cookie)).status).toBe(403);
  });

  test("tenant and roles are where the settings say", async () => {
    // A tenant that was made a moment ago.
    ahead += 2000;
    Object.assign(provider.person, { org: other, groups: ["Score.Read.All"], name: undefined });
    const cookie = cookieOf(await go(1));
    expect((await ask("/session", cookie)).json).toMatchObject({ tenant: { id: other }, roles: ["Score.Read.All"], name: "u-1" });
  });

  test("a client without a secret is enough, as PKCE proves who asked", async () => {
    const answer = await go(2);
    expect([answer.status, answer.headers.get("location")]).toEqual([302, "/ui/"]);
  });

  test("the ways are told, each with its address", async () => {
    const { ways } = (await ask("/session/ways")).json;
    expect(ways.slice(0, 3)).toEqual([
      { kind: "link" },
      { kind: "oidc", name: "Fixed", url: "/session/oidc/0" },
      { kind: "oidc", name: "By claim", url: "/session/oidc/1" },
    ]);
    expect(ways).toHaveLength(7);
  });
});

describe("is refused", () => {
  const refusals: readonly (readonly [what: string, number: number, claims: object, status: number, message: RegExp])[] = [
    ["who has none of our roles", 0, { roles: ["Admin", "machine.read.all"] }, 403, /in the claim "roles" of your ID token/],
    ["who has no roles", 1, { org: tenantId }, 403, /in the claim "groups" of your ID token/],
    ["whose roles are no list", 0, { roles: { "Machine.Read.All": true } }, 403, /claim "roles"/],
    ["who names no tenant", 1, { groups: ["Score.Read.All"] }, 403, /Your tenant was expected in the claim "org"/],
    ["whose tenant does not exist", 1, { groups: ["Score.Read.All"], org: "contoso" }, 403, /your tenant does not exist here/],
    ["who names another tenant than the fixed one", 5, { org: other }, 403, /claim "org"/],
    ["whom the provider refuses", 0, { refuses: true }, 401, /Fixed did not sign you in \(access_denied\)/],
  ];

  test.each(refusals)("%s", async (_what, number, claims, status, message) => {
    Object.assign(provider.person, claims);
    const answer = await go(number);
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([status, []]);
    expect(answer.json.error.message).toMatch(message);
  });

  test("who comes back a second time, and with an answer of another way", async () => {
    const { address, way } = await setOut();
    const back = await provider.walk(address);
    expect((await ask(back, way)).status).toBe(302);
    const begun = /was not begun in this browser, took too long, or was used already/;
    const replayed = await ask(back, way);
    expect([replayed.status, replayed.json.error.message]).toEqual([401, expect.stringMatching(begun)]);
    // The used code under the state of a new way.
    const next = await setOut();
    const mixed = new URL(back);
    mixed.searchParams.set("state", new URL(next.address).searchParams.get("state") ?? "");
    expect(await ask(mixed.href, next.way)).toMatchObject({
      status: 401,
      json: { error: { message: expect.stringContaining("invalid_grant") } },
    });
  });

  test("whose code was asked for by another way: verifier and nonce are not its own", async () => {
    const [first, second] = [await setOut(), await setOut()];
    const back = new URL(await provider.walk(first.address));
    back.searchParams.set("state", new URL(second.address).searchParams.get("state") ?? "");
    expect((await ask(back.href, second.way)).status).toBe(401);
  });

  test("whose browser is another: an answer cannot be foisted on somebody", async () => {
    for (const cookie of ["", "patchgap-sign-in=pgo_other", (await setOut()).way]) {
      const { address } = await setOut();
      expect((await ask(await provider.walk(address), cookie)).status).toBe(401);
    }
  });

  test.each(["", "?code=x", "?state=pgo_x&code=x", `?code=x&state=pgo_${"A".repeat(43)}`, "?error=access_denied"])(
    "who never set out: %j",
    async (query) => {
      const { way } = await setOut();
      expect((await ask(`/session/oidc/callback${query}`, way)).status).toBe(401);
    },
  );

  test("an answer with two states, another issuer, or no code", async () => {
    const bent: readonly ((back: URL) => void)[] = [
      (back) => back.searchParams.append("state", "x"),
      (back) => back.searchParams.set("iss", "https://evil.test"),
      (back) => back.searchParams.delete("code"),
      (back) => back.searchParams.set("code", "forged"),
    ];
    for (const bend of bent) {
      const { address, way } = await setOut();
      const back = new URL(await provider.walk(address));
      bend(back);
      const answer = await ask(back.href, way);
      expect([back.search, answer.status, answer.headers.getSetCookie()]).toEqual([back.search, 401, []]);
    }
  });

  test("who was away for more than ten minutes", async () => {
    const { address, way } = await setOut();
    const back = await provider.walk(address);
    ahead += 10 * 60_000 + 1;
    expect((await ask(back, way)).status).toBe(401);
  });

  test.each([
    [3, 503, /Gone cannot be reached/],
    [4, 503, /Other address cannot be reached, or does not say/],
    [99, 404, /no such way/],
    ["x", 404, /no such way/],
    ["-1", 404, /no such way/],
  ])("who sets out for %s", async (number, status, message) => {
    const answer = await ask(`/session/oidc/${number}`);
    expect([answer.status, answer.headers.getSetCookie(), answer.headers.get("location")]).toEqual([status, [], null]);
    expect(answer.json.error.message).toMatch(message);
  });
});

test.each([
  ["https://evil.test/ui/", "/ui/"],
  ["//evil.test/ui/", "/ui/"],
  ["/\\evil.test/ui", "/ui/"],
  ["/ui/..//evil.test", "/ui/"],
  ["/ui/../../evil", "/ui/"],
  ["/ui\\..\\..\\evil", "/ui/"],
  ["/ui@evil.test", "/ui/"],
  ["/uix", "/ui/"],
  ["javascript:alert(1)", "/ui/"],
  ["/api/machines", "/ui/"],
  ["\t/ui/", "/ui/"],
  ["/ui/a\r\nSet-Cookie: x=1", "/ui/aSet-Cookie:%20x=1"],
  ["/ui/updates?filter=a%20b", "/ui/updates?filter=a%20b"],
])("after signing in, %j leads to %s", async (returnTo, view) => {
  const answer = await go(0, `?returnTo=${encodeURIComponent(returnTo)}`);
  expect([answer.status, answer.headers.get("location")]).toEqual([302, view]);
  expect(answer.headers.getSetCookie()).toHaveLength(1);
});

test("the way's cookie goes nowhere else, and two tabs share it", async () => {
  const first = await ask("/session/oidc/0");
  expect(first.headers.get("set-cookie")).toMatch(
    /^patchgap-sign-in=pgo_[\w-]{43}; Path=\/session\/oidc; Max-Age=600; HttpOnly; SameSite=Lax$/,
  );
  const way = cookieOf(first, "patchgap-sign-in");
  const second = await ask("/session/oidc/0", way);
  expect(cookieOf(second, "patchgap-sign-in")).toBe(way);
  for (const { headers } of [first, second]) expect((await ask(await provider.walk(headers.get("location") ?? ""), way)).status).toBe(302);
});

test("neither codes, states nor secrets are in the log", async () => {
  const { address, way } = await setOut();
  const back = new URL(await provider.walk(address));
  await ask(back.href, way);
  await expect.poll(() => log.join("")).toContain("/session/oidc/callback");
  const { code = "", state = "" } = Object.fromEntries(back.searchParams);
  for (const secret of [code, state, way.split("=")[1] ?? "", clientSecret]) {
    expect(secret.length).toBeGreaterThan(20);
    expect(log.join("")).not.toContain(secret);
  }
});
