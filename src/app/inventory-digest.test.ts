import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Inventory } from "../domain/fleet/inventory.ts";
import { contentOf } from "../domain/fleet/inventory-content.ts";
import { inventoryDigest } from "./inventory-digest.ts";

const inventory: Inventory = {
  deviceName: "pc",
  os: { caption: "Windows", build: 19045, ubr: 1 },
  installedKbs: ["5026361", "5027215"],
  msiPatchKbs: null,
  software: [
    { name: "a", version: "1" },
    { vendor: "v", name: "b" },
  ],
  pendingRestart: false,
  tags: [],
  ipAddresses: [],
  notes: [],
};
const digestOf = (facts: Partial<Inventory>): string => inventoryDigest(contentOf({ ...inventory, ...facts }));

describe("the digest", () => {
  test.each<[string, Partial<Inventory>]>([
    ["whose inventory it is", { deviceName: "other", deviceId: "0".repeat(40), tags: ["x"], ipAddresses: ["10.0.0.7"] }],
    ["when it was collected", { collectedAt: "2026-01-01T00:00:00.000Z" }],
    ["what was offered, and what is not known", { offeredKbs: ["1"], extras: { serial: 1 } }],
    ["the order of members", { os: { ubr: 1, build: 19045, caption: "Windows" } }],
    ["the order of software, and repetitions", { software: [...inventory.software].reverse().flatMap((entry) => [entry, entry]) }],
  ])("does not depend on %s", (_what, facts) => {
    expect(digestOf(facts)).toBe(digestOf({}));
  });

  test.each<[string, Partial<Inventory>]>([
    ["an installed KB", { installedKbs: ["5026361"] }],
    ["a list that could not be read, beside an empty one", { installedKbs: null }],
    ["MSI patches", { msiPatchKbs: [] }],
    ["the revision", { os: { caption: "Windows", build: 19045, ubr: 2 } }],
    ["a version of software", { software: [{ name: "a", version: "2" }] }],
    ["a pending restart", { pendingRestart: true }],
    ["a note", { notes: ["cut"] }],
  ])("depends on %s", (_what, facts) => {
    expect(digestOf(facts)).not.toBe(digestOf({}));
  });

  test("does not depend on the order of KBs", () => {
    const kbs = fc.uniqueArray(fc.integer({ min: 2_000_000, max: 6_000_000 }).map(String), { maxLength: 20 });
    fc.assert(
      fc.property(
        kbs.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, other]) => {
          expect(digestOf({ installedKbs: other })).toBe(digestOf({ installedKbs: list }));
        },
      ),
    );
  });
});
