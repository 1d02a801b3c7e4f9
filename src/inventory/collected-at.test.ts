import { describe, expect, it } from "vitest";
import { parseCollectedAt } from "./collected-at.ts";

describe("C08, J55: the time of an inventory", () => {
  it.each([
    ["2026-03-02T08:15:00Z", "2026-03-02T08:15:00.000Z"],
    ["2026-03-02T09:15:00.1234567+01:00", "2026-03-02T08:15:00.123Z"],
    ["2026-03-02 08:15Z", "2026-03-02T08:15:00.000Z"],
    ["2024-02-29t23:59:59z", "2024-02-29T23:59:59.000Z"],
    ["1601-01-01T00:00:00Z", "1601-01-01T00:00:00.000Z"],
    ["2999-01-01T00:00:00Z", "2999-01-01T00:00:00.000Z"],
  ])("%s is %s", (text, moment) => {
    expect(parseCollectedAt(text)).toBe(moment);
  });

  it.each([
    "",
    "2024-02-30",
    "2024-02-30T00:00:00Z",
    "2026-03-02T08:15:00",
    "2026-13-01T00:00:00Z",
    "2026-03-02T24:00:00Z",
    "2026-03-02T08:61:00Z",
    "02/03/2026 08:15",
    "01d9a7f0c0ffee00",
  ])("%j is no moment", (text) => {
    expect(parseCollectedAt(text)).toBeUndefined();
  });
});
