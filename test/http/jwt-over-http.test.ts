/** Every attack on tokens of the shared cases, as a request over a socket: what the verifier says is what the server answers. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newClient } from "../../src/auth/issuer/client-secret.ts";
import { type Fixture, publishedKeys } from "../auth/jwt-fixture.ts";
import { type Case, makeRequest, type Recipe } from "../auth/jwt-recipe.ts";
import { sharedFile } from "../shared-data.ts";
import { anInventory, aServer, type TestServer } from "./a-server.ts";
import { onTheWire, type WireAnswer } from "./on-the-wire.ts";

const file = sharedFile("cases/jwt-cases.json");
const { cases, fixture } =
  file === undefined ? { cases: [], fixture: undefined } : (JSON.parse(readFileSync(file, "utf8")) as { cases: Case[]; fixture: Fixture });

describe.skipIf(fixture === undefined)("attacks on tokens over HTTP", () => {
  const given = fixture as Fixture;
  const keysOf = (tenant: string): string => `https://login.test/${tenant}/keys`;
  const machines = new Map<string, string>();
  const messages = new Map<string, string>();
  const log: string[] = [];
  let server: TestServer;

  const made = (recipe: Recipe) => makeRequest({ id: "", group: "", expect: [], why: "", recipe }, cases, given, Date.now() / 1000);
  const ofT2: Recipe = { claims: { iss: given?.issuers.T2, tid: given?.T2 }, header: { kid: "k2" }, sign: { alg: "RS256", key: "rsa_t2" } };

  beforeAll(async () => {
    const published = publishedKeys();
    const fetchKeys = async (url: unknown): Promise<Response> =>
      Response.json(String(url) === keysOf(given.T2) ? published.T2 : published.T1);
    const audiences = [given.audience];
    const issuers = [given.T1, given.T2].map((tenantId) => ({
      issuer: `https://login.test/${tenantId}/v2.0`,
      tenantId,
      audiences,
      jwksUri: keysOf(tenantId),
    }));
    server = await aServer({ log, settings: { issuers } as never, fetch: fetchKeys as typeof fetch });
    for (const [target, recipe] of [
      ["machine_t1", {}],
      ["machine_t2", ofT2],
    ] as const) {
      const roles = ["Inventory.ReadWrite.All"];
      const { token } = made({ ...recipe, claims: { ...(recipe as Recipe).claims, roles } });
      const body = anInventory(`${target}-CANARY`, 2965);
      const posted = await server.ask("/api/inventories", { method: "POST", token, body });
      machines.set(target, posted.json.value[0].deviceId);
    }
  });
  afterAll(() => server?.close());

  /** All that a request carries of the token, header by header; a text beyond Latin-1 goes as the bytes of UTF-8. */
  async function ask(recipe: Recipe, authorization: readonly string[], token: string): Promise<WireAnswer> {
    const { cookie, headers = {} } = recipe.carrier ?? {};
    const lines = [
      `GET /api/machines/${machines.get(recipe.target ?? "machine_t1")}/getmissingkbs HTTP/1.1`,
      "Host: 127.0.0.1",
      ...authorization.map((value) => `Authorization: ${value}`),
      ...(cookie === undefined ? [] : [`Cookie: ${cookie}=${token}`]),
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ];
    return onTheWire(server.origin, Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "utf8"));
  }

  test.each(cases)("$id: $why", async (row) => {
    const { authorization, token } = makeRequest(row, cases, given, Date.now() / 1000);
    const before = log.length;
    const answer = await ask(row.recipe, authorization, token);
    // A header that Node.js takes for too large never gets to the verifier.
    expect(authorization.join("").length > 90_000 ? [...row.expect, 431] : row.expect).toContain(answer.status);
    expect(answer.headers.get("content-type")).toMatch(/^application\/json; .*charset=utf-8$/);
    if (answer.status >= 400) holdRefusal(answer, authorization.length > 0);
    holdSecret(token, answer, log.slice(before));
    if (answer.status >= 400) messages.set(row.id, JSON.parse(answer.body).error.message);
    expect((await server.ask("/healthz", { token: null })).status).toBe(200);
  });

  /** Nothing of a token in the answer, and no signature in the log. */
  function holdSecret(token: string, { text }: WireAnswer, lines: readonly string[]): void {
    const parts = token.split(".").filter(({ length }) => length > 20);
    for (const part of parts) expect(text).not.toContain(part);
    for (const part of parts.slice(2)) expect(lines.join("")).not.toContain(part);
    for (const line of lines) expect(line.trimEnd()).not.toMatch(/\p{Cc}/u);
  }

  const codes: Readonly<Record<number, string>> = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "ResourceNotFound",
    431: "BadRequest",
  };

  function holdRefusal({ status, body, headers, text }: WireAnswer, hadHeader: boolean): void {
    const some = expect.stringMatching(/\S/);
    const { innererror = {}, ...error } = JSON.parse(body).error;
    expect(error).toEqual({ code: codes[status], message: some, target: some });
    // What came and what was expected stands beside the message, as short plain texts.
    expect(Object.keys(innererror).filter((name) => name !== "came" && name !== "expected")).toEqual([]);
    for (const fact of Object.values({ ...innererror.came, ...innererror.expected })) expect(fact).toMatch(/^[ -~]{0,200}$/);
    expect(text).not.toMatch(/CANARY|\n\s+at |\.ts:\d|node_modules/);
    expect(text).not.toContain(given.T2);
    if (status === 401) expect(headers.get("www-authenticate")).toMatch(hadHeader ? /^Bearer error="invalid_token"/ : /^Bearer$/);
    if (status === 403) expect(headers.get("www-authenticate")).toBe('Bearer error="insufficient_scope"');
  }

  test("a wrong signature and an unknown key get the same words", () => {
    expect(messages.get("sig-bitflip")).toBe(messages.get("kid-unknown"));
    expect(messages.get("sig-bitflip")).toBeTruthy();
  });

  test("another tenant's device and one that there is not are answered alike", async () => {
    const { token } = made({});
    const [theirs, none] = [machines.get("machine_t2") ?? "", "0".repeat(40)];
    const answers = await Promise.all([theirs, none].map((id) => server.ask(`/api/machines/${id}/getmissingkbs`, { token })));
    const alike = answers.map(({ status, text, headers }, index) => {
      const same = text.replaceAll([theirs, none][index] ?? "", "ID").replace(/"target":"[^"]*"/, "");
      return JSON.stringify([status, same.replace(/[\da-f]{40}/g, "ID"), [...headers.keys()]]);
    });
    expect(answers[0]?.status).toBe(404);
    expect(alike[0]).toBe(alike[1]);
  });

  test("agent-agent-revoked: a client that was revoked is refused with the token it has", async () => {
    const tenantId = given.T1;
    const { client, secret } = newClient({ tenantId, name: "agent", roles: ["Inventory.ReadWrite.All"], createdAt: Date.now() });
    await server.store.clients.add(client);
    const form = {
      grant_type: "client_credentials",
      client_id: client.clientId,
      client_secret: secret,
      resource: "https://api.securitycenter.microsoft.com",
    };
    const asked = await fetch(`${server.origin}/${tenantId}/oauth2/token`, { method: "POST", body: new URLSearchParams(form) });
    const { access_token: token } = (await asked.json()) as { access_token: string };
    const post = () => server.ask("/api/inventories", { method: "POST", token, body: anInventory("by-agent", 2965) });
    expect((await post()).status).toBe(200);
    await server.store.clients.revoke(client.clientId, Date.now());
    const refused = await post();
    expect([refused.status, refused.json.error.code, refused.headers.get("www-authenticate")]).toEqual([
      401,
      "Unauthorized",
      expect.stringMatching(/^Bearer error="invalid_token"/),
    ]);
    expect(log.join("")).not.toContain(secret);
  });
});

test.skipIf(fixture === undefined)(
  "where an issuer's keys cannot be had its tokens get 503, in the shape of every error, and others go on",
  async () => {
    const given = fixture as Fixture;
    const issuers = [{ issuer: given.issuers.T1, tenantId: given.T1, audiences: [given.audience], jwksUri: "https://login.test/keys" }];
    const refuse = async (): Promise<Response> => {
      throw new Error(`connect ECONNREFUSED 10.0.0.1 ${randomUUID()}`);
    };
    const server = await aServer({ settings: { issuers } as never, fetch: refuse as typeof fetch });
    const { token } = makeRequest({ id: "", group: "", expect: [], why: "", recipe: {} }, [], given, Date.now() / 1000);
    const { status, headers, json, text } = await server.ask("/api/machines", { token });
    expect([status, headers.get("retry-after"), json.error.code]).toEqual([503, "30", "ServiceUnavailable"]);
    expect(text).not.toMatch(/ECONN|10\.0\.0\.1|login\.test/);
    expect((await server.ask("/healthz", { token: null })).status).toBe(200);
    expect((await server.ask("/api/machines")).status).toBe(200);
    await server.close();
  },
);
