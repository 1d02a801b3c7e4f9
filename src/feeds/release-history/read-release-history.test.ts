import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sharedFile } from "../../../test/shared-data.ts";
import { readReleaseHistory } from "./read-release-history.ts";

const source = "history.json";
const withLine = (key: string, value: unknown): string => JSON.stringify({ releases: { [key]: value } });

describe("a release history", () => {
  it("says which update brought which revision, in order of release", () => {
    const releases = [
      [2130, null],
      [2194, "5020953"],
    ];
    expect(readReleaseHistory(withLine("Windows 10|19045|rollup", releases), source)).toEqual({
      lines: [
        {
          product: "Windows 10",
          build: 19_045,
          channel: "rollup",
          releases: [
            { revision: 2130, kb: null },
            { revision: 2194, kb: "5020953" },
          ],
        },
      ],
      warnings: [],
    });
  });

  it("has no build where service packs are counted", () => {
    const { lines } = readReleaseHistory(withLine("Windows 7|SP1|securityOnly", [[null, "3192391"]]), source);
    expect(lines[0]).toEqual({ product: "Windows 7", build: null, channel: "securityOnly", releases: [{ revision: null, kb: "3192391" }] });
  });

  it("leaves out a channel it does not know, and says so", () => {
    const { lines, warnings } = readReleaseHistory(withLine("Windows 11|26100|hotpatch", []), source);
    expect(lines).toEqual([]);
    expect(warnings).toEqual(["Windows 11|26100|hotpatch: the channel is unknown, the line is left out"]);
  });

  it.each([
    ["no JSON", "{", undefined],
    ["a list", "[]", "releases"],
    ["null", "null", "releases"],
    ["an object without releases", "{}", "releases"],
    ["releases that are a list", '{"releases": []}', "releases"],
    ["inherited releases", '{"__proto__": {"releases": {}}}', "releases"],
    ["a key without a channel", withLine("Windows 10|19045", []), "Windows 10|19045"],
    ["a build that is no number", withLine("Windows 10|22H2|rollup", []), "Windows 10|22H2|rollup"],
    ["a line that is no list", withLine("Windows 10|19045|rollup", {}), "Windows 10|19045|rollup"],
    ["a release that is no pair", withLine("Windows 10|19045|rollup", [[1, "5020953", 3]]), "Windows 10|19045|rollup"],
    ["a negative revision", withLine("Windows 10|19045|rollup", [[-1, "5020953"]]), "Windows 10|19045|rollup"],
    ["a KB with letters", withLine("Windows 10|19045|rollup", [[1, "KB5020953"]]), "Windows 10|19045|rollup"],
  ])("is refused where it is %s, naming the key", (_what, text, field) => {
    expect(() => readReleaseHistory(text, source)).toThrow(
      expect.objectContaining({ code: "unreadable-input", place: field === undefined ? { source } : { source, field } }),
    );
  });
});

const real = sharedFile("data/release-history.json");

describe.skipIf(real === undefined)("the real release history (skipped where the shared data is absent)", () => {
  it("has 43 lines, and 3,678 releases in them", () => {
    const { lines, warnings } = readReleaseHistory(readFileSync(real ?? "", "utf8"), "release-history.json");
    expect(warnings).toEqual([]);
    expect(lines).toHaveLength(43);
    expect(lines.reduce((sum, line) => sum + line.releases.length, 0)).toBe(3678);
  });
});
