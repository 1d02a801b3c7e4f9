import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nativeJson } from "../../src/inventory/native-json.ts";

type Schema = { readonly [keyword: string]: unknown };

const root = join(import.meta.dirname, "..", "..");
const schema = JSON.parse(readFileSync(join(root, "schemas", "inventory-1.json"), "utf8")) as Schema;
const fixture = (name: string): string => readFileSync(join(root, "test", "fixtures", "inventories", name), "utf8");

const good = { deviceName: "pc-1", os: { build: 19045 }, installedKbs: ["5026361"] };

const ITEMS: readonly unknown[] = [
  good,
  JSON.parse(fixture("native.json")),
  ...JSON.parse(fixture("native-array.json")),
  ...fixture("native.ndjson")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line)),
  { ...good, os: { version: "10.0.19045.2965" } },
  { ...good, os: { build: 19045, ubr: null, caption: null, architecture: null, hotpatch: null } },
  { ...good, schema: null, deviceId: null, collectedAt: null, software: null, tags: null, pendingRestart: null, installedKbs: null },
  { ...good, unknown: { anything: [1] } },
  { ...good, deviceName: "a".repeat(255) },
  null,
  [],
  "x",
  {},
  { ...good, schema: "patchgap.inventory/2" },
  { ...good, deviceName: "" },
  { ...good, deviceName: "  " },
  { ...good, deviceName: null },
  { ...good, deviceName: "a".repeat(256) },
  { ...good, deviceId: "abc" },
  { ...good, collectedAt: 7 },
  { ...good, os: null },
  { ...good, os: {} },
  { ...good, os: { version: "10.0" } },
  { ...good, os: { version: "ten" } },
  { ...good, os: { build: 1.5 } },
  { ...good, os: { build: "19045" } },
  { ...good, os: { build: 1_000_000 } },
  { ...good, os: { build: 19045, ubr: -1 } },
  { ...good, os: { build: 19045, installationType: "client" } },
  { ...good, os: { build: 19045, architecture: "X64" } },
  { ...good, os: { build: 19045, hotpatch: "no" } },
  { ...good, installedKbs: "KB1" },
  { ...good, installedKbs: [5026361] },
  { ...good, msiPatchKbs: [null] },
  { ...good, offeredKbs: {} },
  { ...good, pendingRestart: "false" },
  { ...good, software: [{ name: "" }] },
  { ...good, software: [{ name: null }] },
  { ...good, software: [{ name: "a", version: 1 }] },
  { ...good, software: {} },
  { ...good, tags: [1] },
  { ...good, tags: Array.from({ length: 101 }, String) },
  { ...good, ipAddresses: ["a".repeat(1_025)] },
];

describe("the published schema of inventories", () => {
  it.each(ITEMS.map((item) => [JSON.stringify(item).slice(0, 120), item]))("agrees with the reader on %s", (_, item) => {
    expect(isValid(schema, item)).toBe(isRead(item));
  });

  it("names what it is", () => {
    expect(schema).toMatchObject({ $schema: "https://json-schema.org/draft/2020-12/schema", title: "patchgap.inventory/1" });
  });

  it("uses no keyword that this test does not check", () => {
    const used = new Set<string>();
    walk(schema, used);
    expect([...used].filter((keyword) => !CHECKED.has(keyword) && !ANNOTATIONS.has(keyword))).toEqual([]);
  });
});

function isRead(item: unknown): boolean {
  try {
    return nativeJson.parse(JSON.stringify([item]), "item").fragments.length === 1;
  } catch {
    return false;
  }
}

const ANNOTATIONS: ReadonlySet<string> = new Set(["$schema", "$id", "$defs", "title", "description", "format"]);

/** The few keywords of JSON Schema that the schema uses. */
const CHECKED: ReadonlyMap<string, (wanted: never, value: unknown) => boolean> = new Map<
  string,
  (wanted: never, value: unknown) => boolean
>([
  ["$ref", (_: string, value) => isValid((schema["$defs"] as Record<string, Schema>)["kbs"] ?? {}, value)],
  ["type", (types: string | string[], value) => [types].flat().some((type) => isOfType(type, value))],
  ["enum", (words: unknown[], value) => words.includes(value)],
  ["required", (names: string[], value) => !isObject(value) || names.every((name) => Object.hasOwn(value, name))],
  [
    "properties",
    (members: Record<string, Schema>, value) =>
      !isObject(value) || Object.entries(members).every(([name, member]) => !Object.hasOwn(value, name) || isValid(member, value[name])),
  ],
  ["items", (item: Schema, value) => !Array.isArray(value) || value.every((entry) => isValid(item, entry))],
  ["maxItems", (limit: number, value) => !Array.isArray(value) || value.length <= limit],
  ["minLength", (limit: number, value) => typeof value !== "string" || [...value].length >= limit],
  ["maxLength", (limit: number, value) => typeof value !== "string" || [...value].length <= limit],
  ["pattern", (pattern: string, value) => typeof value !== "string" || new RegExp(pattern, "u").test(value)],
  ["minimum", (limit: number, value) => typeof value !== "number" || value >= limit],
  ["maximum", (limit: number, value) => typeof value !== "number" || value <= limit],
  ["anyOf", (schemas: Schema[], value) => schemas.some((one) => isValid(one, value))],
]);

function isValid(part: Schema, value: unknown): boolean {
  return Object.entries(part).every(([keyword, wanted]) => CHECKED.get(keyword)?.(wanted as never, value) ?? true);
}

function isOfType(type: string, value: unknown): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isObject(value);
  return type === "integer" ? Number.isInteger(value) : typeof value === type;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function walk(part: Schema, used: Set<string>): void {
  for (const [keyword, value] of Object.entries(part)) {
    used.add(keyword);
    for (const inner of schemasUnder(keyword, value)) walk(inner, used);
  }
}

function schemasUnder(keyword: string, value: unknown): readonly Schema[] {
  if (keyword === "properties" || keyword === "$defs") return Object.values(value as Record<string, Schema>);
  if (keyword === "items") return [value as Schema];
  return keyword === "anyOf" ? (value as Schema[]) : [];
}
