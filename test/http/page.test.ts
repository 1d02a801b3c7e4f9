/** The built page as a server hands it out: its files, their headers, and nothing beside them. */
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aPage, type MadePage } from "./a-page.ts";
import { aServer, type TestServer } from "./a-server.ts";
import { askRaw } from "./ask-raw.ts";

let page: MadePage;
let server: TestServer;
beforeAll(async () => {
  page = aPage();
  server = await aServer({ documents: null, pageFolder: page.folder });
});
afterAll(async () => {
  await server.close();
  page.remove();
});

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const views = ["/", "/ui", "/ui/", "/ui/devices", "/ui/devices/pc-1?tab=why", "/ui/sign-in", "/UI/Updates/KB1", "/ui/index.html"];

test.each(views)("%s is the page's document, asked for anew each time, with a policy that lets nothing else in", async (path) => {
  const { status, headers, text } = await server.ask(path, { token: null });
  expect([status, headers.get("content-type"), text.startsWith("<!doctype html>")]).toEqual([200, "text/html; charset=utf-8", true]);
  expect(Object.fromEntries(headers)).toMatchObject({
    "cache-control": "no-cache",
    "content-security-policy": policy,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    etag: expect.stringMatching(/^W\/"[\w-]{22}"$/),
  });
  expect(headers.get("content-security-policy")).not.toContain("unsafe");
});

describe("a file of the page", () => {
  const script = "/ui/assets/index-B1c2.js";

  test("with a hash in its name is kept for ever", async () => {
    const { status, headers, text } = await server.ask(script, { token: null });
    expect([status, text]).toEqual([200, page.script]);
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
      "x-content-type-options": "nosniff",
      vary: "Accept-Encoding",
    });
    expect(headers.get("set-cookie")).toBeNull();
  });

  test("beside them is asked for anew", async () => {
    const { headers } = await server.ask("/ui/favicon.svg", { token: null });
    expect([headers.get("content-type"), headers.get("cache-control")]).toEqual(["image/svg+xml", "no-cache"]);
  });

  test.each([
    ["br, gzip", "br"],
    ["gzip, deflate, br;q=0", "gzip"],
    ["gzip", "gzip"],
    ["br;q=0.0, gzip;q=0", undefined],
    ["identity", undefined],
    ["brotli", undefined],
    [undefined, undefined],
  ])("to %j comes as %s, and is the same", async (accepted, coding) => {
    const { headers, body } = await askRaw(server.origin, script, accepted === undefined ? {} : { "Accept-Encoding": accepted });
    const unpack = { br: brotliDecompressSync, gzip: gunzipSync }[coding ?? ""];
    expect([headers["content-encoding"], (unpack?.(body) ?? body).toString()]).toEqual([coding, page.script]);
    if (coding !== undefined) expect(body.length).toBeLessThan(page.script.length / 4);
    expect(headers["content-length"]).toBe(String(body.length));
  });

  test("that is no text is not packed", async () => {
    const { headers, body } = await askRaw(server.origin, "/ui/assets/logo-9.png", { "Accept-Encoding": "br, gzip" });
    expect([headers["content-type"], headers["content-encoding"], body.length]).toEqual(["image/png", undefined, 2000]);
  });

  test.each([script, "/ui/"])("%s is not sent again to whoever has it", async (path) => {
    const etag = (await server.ask(path, { token: null })).headers.get("etag") ?? "";
    for (const known of [etag, `"x", ${etag}`, "*", etag.replace("W/", "")]) {
      const { status, text, headers } = await server.ask(path, { token: null, headers: { "If-None-Match": known } });
      expect([known, status, text, headers.get("etag")]).toEqual([known, 304, "", etag]);
    }
    expect((await server.ask(path, { token: null, headers: { "If-None-Match": 'W/"other"' } })).status).toBe(200);
  });

  test("is there without a session, and with one", async () => {
    for (const headers of [{}, { Cookie: "patchgap-session=x" }, { "Sec-Fetch-Site": "cross-site", Cookie: "patchgap-session=x" }])
      expect((await server.ask(script, { token: null, headers: headers as Record<string, string> })).status).toBe(200);
  });
});

describe("nothing beside the page", () => {
  const beside = ["secret.json", "web/../secret.json", "../package.json", "assets/../../secret.json"];
  const spelt = (path: string): readonly string[] => [
    path,
    path.replaceAll("..", "%2e%2e"),
    path.replaceAll("/", "%2f"),
    path.replaceAll("/", "%5c"),
    path.replaceAll("/", "\\"),
    path.replaceAll("../", "....//"),
    `${path}%00.js`,
  ];

  test.each(["/ui/assets/../../", "/ui/assets/", "/ui/../", "/ui/assets/..%2f"].flatMap((start) => beside.map((path) => [start, path])))(
    "%s%s",
    async (start, path) => {
      for (const each of spelt(path)) {
        const { status, body } = await askRaw(server.origin, start + each);
        expect([each, body.includes("beside the page"), body.includes('"patchgap"')]).toEqual([each, false, false]);
        expect([200, 400, 404]).toContain(status);
      }
    },
  );

  test.each(["/ui/assets/nosuch.js", "/ui/assets/index-B1c2.js.map", "/ui/assets/__proto__", "/ui/assets/INDEX-B1C2.JS"])(
    "%s is not found, in the shape of every error, and not kept",
    async (path) => {
      const { status, json, headers } = await server.ask(path, { token: null });
      expect([status, json.error.code, headers.get("cache-control")]).toEqual([404, "ResourceNotFound", "no-store"]);
    },
  );

  test("the page is only read", async () => {
    for (const method of ["POST", "PUT", "DELETE"]) {
      const { status, headers } = await server.ask("/ui/devices", { method, token: null });
      expect([status, headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    }
  });
});

test("a page that was not built is said to be so, and how to build it", async () => {
  const bare = await aServer({ documents: null });
  try {
    for (const path of ["/", "/ui/", "/ui/devices"]) {
      const { status, json } = await bare.ask(path, { token: null });
      expect([status, json.error.code]).toEqual([404, "NotFound"]);
      expect(json.error.message).toContain("npm run build");
    }
  } finally {
    await bare.close();
  }
});
