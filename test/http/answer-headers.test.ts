/** What every answer says about itself, and what it does not repeat. */
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anInventory, aServer, type TestServer } from "./a-server.ts";
import { onTheWire, requestBytes } from "./on-the-wire.ts";

let server: TestServer;
let token: string;
const publicUrl = "https://patchgap.example";
const log: string[] = [];

beforeAll(async () => {
  server = await aServer({ log, settings: { publicUrl: [publicUrl] } });
  token = await server.token();
  const fleet = Array.from({ length: 300 }, (_, index) => anInventory(`pc-${index}`, 2965));
  await server.ask("/api/inventories", { method: "POST", body: fleet });
});
afterAll(() => server.close());

const every: readonly (readonly [string, string, number])[] = [
  ["GET", "/reference", 200],
  ["GET", "/api/machines", 200],
  ["GET", "/api/machines/nosuch", 404],
  ["GET", "/api/nosuch", 404],
  ["GET", "/api/machines?$filter=x", 400],
  ["GET", "/api/machines/%", 400],
  ["DELETE", "/api/machines", 405],
  ["POST", "/api/inventories", 415],
  ["GET", "/healthz", 200],
  ["GET", "/readyz", 200],
  ["GET", "/metrics", 200],
  ["GET", "/openapi.json", 200],
  ["GET", "/api/$metadata", 200],
];

describe("headers of every answer", () => {
  test.each(every)("%s %s (%i) is not kept by anybody, not guessed at, and says nothing of the server", async (method, path, status) => {
    const { status: got, headers } = await server.ask(path, { method });
    expect(got).toBe(status);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("vary")?.toLowerCase()).toContain("authorization");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("content-security-policy")).toMatch(/default-src 'none'/);
    expect(headers.get("content-security-policy")).not.toMatch(/unsafe|\*/);
    for (const name of ["server", "x-powered-by", "via", "etag"]) expect(headers.get(name)).toBeNull();
  });

  test("the page has no script, no style and no address of another", async () => {
    const { text, headers } = await server.ask("/reference", { token: null });
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(text).not.toMatch(/<script|<style|style=|onerror=|onclick=|javascript:/i);
    for (const [, address] of text.matchAll(/(?:href|src)="([^"]*)"/g)) expect(address).toMatch(/^[/#]/);
  });
});

describe("methods", () => {
  test.each([
    ["DELETE", "/api/machines", "GET, HEAD"],
    ["OPTIONS", "/api/machines", "GET, HEAD"],
    ["PUT", "/api/machines/x/tags", "POST"],
    ["GET", "/api/inventories", "POST"],
    ["HEAD", "/api/inventories", "POST"],
    ["OPTIONS", "/api/inventories", "POST"],
    ["PATCH", "/healthz", "GET, HEAD"],
  ])("%s %s is answered with what it answers: %s", async (method, path, allow) => {
    const { status, headers, json } = await server.ask(path, { method });
    expect([status, headers.get("allow")]).toEqual([405, allow]);
    if (method !== "HEAD") expect(json.error.code).toBe("MethodNotAllowed");
  });

  test.each(["/reference", "/healthz", "/api/machines", "/api/machines/nosuch", "/api/nosuch"])(
    "HEAD %s has the headers of GET and no body",
    async (path) => {
      const [head, get] = [await server.ask(path, { method: "HEAD" }), await server.ask(path)];
      expect([head.status, head.text]).toEqual([get.status, ""]);
      for (const name of ["content-type", "cache-control", "content-security-policy"])
        expect(head.headers.get(name)).toBe(get.headers.get(name));
    },
  );

  test("HEAD asks for a token as GET does", async () => {
    expect((await server.ask("/api/machines", { method: "HEAD", token: null })).status).toBe(401);
  });
});

describe("names under which the server is called", () => {
  const paths = [
    "/",
    "/openapi.json",
    "/api/machines?$top=2",
    "/api/machines/SoftwareInventoryByMachine?pageSize=2",
    "/api/machines/SoftwareInventoryExport",
    "/default/v2.0/.well-known/openid-configuration",
    "/api/machines/nosuch",
    "/nosuch",
  ];
  const forged: readonly (readonly [string, Record<string, string>])[] = [
    ["Host", { Host: "evil.test" }],
    ["Host with a port", { Host: "patchgap.example.evil.test:443" }],
    ["Host with a user", { Host: "patchgap.example@evil.test" }],
    ["X-Forwarded-Host", { "X-Forwarded-Host": "evil.test", "X-Forwarded-Proto": "gopher", "X-Forwarded-Port": "1" }],
    ["Forwarded", { Forwarded: "host=evil.test;proto=http" }],
    ["X-Original-URL", { "X-Original-URL": "//evil.test/", "X-Rewrite-URL": "//evil.test/" }],
    ["Referer and Origin", { Referer: "https://evil.test/", Origin: "https://evil.test" }],
  ];

  test.each(forged.flatMap(([what, headers]) => paths.map((path) => [what, path, headers] as const)))(
    "a forged %s is not repeated by %s",
    async (_what, path, headers) => {
      const answer = await onTheWire(server.origin, requestBytes("GET", path, { Authorization: `Bearer ${token}`, ...headers }));
      expect(answer.text).not.toMatch(/evil|gopher/);
      for (const [, origin] of answer.body.matchAll(/"(https?:\/\/[^/"]+)\/(?:api|exports|default)\b/g))
        expect([publicUrl, server.origin]).toContain(origin);
    },
  );

  test("links lead to the public address, and hold no token", async () => {
    const { body } = await onTheWire(
      server.origin,
      requestBytes("GET", "/api/machines/SoftwareInventoryByMachine?pageSize=2", { Host: "evil.test", Authorization: `Bearer ${token}` }),
    );
    const link = JSON.parse(body)["@odata.nextLink"];
    expect(link).toMatch(/^https:\/\/patchgap\.example\/api\/machines\/SoftwareInventoryByMachine\?/);
    expect(link).not.toContain(token.slice(0, 20));
  });

  test("X-Forwarded-For neither hides where a call comes from nor opens the metrics", async () => {
    const before = log.length;
    await server.ask("/healthz", { token: null, headers: { "X-Forwarded-For": "6.6.6.6", "True-Client-IP": "6.6.6.6" } });
    await expect.poll(() => log.slice(before).join("")).toContain('"from":"127.0.0.1"');
    expect(log.slice(before).join("")).not.toContain("6.6.6.6");
    const { status } = await server.ask("/metrics", { token: null, headers: { "X-Forwarded-For": "127.0.0.1" } });
    expect(status).toBe(401);
  });
});

describe("packed answers", () => {
  const raw = async (
    headers: Record<string, string>,
    path = "/api/machines",
  ): Promise<{ headers: ReadonlyMap<string, string>; bytes: Buffer }> => {
    const { request } = await import("node:http");
    return new Promise((resolve, reject) => {
      const call = request(server.origin + path, { headers: { Authorization: `Bearer ${token}`, ...headers } }, async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        resolve({ headers: new Map(Object.entries(response.headers) as [string, string][]), bytes: Buffer.concat(chunks) });
      });
      call.on("error", reject).end();
    });
  };

  test.each([
    [{ "Accept-Encoding": "gzip" }, "gzip"],
    [{ "Accept-Encoding": "br, gzip;q=0.5" }, "gzip"],
    [{ "Accept-Encoding": "br, zstd, deflate" }, undefined],
    [{ "Accept-Encoding": "gzip;q=0" }, undefined],
    [{ "Accept-Encoding": "identity" }, undefined],
    [{}, undefined],
  ] as readonly [Record<string, string>, string | undefined][])(
    "to %j a long list comes as %s, and is the same",
    async (headers, coding) => {
      const { headers: got, bytes } = await raw(headers);
      expect(got.get("content-encoding")).toBe(coding);
      expect(got.get("vary")?.toLowerCase()).toContain("accept-encoding");
      const text = (coding === "gzip" ? gunzipSync(bytes) : bytes).toString("utf8");
      expect(JSON.parse(text).value).toHaveLength(300);
      if (coding === "gzip") expect(bytes.length).toBeLessThan(text.length / 4);
    },
  );

  test("a short answer and an export file are not packed again", async () => {
    expect((await raw({ "Accept-Encoding": "gzip" }, "/healthz")).headers.get("content-encoding")).toBeUndefined();
    const { json } = await server.ask("/api/machines/SoftwareInventoryExport");
    const { pathname, search } = new URL(json.exportFiles[0]);
    const file = await raw({ "Accept-Encoding": "gzip" }, pathname + search);
    expect([file.headers.get("content-type"), file.headers.get("content-encoding")]).toEqual(["application/gzip", undefined]);
    expect(JSON.parse(gunzipSync(file.bytes).toString("utf8").split("\n")[0] ?? "")).toHaveProperty("deviceId");
  });
});
