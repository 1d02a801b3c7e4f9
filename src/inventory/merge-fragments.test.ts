import { describe, expect, it } from "vitest";
import type { InventoryFragment } from "./format.ts";
import { mergeFragments } from "./merge-fragments.ts";
import { DESKTOP_ASSUMED } from "./os-facts.ts";

const merge = (...fragments: InventoryFragment[]) =>
  mergeFragments(fragments.map((fragment, index) => ({ source: `file${index + 1}`, fragment })));

describe("files of one device", () => {
  it("add up: the system of one, the list of the other", () => {
    const merged = merge(
      { deviceName: "PC-1", os: { build: 17763, caption: "Windows 10" } },
      { installedKbs: ["1111111"] },
      { os: { build: 17763, ubr: 379 } },
    );
    expect(merged).toMatchObject({ deviceName: "PC-1", os: { build: 17763, ubr: 379, caption: "Windows 10" }, installedKbs: ["1111111"] });
  });

  it.each([
    [
      "two lists are united",
      [
        ["1111111", "2222222"],
        ["2222222", "3333333"],
      ],
      ["1111111", "2222222", "3333333"],
      0,
    ],
    ["a list stands in for one that could not be read", [null, ["1111111"]], ["1111111"], 1],
    ["none installed stands in for one that could not be read", [null, []], [], 1],
    ["two that could not be read are none", [null, null], null, 0],
    ["one that could not be read beside a file without a list", [null, undefined], null, 0],
    ["no list anywhere", [undefined, undefined], undefined, 0],
  ])("%s", (_, lists, installedKbs, notes) => {
    const merged = merge(...lists.map((list) => (list === undefined ? {} : { installedKbs: list })));
    expect(merged.installedKbs).toEqual(installedKbs);
    expect(merged.notes).toHaveLength(notes);
  });

  it.each([
    ["PC-1", "pc-1", "PC-1"],
    ["PC-1", "pc-1.contoso.example", "pc-1.contoso.example"],
    ["pc-1.contoso.example", "PC-1", "pc-1.contoso.example"],
    ["PRODUCTION-SQL-", "production-sql-07.contoso.example", "production-sql-07.contoso.example"],
  ])("%s and %s are one name", (first, second, name) => {
    expect(merge({ deviceName: first }, { deviceName: second }).deviceName).toBe(name);
  });

  it.each([
    ["deviceName", { deviceName: "PC-1" }, { deviceName: "PC-10" }],
    ["deviceId", { deviceId: "a".repeat(40) }, { deviceId: "b".repeat(40) }],
    ["os.build", { os: { build: 19044 } }, { os: { build: 19045 } }],
    ["os.ubr", { os: { build: 19045, ubr: 1 } }, { os: { build: 19045, ubr: 2 } }],
    ["os.version", { os: { version: "6.3" } }, { os: { version: "10.0" } }],
    ["os.architecture", { os: { architecture: "x64" } }, { os: { architecture: "x86" } }],
    ["os.installationType", { os: { installationType: "Client" } }, { os: { installationType: "Server" } }],
  ] as [string, InventoryFragment, InventoryFragment][])("must not differ in %s", (field, first, second) => {
    expect(() => merge(first, second)).toThrow(expect.objectContaining({ code: "unreadable-input", place: { source: "file2", field } }));
  });

  it("a caption cannot see Server Core, so it does not contradict it", () => {
    const merged = merge({ os: { installationType: "Server" }, notes: [DESKTOP_ASSUMED] }, { os: { installationType: "Server Core" } });
    expect(merged.os?.installationType).toBe("Server Core");
    expect(merged.notes).toEqual([]);
  });

  it("are as old as the oldest of them, and wait for a restart if one says so", () => {
    const merged = merge(
      { collectedAt: "2026-01-02T00:00:00.000Z", pendingRestart: true },
      { collectedAt: "2026-01-01T00:00:00.000Z", pendingRestart: false },
    );
    expect(merged).toMatchObject({ collectedAt: "2026-01-01T00:00:00.000Z", pendingRestart: true });
  });

  it("list software, patches, offers, tags and addresses once", () => {
    const part: InventoryFragment = {
      software: [{ name: "7-Zip", version: "23" }],
      msiPatchKbs: ["4461542"],
      offeredKbs: ["5027215"],
      tags: ["a"],
      ipAddresses: ["10.0.0.7"],
    };
    expect(merge(part, { ...part, tags: ["b"] }, { msiPatchKbs: null })).toMatchObject({ ...part, tags: ["a", "b"] });
  });
});
