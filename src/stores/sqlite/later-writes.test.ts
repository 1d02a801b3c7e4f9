import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CheckIn } from "../device-store.ts";
import { openSqliteStore } from "./sqlite-store.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "patchgap-later-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const devices = ["a", "b", "c"].map((letter) => letter.repeat(40));
const receivedAt = "2026-03-10T00:00:00.000Z";

const checkIns = fc.array(
  fc
    .record({ device: fc.nat(devices.length - 1), day: fc.integer({ min: 1, max: 5 }), ubr: fc.nat(2) })
    .map(({ device, day, ubr }): CheckIn => {
      const os = { build: 19045, ubr };
      return {
        deviceId: devices[device] ?? "",
        name: `pc-${device >> 1}`,
        at: `2026-03-0${day}T00:00:00.000Z`,
        receivedAt,
        digest: String(9 - ubr).repeat(64),
        content: { os, installedKbs: [], msiPatchKbs: null, software: [], pendingRestart: false, notes: [] },
        facts: { tags: [], ipAddresses: [] },
      };
    }),
  { minLength: 1, maxLength: 12 },
);

test("a batch leaves the same behind, and says the same, as its inventories one by one", async () => {
  let run = 0;
  const take = async (batches: readonly (readonly CheckIn[])[]) => {
    const store = openSqliteStore(join(folder, `${run++}.db`));
    const results = [];
    for (const batch of batches) results.push(...(await store.checkIn("default", batch)));
    const histories = await Promise.all(devices.map((id) => store.history("default", id)));
    const held = await store.devices("default", { limit: 10 });
    const digests = new Set([...held.map(({ digest }) => digest), ...histories.flat().map(({ digest }) => digest)]);
    const contents = await Promise.all([...digests].sort().map((digest) => store.inventory(digest)));
    await store.close();
    expect(contents).not.toContain(undefined);
    return { results, histories, held, contents };
  };
  const sameBothWays = async (all: readonly CheckIn[]): Promise<void> => {
    expect(await take([all])).toEqual(await take(all.map((one) => [one])));
  };
  await fc.assert(fc.asyncProperty(checkIns, sameBothWays), { numRuns: 25 });
}, 180_000);
