import { describe, expect, it } from "vitest";
import { chooseKindWord, isServicingOnly, kindWordOf } from "./kind-words.ts";

describe("the kind of an update", () => {
  it.each([
    ["Security Update", "generic"],
    ["", "generic"],
    ["Cumulative Update", "generic"],
    ["CBL-Mariner", "generic"],
    ["constructor", "generic"],
    ["Monthly Rollup", "rollup"],
    ["VIA Processors Monthly Rollup", "rollup"],
    ["Security Only", "securityOnly"],
    ["VIA Processors Security Only", "securityOnly"],
    ["IE Cumulative", "ieCumulative"],
    ["Security Hotpatch Update", "hotpatch"],
    ["SecurityHotpatchUpdate", "hotpatch"],
    ["Security HotPatch Update", "hotpatch"],
    ["Azure Hotpatch", "hotpatch"],
    ["AzureHotpatch", "hotpatch"],
    ["Alternate Cumulative", "alternate"],
    ["Standalone", "standalone"],
    ["Preview Rollup", "preview"],
    ["Update", "update"],
  ])("%j reads as %s", (subType, word) => {
    expect(kindWordOf(subType)).toBe(word);
  });

  it.each(["Servicing Stack Update", "Servicing stack update", "ServicingStackUpdate", "Setup DU", "SetupDU"])(
    "%s is nothing a device could miss",
    (subType) => {
      expect(isServicingOnly(subType)).toBe(true);
    },
  );

  it.each(["Security Update", "Update", "", "Servicing"])("%j is", (subType) => {
    expect(isServicingOnly(subType)).toBe(false);
  });

  it("is the most frequent word that says something, ties to the first by name", () => {
    expect(chooseKindWord(new Map())).toBe("generic");
    expect(chooseKindWord(new Map([["generic", 90]]))).toBe("generic");
    expect(
      chooseKindWord(
        new Map([
          ["generic", 90],
          ["rollup", 1],
        ]),
      ),
    ).toBe("rollup");
    expect(
      chooseKindWord(
        new Map([
          ["securityOnly", 2],
          ["rollup", 3],
        ]),
      ),
    ).toBe("rollup");
    expect(
      chooseKindWord(
        new Map([
          ["securityOnly", 2],
          ["rollup", 2],
        ]),
      ),
    ).toBe("rollup");
    expect(
      chooseKindWord(
        new Map([
          ["rollup", 2],
          ["securityOnly", 2],
        ]),
      ),
    ).toBe("rollup");
  });
});
