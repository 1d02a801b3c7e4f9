import { describe, expect, it } from "vitest";
import { compareVersions, parseVersion } from "./version.ts";

describe("the version of an application", () => {
  it.each([
    ["15.0.2104.1", [15, 0, 2104, 1]],
    ["15.02.1258.025", [15, 2, 1258, 25]],
    ["4.8", [4, 8]],
    [" 18.7.4 ", [18, 7, 4]],
    ["16.110.26061317", [16, 110, 26061317]],
  ])("%s has numbers that compare", (text, parts) => {
    expect(parseVersion(text)).toEqual(parts);
  });

  it.each(["", "15", "1.2.3.4.5", "1..2", "v1.2", "124.0.6367.xxx", "96.0 1954.29", "1.-2", "1.2.", "1234567.0", "1.1234567890"])(
    "%j is none",
    (text) => {
      expect(parseVersion(text)).toBeUndefined();
    },
  );

  it.each([
    ["15.0.2104.1", "15.0.2104.1", 0],
    ["15.0.2104.1", "15.0.2095.3", 1],
    ["9.0.1", "10.0.0", -1],
    ["4.8", "4.8.0.0", 0],
    ["4.8", "4.8.1", -1],
    ["15.2.1258.100", "15.2.1258.28", 1],
  ])("%s against %s: %d", (a, b, sign) => {
    const compare = (left: string, right: string): number =>
      Math.sign(compareVersions(parseVersion(left) ?? [], parseVersion(right) ?? []));
    expect([compare(a, b), compare(b, a) + sign]).toEqual([sign, 0]);
  });
});
