import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scoresOf } from "../../src/app/fleet/scores.ts";
import type { MissingRow, Summary } from "../../src/app/fleet/summary.ts";
import { makeConfig } from "../../src/config/config.ts";
import { fileNameOf, flagOf, type Setting, serveSettings, variableOf } from "../../src/config/settings.ts";
import { exposureLevel, exposureScore } from "../../src/domain/assessment/exposure.ts";
import type { Catalog } from "../../src/domain/catalog/catalog.ts";
import { printDay } from "../../src/domain/windows/day.ts";
import type { WireErrorCode } from "../../src/http/http-error.ts";
import type { Route } from "../../src/http/route.ts";
import { groupRoutes, writtenPath } from "../../src/http/route-groups.ts";
import { aServer, type TestServer } from "./a-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await aServer({ documents: null });
});
afterAll(() => server.close());

function page(name: string): string {
  return readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), "utf8");
}

/** The rows of the first table behind a text. */
function table(text: string, behind: string): readonly string[] {
  const from = text.indexOf(behind);
  expect(from, `"${behind}" is not there`).toBeGreaterThan(-1);
  const lines = text.slice(from).split("\n");
  const start = lines.findIndex((line) => line.startsWith("| --- "));
  const rows = lines.slice(start + 1);
  return rows.slice(
    0,
    rows.findIndex((line) => !line.startsWith("|")),
  );
}

const cells = (row: string): string[] =>
  row
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());

function apiRow(route: Route): string {
  const { method, may, summary, answers, options = [], needs = [], isList } = route;
  const roles = may === "anyone" ? "anyone" : may.map((role) => `\`${role}\``).join(" or ");
  const asked = options.map((option) => `\`${option}\`${needs.includes(option) ? " (needed)" : ""}`);
  const others = [...asked, ...(isList === true ? ["OData"] : [])].join(", ");
  const type = answers === undefined ? "" : `\`${answers}\``;
  return `| ${[`\`${method} ${writtenPath(route)}\``, summary, type, roles, others].join(" | ")} |`
    .replaceAll("|  |", "| |")
    .replaceAll("|  |", "| |");
}

test("the page lists every call as it is, in the groups of the reference, and no other", () => {
  const text = page("api");
  const groups = groupRoutes(server.server.routes);
  expect([...text.matchAll(/^### (.*)$/gm)].map(([, name]) => name)).toEqual(groups.map(({ name }) => name));
  for (const { name, routes } of groups) expect([name, table(text, `### ${name}\n`)]).toEqual([name, routes.map(apiRow)]);
});

/** Complete by type. */
const statuses: Readonly<Record<WireErrorCode, readonly number[]>> = {
  BadRequest: [400, 431],
  ODataError: [400],
  InvalidInput: [400],
  InvalidRequestBody: [400],
  MaximumBatchSizeExceeded: [400],
  MissingRequiredParameter: [400],
  OsPlatformNotSupported: [400],
  Unauthorized: [401],
  Forbidden: [403],
  NotFound: [404],
  ResourceNotFound: [404],
  MethodNotAllowed: [405],
  RequestTimeout: [408],
  RequestTooLarge: [413],
  UnsupportedMediaType: [415],
  "429": [429],
  InternalServerError: [500],
  ServiceUnavailable: [503],
};

test("the page lists every error code with its statuses", () => {
  const rows = table(page("api"), "## Errors").map(cells);
  const listed = Object.fromEntries(rows.map(([code = "", status = ""]) => [code.replaceAll("`", ""), status.split(", ").map(Number)]));
  expect(listed).toEqual(statuses);
});

/** `40 × 7.5 + 2 × 7.8 exploited` */
function catalogOf(text: string): Catalog {
  const cves =
    text === "none"
      ? []
      : text.split(" + ").flatMap((part) => {
          const [, count, what = "", exploited] = /^(\d+) × (\S+)( exploited)?$/.exec(part) ?? [];
          const score = Number(what);
          const cve = {
            score: Number.isNaN(score) ? null : score,
            severity: Number.isNaN(score) ? what : null,
            exploited: exploited !== undefined,
          };
          return Array.from({ length: Number(count) }, () => cve);
        });
  return { content: { cves } } as unknown as Catalog;
}

test("the examples of exposure are what the formula gives", () => {
  const rows = table(page("scores"), "| open CVEs | points").map(cells);
  expect(rows.length).toBeGreaterThan(5);
  for (const [cves = "", points = "", exposure, level] of rows) {
    const catalog = catalogOf(cves);
    const open = [{ softwareId: "windows_10", kb: "1", cves: catalog.content.cves.map((_, index) => index) }];
    const score = exposureScore(catalog, { open, updates: [] });
    expect([cves, points, exposure, level]).toEqual([
      cves,
      (-200 * Math.log(1 - score / 100) + 0).toFixed(2),
      score.toFixed(2),
      exposureLevel(score),
    ]);
  }
});

const today = 20_000;

/** `5 with an update of 10 days ago missing, exploited` */
function summaryOf(text: string): { readonly devices: number; readonly summary: Summary } {
  const [, count, state = ""] = /^(\d+) (.*)$/.exec(text) ?? [];
  const days = /of (\d+) days ago/.exec(state)?.[1];
  const missing = days === undefined ? [] : [{ releasedOn: printDay(today - Number(days)) } as MissingRow];
  const since = /open since (\d+) days/.exec(state)?.[1];
  const facts = { missing, pendingRestart: state.includes("restart due"), risk: state.includes("exploited") ? "High" : "Low" };
  const summary = {
    ...facts,
    openSince: since === undefined ? undefined : today - Number(since),
    exposure: state === "unknown" ? undefined : 1,
  } as unknown as Summary;
  return { devices: Number(count), summary };
}

test("the examples of the configuration score are what the formula gives", () => {
  const rows = table(page("scores"), "| devices | score").map(cells);
  expect(rows.length).toBeGreaterThan(3);
  for (const [devices = "", score] of rows) {
    const parts = devices.split(" + ").map(summaryOf);
    const counts = parts.map((part, index) => ({ digest: String(index), devices: part.devices }));
    const { configuration } = scoresOf(
      counts,
      parts.map(({ summary }) => summary),
      today,
    );
    expect([devices, String(configuration)]).toEqual([devices, score]);
  }
});

function shownDefault(value: unknown): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return "none";
  return value === false ? "off" : `\`${String(value)}\``;
}

function settingCells(setting: Setting, value: unknown): readonly string[] {
  const { name, kind, placeholder } = setting;
  const inFile = `\`${fileNameOf(setting)}\``;
  if (kind === "objects") return [inFile, "", "", shownDefault(value)];
  const given = kind === "switch" ? "" : ` ${placeholder}${kind === "list" ? "…" : ""}`;
  return [inFile, `\`${flagOf(name)}${given}\``, `\`${variableOf(name)}\``, shownDefault(value)];
}

test("the page about running it lists every setting of the server with its default", () => {
  const defaults = new Map<string, unknown>(Object.entries(makeConfig({}, {}, {})));
  const rows = table(page("operating"), "## Settings").map(cells);
  expect(rows.map((row) => row.slice(0, 4))).toEqual(serveSettings.map((setting) => settingCells(setting, defaults.get(setting.name))));
  for (const [name, , , , meaning] of rows) expect([name, meaning]).not.toEqual([name, ""]);
});

test("links between the pages lead somewhere", () => {
  for (const name of ["api", "scores", "operating"]) {
    for (const [, link = ""] of page(name).matchAll(/\]\(([^)#]+\.(?:md|json))(?:#[^)]*)?\)/g)) {
      expect(() => readFileSync(new URL(`../../docs/${link}`, import.meta.url)), `${name}.md: ${link}`).not.toThrow();
    }
  }
});
