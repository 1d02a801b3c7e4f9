import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { MACHINES } from "../../src/odata/entity-fields.ts";
import type { Filter, Value } from "../../src/odata/filter.ts";
import { parseOrderBy } from "../../src/odata/property-lists.ts";
import { besideStatements, digestsStatement, listStatement } from "../../src/stores/sqlite/device-list.ts";
import { openSqliteStore, type SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { filters } from "../odata/arbitrary.ts";
import { aCheckIn, hex, momentOf } from "./made-up-fleet.ts";

let folder: string;
let store: SqliteStore;
let database: Database.Database;
let tenant: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "patchgap-fleet-"));
  store = openSqliteStore(join(folder, "patchgap.db"));
  tenant = (await store.tenants())[0]?.id ?? "";
  database = new Database(join(folder, "patchgap.db"), { readonly: true });
});
afterEach(async () => {
  database.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

const rowsOf = (table: string): number => Number(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
const take = (id: string, minutes: number, number = 1): Promise<unknown> => store.checkIn(tenant, [aCheckIn(id, minutes, number)]);
const open = (minutes: number, until: number): ReturnType<SqliteStore["openWalk"]> =>
  store.openWalk(tenant, { epoch: 1, at: momentOf(minutes), expiresAt: momentOf(until) });

test("without a walk that is alive nothing is copied, however often devices check in", async () => {
  for (let minute = 1; minute < 50; minute++) await take("a", minute, minute % 3);
  await store.editDevices(tenant, [hex("a")], { addTags: ["x"] });
  expect(rowsOf("device_past")).toBe(0);
  await open(50, 60);
  for (let minute = 60; minute < 80; minute++) await take("a", minute, minute % 3);
  expect(rowsOf("device_past")).toBe(0);
});

test("for a walk a device is copied once, for as long as no other walk is opened", async () => {
  for (const id of ["a", "b", "c"]) await take(id, 1);
  const { change } = await open(2, 100);
  for (let minute = 3; minute < 30; minute++) await take("a", minute, minute % 3);
  for (let minute = 3; minute < 30; minute++) await take("b", minute);
  await store.editDevices(tenant, [hex("a"), hex("b")], { addTags: ["x"] });
  await store.editDevices(tenant, [hex("c")], { addTags: [] });
  await take("new", 5);
  await take("new", 6, 2);
  expect(database.prepare("SELECT device_id AS id FROM device_past ORDER BY id").pluck().all()).toEqual([hex("a"), hex("b")].sort());
  expect(rowsOf(`device_past WHERE change > ${change} OR until_change <= ${change}`)).toBe(0);
  await open(30, 100);
  await take("a", 31);
  await take("a", 32);
  expect(rowsOf("device_past")).toBe(3);
});

test("copies go when the walks that needed them have expired and another opens", async () => {
  await take("a", 1);
  await open(2, 10);
  await take("a", 3);
  await open(4, 20);
  await take("a", 5);
  expect([rowsOf("walk"), rowsOf("device_past")]).toEqual([2, 2]);
  await open(10, 30);
  expect([rowsOf("walk"), rowsOf("device_past")]).toEqual([2, 1]);
  await open(30, 40);
  expect([rowsOf("walk"), rowsOf("device_past")]).toEqual([1, 0]);
  await take("a", 50, 2);
  expect([rowsOf("walk"), rowsOf("device_past")]).toEqual([0, 0]);
});

test("a list that cannot be read is refused with the name of the file", async () => {
  const writer = new Database(join(folder, "patchgap.db"));
  writer.exec("DROP TABLE standing");
  writer.close();
  const view = { epoch: 1, at: momentOf(1) };
  const refusal = { code: "database", place: { source: join(folder, "patchgap.db") } };
  await expect(store.listDevices(tenant, { view, limit: 1 })).rejects.toMatchObject(refusal);
  expect((await store.countDigests(tenant, view)).counts).toEqual([]);
});

/** Values that stand in no SQL of ours. */
const unusual: Readonly<Record<Value["type"], Value["value"]>> = {
  string: "zqx'\"--?",
  guid: "ZQX'); DROP",
  dateTime: "1871-06-05T04:03:02.0710000Z",
  date: "1871-06-05",
  integer: 718_717,
  decimal: 71.8717,
  boolean: true,
};

function withUnusual(filter: Filter): Filter {
  const swapped = <T extends { readonly type: string }>(value: T): T =>
    value.type === "null" ? value : { ...value, value: unusual[value.type as Value["type"]] };
  switch (filter.kind) {
    case "and":
    case "or":
      return { ...filter, terms: filter.terms.map(withUnusual) };
    case "not":
      return { ...filter, term: withUnusual(filter.term) };
    case "any":
      return { ...filter, condition: filter.condition === undefined ? undefined : withUnusual(filter.condition) };
    case "compare":
      return { ...filter, value: swapped(filter.value) };
    case "in":
      return { ...filter, values: filter.values.map(swapped) };
    case "match":
      return { ...filter, text: "zqx%_'" };
  }
}

test("no value of a query stands in the SQL: all are bound, one for each mark", () => {
  let bound = 0;
  const base = { epoch: 718_717, at: "1871-06-05T04:03:02.071Z" };
  const orderBy = parseOrderBy("healthStatus desc,riskScore", MACHINES);
  fc.assert(
    fc.property(filters(MACHINES), fc.boolean(), (filter, isPinned) => {
      const view = isPinned ? { ...base, change: 718_717 } : base;
      const place = { digests: ["zqx"], changedSince: base.at, skip: 718_717, limit: 718_717 };
      const query = { view, filter: withUnusual(filter), ...place };
      const statements = [
        listStatement("zqx", { ...query, after: "zqx" }),
        listStatement("zqx", { ...query, orderBy }),
        ...besideStatements("zqx", { ...query, count: true, asksIfExamined: true }),
        digestsStatement("zqx", view, isPinned),
      ];
      for (const { sql, values } of statements) {
        expect(sql).not.toMatch(/zqx|drop|1871|7187|--|"/i);
        expect(sql.split("?").length - 1).toBe(values.length);
        bound += values.length;
      }
    }),
    { numRuns: 1_000, seed: 20_260_331 },
  );
  expect(bound).toBeGreaterThan(20_000);
});

test("a property that no device has is no SQL", () => {
  const operand = { property: "name; DROP TABLE device", type: "string", ignoreCase: false } as const;
  const query = { view: { epoch: 1, at: momentOf(1) }, limit: 1 };
  const filter: Filter = { kind: "compare", operator: "eq", operand, value: { type: "string", value: "" } };
  expect(() => listStatement("t", { ...query, filter })).toThrow("no column");
  expect(() => listStatement("t", { ...query, filter: { kind: "any", collection: "device", condition: undefined } })).toThrow("no table");
  expect(() => listStatement("t", { ...query, orderBy: [{ operand, descending: false }] })).toThrow("no column");
});
