import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { knownDigests } from "../../src/stores/sqlite/known-digests.ts";
import { openSqliteStore, type SqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { dataVersionOf } from "../../src/stores/sqlite/watch-others.ts";
import { othersSeen } from "../fixtures/others-seen.ts";
import { aCheckIn, hex } from "./made-up-fleet.ts";

let folder: string;
let ours: SqliteStore;
let others: SqliteStore;
let tenant: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "patchgap-digests-"));
  ours = openSqliteStore(join(folder, "patchgap.db"));
  others = openSqliteStore(join(folder, "patchgap.db"));
  tenant = (await ours.tenants())[0]?.id ?? "";
});
afterEach(async () => {
  await ours.close();
  await others.close();
  rmSync(folder, { recursive: true });
});

const digestOf = async (id: string, ofTenant = tenant): Promise<string | undefined> => (await ours.digestsOf(ofTenant, [hex(id)]))[0];

test("a digest that is remembered is another one as soon as anybody has stored another inventory", async () => {
  expect(await digestOf("a")).toBeUndefined();
  for (const [minute, store] of [ours, others, others, ours, others].entries()) {
    const checkIn = aCheckIn("a", minute + 1, minute + 1);
    await store.checkIn(tenant, [checkIn]);
    if (store === others) await othersSeen();
    expect([await digestOf("a"), await digestOf("a")]).toEqual([checkIn.digest, checkIn.digest]);
  }
});

test("what one tenant's device has is not remembered for another tenant", async () => {
  const other = "22222222-2222-4222-8222-222222222222";
  await ours.addTenant({ id: other, alias: "other" });
  await ours.checkIn(tenant, [aCheckIn("a", 1, 1)]);
  expect(await digestOf("a")).toBeDefined();
  expect(await digestOf("a", other)).toBeUndefined();
});

test("what is remembered is not read again, until another connection has written", async () => {
  await ours.checkIn(tenant, [aCheckIn("a", 1, 1), aCheckIn("b", 1, 2)]);
  const read: string[] = [];
  const database = new Database(join(folder, "patchgap.db"), { verbose: (sql) => read.push(String(sql)) });
  const { read: digests, forget } = knownDigests(database, dataVersionOf(database));
  const readsOf = (ids: readonly string[]): number => {
    read.length = 0;
    digests(tenant, ids.map(hex));
    return read.filter((sql) => sql.includes("FROM device")).length;
  };
  expect([readsOf(["a", "b"]), readsOf(["a", "b"]), readsOf(["b", "c"])]).toEqual([2, 0, 1]);
  forget(tenant, [hex("a")]);
  expect([readsOf(["a", "b"]), readsOf(["a", "b"])]).toEqual([1, 0]);
  await others.checkIn(tenant, [aCheckIn("z", 1, 3)]);
  await othersSeen();
  expect([readsOf(["a", "b"]), readsOf(["a", "b"])]).toEqual([2, 0]);
  database.close();
});
