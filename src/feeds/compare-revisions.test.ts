import { describe, expect, it } from "vitest";
import { compareRevisions, isRevisionNumber } from "./compare-revisions.ts";

const day = "2024-01-09T08:00:00Z";
const nextDay = "2024-01-10T08:00:00Z";

describe("of two states of a document", () => {
  it.each([
    ["1.9", day, "1.10", day],
    ["9", day, "10", day],
    ["5", nextDay, "5.1", day],
    ["5", day, "5", nextDay],
    ["5", day, "5.0", nextDay],
  ])("X64: %s of %s is older than %s of %s", (revision, currentRelease, newerRevision, newerRelease) => {
    const older = { revision, currentRelease };
    const newer = { revision: newerRevision, currentRelease: newerRelease };
    expect(compareRevisions(older, newer)).toBeLessThan(0);
    expect(compareRevisions(newer, older)).toBeGreaterThan(0);
  });

  it("X64: 5 and 5.0 of one day are the same", () => {
    expect(compareRevisions({ revision: "5", currentRelease: day }, { revision: "5.0", currentRelease: day })).toBe(0);
  });
});

describe("a revision number", () => {
  it.each(["1", "1.10", "512", "2.0.1"])("may be %s", (text) => expect(isRevisionNumber(text)).toBe(true));
  it.each(["", "-1", "1e9", "０５", "1.", ".1", "1,0", " 1", "0x5", "1234567890123"])("X64: is not %j", (text) =>
    expect(isRevisionNumber(text)).toBe(false),
  );
});
