import { describe, expect, it } from "vitest";
import { applicationVersionOf, netFileBuildOf, revisionOf, withoutTypingErrors } from "./fixed-build.ts";

const spelt = (...texts: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
};

describe("a fixed build", () => {
  it.each([
    ["a row of 20H2 with the branch of 2004", ["10.0.19041.985"], 985],
    ["a mistyped branch", ["10.0.17784.2183"], 2183],
    ["one slip among many", ["10.0.17763.4974", "10.0.17763.4974", "10.0.17763.9"], 4974],
    ["branches that differ, revisions that agree", ["10.0.19041.985", "10.0.19042.985", "10.0.19041.982"], 985],
    ["a tie, whatever comes first", ["10.0.17763.9", "10.0.17763.4974"], 9],
    ["a build among other things", ["https://aka.ms/x", "https://aka.ms/x", "10.0.20348.4000"], 4000],
    ["nothing", [], null],
    ["an IE row", ["1.000"], null],
    ["a URL", ["https://support.microsoft.com/help/5034441"], null],
    ["a version of Edge", ["124.0.6367.xxx"], null],
  ])("from %s gives its revision", (_, texts, revision) => {
    expect(revisionOf(spelt(...texts))).toBe(revision);
    expect(revisionOf(new Map([...spelt(...texts)].reverse()))).toBe(revision);
  });

  it.each([
    [["15.0.4326.1"], "15.0.4326.1"],
    [["15.02.1258.028"], "15.2.1258.28"],
    [["15.0.4326.1", "15.0.4326.1", "15.0.2104.1"], "15.0.4326.1"],
    [["1.000"], null],
    [["18.7.4"], "18.7.4"],
    [["9.0.14"], "9.0.14"],
    [["> 21.08"], null],
    [[], null],
  ])("of an application, %j, is version %s", (texts, version) => {
    expect(applicationVersionOf(spelt(...texts))).toBe(version);
  });

  it.each([
    [["4.8.04690.02"], ["3.5", "4.8"], 4690],
    [["4.8.4644.0"], ["4.8"], 4644],
    [["04590.04"], ["4.6.2"], 4590],
    [["3.5.04057.05"], ["3.5"], 4057],
    [["4.8.9206.0"], ["3.5", "4.8.1"], 9206],
    [["4.8.09206.00"], ["4.8.1"], 9206],
    [["4.8.9206.0"], ["4.8"], null],
    [["4.8.4644.0"], ["4.8.1"], null],
    [["10.0.17763.4974"], ["4.7.2"], null],
    [["1.000"], ["4.8"], null],
    [["2000"], ["4.8"], null],
    [[], ["4.8"], null],
  ])("of .NET, %j on %j, is file build %s", (texts, versions, build) => {
    expect(netFileBuildOf(spelt(...texts), versions)).toBe(build);
  });
});

describe("a .NET build that begins like one of Windows, as in February 2023", () => {
  it.each([
    ["10.0.04614.06", "4.8", 4614],
    ["10.0.09139.02", "4.8.1", 9139],
  ])("%s on %s is file build %d, and no revision of Windows", (text, version, build) => {
    expect([netFileBuildOf(spelt(text), [version]), revisionOf(spelt(text))]).toEqual([build, null]);
  });
});

describe("revisions in order of release", () => {
  it.each([
    ["nothing", [], []],
    ["one", [5], [5]],
    ["rising, with gaps in what is known", [1, null, 3, null, 5], [1, null, 3, null, 5]],
    ["KB5004945's .1803 for .1083", [1052, 1803, 1110, 1165], [1052, null, 1110, 1165]],
    ["KB5021255's .993 for .963, the January after it at .1105", [900, 993, 1105], [900, 993, 1105]],
    ["one far too low", [1000, 1100, 12, 1300], [1000, 1100, null, 1300]],
    ["two slips in a row", [10, 900, 950, 20, 30, 40], [10, null, null, 20, 30, 40]],
    ["the same twice: of two equal ones the later stays", [10, 20, 20, 30], [10, null, 20, 30]],
    ["only falling", [3, 2, 1], [null, null, 1]],
    ["unknown throughout", [null, null], [null, null]],
  ])("%s: what breaks the rise is unknown", (_, revisions, plausible) => {
    expect(withoutTypingErrors(revisions)).toEqual(plausible);
  });

  it("keep the longest rise, and it rises", () => {
    const revisions = Array.from({ length: 500 }, (_, index) => (index % 7 === 3 ? 90_000 - index : index * 10));
    const kept = withoutTypingErrors(revisions).filter((revision) => revision !== null);
    expect(kept).toHaveLength(500 - Math.floor((500 + 3) / 7));
    expect(kept).toEqual([...kept].sort((a, b) => a - b));
  });
});
