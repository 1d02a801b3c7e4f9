import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSqliteStore, type SqliteStore } from "./sqlite-store.ts";

const folder = mkdtempSync(join(tmpdir(), "patchgap-reader-"));
let store: SqliteStore;
const tenant = { id: "c8d18daa-8963-40b1-a89e-000000000001", alias: "some" };
const view = { epoch: 1, at: "2026-03-01T00:00:00Z" };
const digests = Array.from({ length: 150 }, (_, number) => String(number).padStart(64, "0"));

beforeEach(async () => {
  store = openSqliteStore(join(folder, "some.db"));
  await store.addTenant(tenant);
  const content = { os: { build: 26100 }, installedKbs: [], msiPatchKbs: null, software: [], pendingRestart: false, notes: [] };
  const at = "2026-02-01T00:00:00Z";
  await store.checkIn(
    tenant.id,
    digests.map((digest) => ({
      ...{ deviceId: digest.slice(-40), name: digest, at, receivedAt: at, digest, content },
      facts: { tags: [], ipAddresses: [] },
    })),
  );
});
afterEach(async () => {
  await store.close();
  rmSync(join(folder, "some.db"), { force: true });
});

test("inventories, and what lacks a standing, are read however many lists are asked for, and whether or not these are refused", async () => {
  const lists = Promise.allSettled(Array.from({ length: 260 }, () => store.listDevices(tenant.id, { view, limit: 100 })));
  const asked = [store.inventories(digests), store.digestsWithoutStanding(1, 1_000)] as const;
  const [contents, lacking] = await Promise.all(asked);
  expect(contents.map(({ digest, content }) => [digest, content.os.build])).toEqual(digests.map((digest) => [digest, 26100]));
  expect([...lacking].sort()).toEqual(digests);
  const refused = (await lists).filter(({ status }) => status === "rejected");
  expect(refused.length).toBeGreaterThan(0);
});

test("after the end all are told that the database is closed", async () => {
  await store.close();
  for (const asked of [store.inventories(digests), store.inventories(digests.slice(0, 3)), store.digestsWithoutStanding(1, 10)])
    await expect(asked).rejects.toMatchObject({ code: "database", message: expect.stringContaining("closed") });
});
