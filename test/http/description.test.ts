import { SaxesParser } from "saxes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writtenPath } from "../../src/http/route-groups.ts";
import { type Asked, aServer, type TestServer } from "./a-server.ts";

let server: TestServer;
let openApi: Asked["json"];
let page: Asked;

beforeAll(async () => {
  server = await aServer({ documents: null });
  openApi = (await server.ask("/openapi.json", { token: null })).json;
  page = await server.ask("/reference", { token: null });
});
afterAll(() => server.close());

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean; readonly schema: object }[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly requestBody?: { readonly content: object };
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

function operations(): readonly (readonly [call: string, operation: Operation])[] {
  return Object.entries(openApi.paths as Record<string, Record<string, Operation>>).flatMap(([path, own]) =>
    Object.entries(own).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
  );
}

test("the OpenAPI document has every route, and no other", () => {
  const routes = server.server.routes.map((route) => `${route.method} ${writtenPath(route)}`);
  expect(
    operations()
      .map(([call]) => call)
      .sort(),
  ).toEqual([...routes].sort());
  expect(openApi).toMatchObject({ openapi: "3.1.0", info: { title: "patchgap", version: expect.stringMatching(/^\d/) } });
  expect(openApi.servers).toEqual([{ url: server.origin }]);
});

test("operations have names of their own, and groups that are listed", () => {
  const ids = operations().map(([, { operationId }]) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^(get|post|patch|delete)[A-Za-z0-9]+$/);
  const listed = (openApi.tags as { name: string }[]).map(({ name }) => name);
  expect(new Set(listed).size).toBe(listed.length);
  expect(new Set(operations().flatMap(([, { tags }]) => tags))).toEqual(new Set(listed));
});

test("operations say who may, each role by itself", () => {
  const schemes = Object.keys(openApi.components.securitySchemes);
  expect(schemes).toEqual(["token"]);
  const may = new Map(server.server.routes.map((route) => [`${route.method} ${writtenPath(route)}`, route.may]));
  for (const [call, { security }] of operations()) {
    const roles = may.get(call);
    expect([call, security]).toEqual([call, roles === "anyone" ? [] : roles?.map((role) => ({ token: [role] }))]);
  }
});

test("parameters of paths are those between braces, and options are told once", () => {
  for (const [call, { parameters, responses, requestBody, summary }] of operations()) {
    const named = [...call.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const inPath = parameters.filter((parameter) => parameter.in === "path");
    expect([call, inPath.map(({ name }) => name)]).toEqual([call, named]);
    expect(inPath.every(({ required }) => required)).toBe(true);
    const keys = parameters.map((parameter) => `${parameter.in} ${parameter.name}`);
    expect([call, new Set(keys).size]).toEqual([call, keys.length]);
    expect(Object.keys(responses)).toEqual(["200", "default"]);
    expect(Object.values(responses).every(({ description }) => description !== "")).toBe(true);
    expect([call, requestBody !== undefined]).toEqual([call, /^(POST|PATCH) /.test(call)]);
    expect(summary).not.toBe("");
  }
});

test("what must be given is marked", () => {
  const required = operations().flatMap(([call, { parameters }]) =>
    parameters.filter((one) => one.in === "query" && one.required).map(({ name }) => `${call} ${name}`),
  );
  expect(required).toEqual(["GET /api/machines/findbytag tag", "GET /api/machines/SoftwareVulnerabilityChangesByMachine sinceTime"]);
});

test("references lead somewhere", () => {
  const references = [...JSON.stringify(openApi).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name ?? "");
  expect(new Set(references)).toEqual(new Set(Object.keys(openApi.components.schemas)));
});

test("the page has every route with its roles", () => {
  const rows = [...page.text.matchAll(/<tr><td><b>(\w+)<\/b> <code>([^<]*)<\/code>.*<small>(.*?)<\/small><\/td><\/tr>/g)];
  const plain = (text: string): string => text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  const shown = rows.map(([, method, path, roles]) => `${method} ${plain(path ?? "")} ${roles?.replaceAll("<br>", ",")}`);
  const routes = server.server.routes.map((route) => `${route.method} ${writtenPath(route)} ${route.may}`);
  expect(shown.sort()).toEqual(routes.sort());
});

/** Elements that stand alone in HTML. */
const alone = /<(meta|link|br)\b([^>]*)>/g;

test("the page is a whole HTML document: every element ends, every id is one, every link within leads somewhere", () => {
  expect(page.text.startsWith('<!doctype html>\n<html lang="en">\n')).toBe(true);
  const names: string[] = [];
  const ids: string[] = [];
  const links: string[] = [];
  const parser = new SaxesParser();
  parser.on("opentag", ({ name, attributes }) => {
    names.push(name);
    if (attributes["id"] !== undefined) ids.push(attributes["id"]);
    if (attributes["href"] !== undefined) links.push(attributes["href"]);
  });
  parser.on("error", (error) => {
    throw error;
  });
  parser.write(page.text.replace("<!doctype html>", "").replace(alone, "<$1$2/>")).close();
  expect(names.filter((name) => name === "h1")).toHaveLength(1);
  expect(new Set(ids).size).toBe(ids.length);
  const within = links.filter((link) => link.startsWith("#")).map((link) => link.slice(1));
  expect(within.filter((id) => !ids.includes(id))).toEqual([]);
});

test("what the page links to is there", async () => {
  for (const [, link = ""] of page.text.matchAll(/href="(\/[^"]*)"/g)) expect([link, (await server.ask(link)).status]).toEqual([link, 200]);
});

test("the page needs nothing that its own policy forbids", () => {
  expect(page.headers.get("content-security-policy")).toBe(
    "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  );
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(page.text).not.toMatch(/<script|<style|<img|<form|\bstyle=|\bon\w+=|https?:\/\/(?!127\.0\.0\.1)/i);
});
