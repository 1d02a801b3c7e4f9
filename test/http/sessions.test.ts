/** Signing in at the page by a one-time link, what the session may, and what other sites may not. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aCode, cookieOf, showCode, signedIn } from "./a-page.ts";
import { type Asked, anInventory, aServer, type TestServer } from "./a-server.ts";
import { onTheWire, requestBytes } from "./on-the-wire.ts";

const hour = 3_600_000;
const log: string[] = [];
let ahead = 0;
const clock = (): Date => new Date(Date.now() + ahead);
let server: TestServer;

beforeAll(async () => {
  server = await aServer({ tenants: ["other"], log, clock, settings: { publicUrl: ["https://patchgap.example"] } });
  await server.ingest([anInventory("mine", 2965)]);
  await server.ingest([anInventory("theirs", 2965), anInventory("theirs-2", 2965)], "other");
});
afterAll(() => server.close());

const ask = (path: string, cookie: string, headers: Record<string, string> = {}, method = "GET", body?: object): Promise<Asked> =>
  server.ask(path, { method, token: null, headers: { Cookie: cookie, ...headers }, ...(body === undefined ? {} : { body }) });
const fromPage = { "X-Patchgap-Page": "1" };
const unauthorized = { status: 401, json: { error: { code: "Unauthorized" } } };

describe("a one-time link", () => {
  test("opens a session that says who is signed in, reads the fleet, and ends with signing out", async () => {
    const answer = await showCode(server, await aCode(server));
    expect([answer.status, answer.text]).toEqual([204, ""]);
    const cookie = cookieOf(answer);
    const told = await ask("/session", cookie);
    expect(told).toMatchObject({ status: 200, json: { tenant: { alias: "default" }, name: "administrator", isSample: false } });
    expect(told.json.tenant).toEqual(server.tenants.get("default"));
    expect(told.json.roles).toHaveLength(7);
    expect(Date.parse(told.json.expiresAt) - clock().getTime()).toBeGreaterThan(7.9 * hour);
    expect((await ask("/api/machines", cookie)).json.value).toHaveLength(1);
    const out = await ask("/session", cookie, fromPage, "DELETE");
    expect([out.status, out.headers.get("set-cookie")]).toEqual([204, "patchgap-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"]);
    // The server has forgotten it, whatever the browser does with the cookie.
    for (const path of ["/session", "/api/machines"]) expect(await ask(path, cookie)).toMatchObject(unauthorized);
  });

  test("works once, of those who use it at once for one", async () => {
    const code = await aCode(server);
    const answers = await Promise.all([1, 2, 3, 4].map(() => showCode(server, code)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 401, 401, 401]);
    const again = await showCode(server, code);
    expect(again).toMatchObject(unauthorized);
    expect(again.json.error.message).toContain("This link was used already, or its hour is over");
    expect(again.headers.getSetCookie()).toEqual([]);
  });

  test.each([
    ["another code", 401, `pgc_${"A".repeat(43)}`],
    ["a session for a code", 401, `pgw_${"A".repeat(43)}`],
    ["nothing", 401, ""],
    ["a very long one", 401, "x".repeat(100_000)],
    ["a number", 400, 1],
    ["none", 400, undefined],
  ])("%s is refused with %i", async (_what, status, code) => {
    const answer = await showCode(server, code);
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([status, []]);
  });

  test("works for an hour", async () => {
    const [early, late] = [await aCode(server), await aCode(server)];
    ahead += hour - 5000;
    expect((await showCode(server, early)).status).toBe(204);
    ahead += 5001;
    expect(await showCode(server, late)).toMatchObject(unauthorized);
  });

  test("is shown by the page only: a form or another site cannot sign somebody in as somebody else", async () => {
    const code = await aCode(server);
    const form = { method: "POST", token: null, body: `{"code":"${code}"}`, headers: { "Content-Type": "text/plain" } };
    expect((await server.ask("/session", form)).status).toBe(415);
    for (const headers of [{ Origin: "https://evil.test" }, { "Sec-Fetch-Site": "cross-site" }, { "Sec-Fetch-Site": "same-site" }])
      expect((await showCode(server, code, headers as Record<string, string>)).status).toBe(403);
    expect((await showCode(server, code, { Origin: server.origin, "Sec-Fetch-Site": "same-origin" })).status).toBe(204);
  });
});

describe("the cookie", () => {
  const showRaw = async (host: string): Promise<string | undefined> => {
    const body = Buffer.from(JSON.stringify({ code: await aCode(server) }));
    const bytes = requestBytes("POST", "/session", { Host: host, Connection: "close", "Content-Type": "application/json" }, body);
    return (await onTheWire(server.origin, bytes)).headers.get("set-cookie");
  };

  test("is out of reach for scripts and other sites, and over https for plain http too", async () => {
    const port = new URL(server.origin).host;
    const flags = "; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict";
    expect((await showRaw(port))?.replace(/=pgw_[\w-]{43};/, "=…;")).toBe(`patchgap-session=…${flags}`);
    expect((await showRaw("patchgap.example"))?.replace(/=pgw_[\w-]{43};/, "=…;")).toBe(`patchgap-session=…${flags}; Secure`);
  });

  test("among others is found, and there twice with two values counts as none", async () => {
    const cookie = await signedIn(server);
    expect((await ask("/session", `a=b; ${cookie}; c=d`)).status).toBe(200);
    expect((await ask("/session", `${cookie}; ${cookie}`)).status).toBe(200);
    for (const other of [`${cookie}; patchgap-session=x`, `x-${cookie}`, cookie.slice(0, -1), "patchgap-session=", `${cookie}A`])
      expect((await ask("/session", other)).status).toBe(401);
  });

  test("does not count where there is an Authorization header, good or bad", async () => {
    const cookie = await signedIn(server);
    const theirs = { Authorization: `Bearer ${await server.token(["Machine.Read.All"], "other")}` };
    expect((await ask("/api/machines", cookie, theirs)).json.value).toHaveLength(2);
    // No header of the page's: what counts is the token.
    const tags = { Value: "t", Action: "Add", MachineIds: [] };
    const path = "/api/machines/AddOrRemoveTagForMultipleMachines";
    expect((await ask(path, cookie, theirs, "POST", tags)).json.error.message).toContain("Missing application roles");
    for (const bad of ["Bearer x", "Basic eDp5", ""]) expect((await ask("/api/machines", cookie, { Authorization: bad })).status).toBe(401);
  });
});

describe("what a session may", () => {
  test("its roles, as a token's", async () => {
    const cookie = await signedIn(server, { name: "guest", roles: ["Score.Read.All"] });
    expect((await ask("/session", cookie)).json).toMatchObject({ name: "guest", roles: ["Score.Read.All"] });
    expect((await ask("/api/exposureScore", cookie)).status).toBe(200);
    const refused = await ask("/api/machines", cookie);
    expect([refused.status, refused.json.error.message]).toEqual([
      403,
      "Missing application roles. API required roles: Machine.Read.All,Machine.ReadWrite.All, application roles: Score.Read.All.",
    ]);
  });

  test("its tenant and no other; one that is made later counts, one that does not exist does not", async () => {
    const theirs = await signedIn(server, { tenantId: server.tenants.get("other")?.id ?? "" });
    expect((await ask("/api/machines", theirs)).json.value.map((row: { computerDnsName: string }) => row.computerDnsName).sort()).toEqual([
      "theirs",
      "theirs-2",
    ]);
    const tenantId = "99999999-1111-4111-8111-111111111111";
    const early = await signedIn(server, { tenantId });
    for (const path of ["/session", "/api/machines"]) expect(await ask(path, early)).toMatchObject(unauthorized);
    await server.store.addTenant({ id: tenantId, alias: "late" });
    ahead += 2000;
    expect((await ask("/api/machines", early)).json.value).toEqual([]);
    expect((await ask("/session", early)).json.tenant).toEqual({ id: tenantId, alias: "late" });
  });

  test("an inventory can be handed in", async () => {
    const cookie = await signedIn(server, { tenantId: server.tenants.get("other")?.id ?? "" });
    const posted = await ask("/api/inventories", cookie, fromPage, "POST", anInventory("dropped", 7058));
    expect(posted).toMatchObject({ status: 200, json: { value: [{ outcome: "new" }] } });
  });
});

describe("how long", () => {
  test("eight hours from when it was last used, seven days in all", async () => {
    const used = await signedIn(server);
    for (let hours = 0; hours < 7 * 24 - 7; hours += 7) {
      ahead += 7 * hour;
      expect([hours, (await ask("/api/machines?$top=1", used)).status]).toEqual([hours, 200]);
    }
    ahead += 7 * hour;
    expect(await ask("/session", used)).toMatchObject(unauthorized);
  });

  test("one that is not used for eight hours ends", async () => {
    const cookie = await signedIn(server);
    ahead += 8 * hour + 1;
    expect(await ask("/api/machines", cookie)).toMatchObject({
      ...unauthorized,
      json: { error: { message: "The session has ended, or was signed out. Sign in again." } },
    });
  });

  test("it is not written at every request", async () => {
    const cookie = await signedIn(server);
    const ends = new Set<string>();
    for (let minutes = 0; minutes < 20; minutes++) {
      ends.add((await ask("/session", cookie)).json.expiresAt);
      ahead += 60_000;
    }
    expect(ends.size).toBe(2);
  });

  test("longer than the server: another one knows it, and knows when it is signed out", async () => {
    const cookie = await signedIn(server);
    const second = await aServer({ folder: server.folder, clock });
    try {
      const there = await second.ask("/api/machines", { token: null, headers: { Cookie: cookie } });
      expect([there.status, there.json.value.length]).toEqual([200, 1]);
      await ask("/session", cookie, fromPage, "DELETE");
      expect((await second.ask("/api/machines", { token: null, headers: { Cookie: cookie } })).status).toBe(401);
    } finally {
      await second.close();
    }
  });
});

describe("requests that other sites cause", () => {
  const own = (): string => server.origin;
  const elsewhere: readonly (readonly [what: string, headers: () => Record<string, string>, isRead: number, isWritten: number])[] = [
    ["no word of the browser", () => fromPage, 200, 200],
    ["no header of the page", () => ({}), 200, 403],
    ["another value of the header", () => ({ "X-Patchgap-Page": "0" }), 200, 403],
    ["the page itself", () => ({ ...fromPage, "Sec-Fetch-Site": "same-origin", Origin: own() }), 200, 200],
    ["the page itself without the header", () => ({ "Sec-Fetch-Site": "same-origin", Origin: own() }), 200, 403],
    ["an address that was typed", () => ({ ...fromPage, "Sec-Fetch-Site": "none" }), 200, 403],
    ["another site", () => ({ ...fromPage, "Sec-Fetch-Site": "cross-site" }), 403, 403],
    ["a neighbour", () => ({ ...fromPage, "Sec-Fetch-Site": "same-site" }), 200, 403],
    ["another origin", () => ({ ...fromPage, Origin: "https://evil.test" }), 200, 403],
    ["no origin", () => ({ ...fromPage, Origin: "null" }), 200, 403],
    ["another port", () => ({ ...fromPage, Origin: "http://127.0.0.1:1" }), 200, 403],
    ["another scheme", () => ({ ...fromPage, Origin: own().replace("http:", "https:") }), 200, 403],
    ["a name that begins alike", () => ({ ...fromPage, Origin: `${own()}.evil.test` }), 200, 403],
    ["an origin that is none", () => ({ ...fromPage, Origin: "javascript:alert(1)" }), 200, 403],
    ["a public name that was not called", () => ({ ...fromPage, Origin: "https://patchgap.example" }), 200, 403],
  ];

  test.each(elsewhere)("%s: reading %o", async (_what, headers, isRead, isWritten) => {
    const cookie = await signedIn(server);
    const device = (await ask("/api/machines", cookie)).json.value[0].id;
    const tags = { Value: "seen", Action: "Add" };
    const answers = [
      (await ask("/api/machines", cookie, headers())).status,
      (await ask("/session", cookie, headers())).status,
      (await ask(`/api/machines/${device}/tags`, cookie, headers(), "POST", tags)).status,
      (await ask(`/api/machines/${device}`, cookie, headers(), "PATCH", { deviceValue: "Normal" })).status,
      (await ask("/session", cookie, headers(), "DELETE")).status,
    ];
    expect(answers).toEqual([isRead, isRead, isWritten, isWritten, isWritten === 200 ? 204 : 403]);
    // What was refused has not happened.
    expect((await ask("/session", cookie)).status).toBe(isWritten === 200 ? 401 : 200);
  });

  test("a host that nobody told us of is its own origin", async () => {
    const cookie = await signedIn(server);
    const headers = { Host: "pc.lan:8443", Connection: "close", Cookie: cookie, ...fromPage };
    const send = async (origin: string) =>
      (await onTheWire(server.origin, requestBytes("DELETE", "/session", { ...headers, Origin: origin }))).status;
    expect(await send("https://evil.test")).toBe(403);
    expect(await send("https://pc.lan:8444")).toBe(403);
    expect(await send("https://pc.lan:8443")).toBe(204);
  });

  test("there is no way in from other origins: no answer allows one", async () => {
    const cookie = await signedIn(server);
    for (const method of ["GET", "OPTIONS"]) {
      const { headers } = await ask(
        "/api/machines",
        cookie,
        { Origin: "https://evil.test", "Access-Control-Request-Method": "GET" },
        method,
      );
      expect([...headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });
});

test("the ways to sign in are told to anybody", async () => {
  expect((await server.ask("/session/ways", { token: null })).json).toEqual({ ways: [{ kind: "link" }] });
});

test("a server of the sample says so", async () => {
  const sample = await aServer({ isSample: true, documents: null });
  try {
    const headers = { Cookie: await signedIn(sample) };
    expect((await sample.ask("/session", { token: null, headers })).json).toMatchObject({ isSample: true });
  } finally {
    await sample.close();
  }
});

test("neither codes nor sessions are in the log or in an answer", async () => {
  const before = log.length;
  const code = await aCode(server);
  const cookie = cookieOf(await showCode(server, code));
  const answers = [
    await ask("/session", cookie),
    await ask("/api/machines", cookie),
    await ask(`/api/nosuch?x=${code}`, cookie),
    await ask("/api/machines", cookie, { "Sec-Fetch-Site": "cross-site" }),
    await showCode(server, code),
    await ask("/session", cookie, fromPage, "DELETE"),
    await ask("/api/machines", cookie),
  ];
  await expect.poll(() => log.slice(before).filter((line) => line.includes('"answered"')).length).toBeGreaterThan(answers.length);
  const secrets = [code, cookie.split("=")[1] ?? expect.fail()].flatMap((secret) => [secret, secret.slice(4, 20)]);
  for (const secret of secrets) {
    expect(log.join("")).not.toContain(secret);
    for (const { text } of answers) expect(text).not.toContain(secret);
  }
});
