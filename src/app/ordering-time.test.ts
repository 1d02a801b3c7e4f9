import { expect, test } from "vitest";
import { orderingTime } from "./ordering-time.ts";

const arrived = "2026-03-02T12:00:00.000Z";

test.each<[string | undefined, string, boolean]>([
  [undefined, arrived, false],
  ["2026-03-02T08:15:00.000Z", "2026-03-02T08:15:00.000Z", false],
  ["2026-03-02T12:15:00.000Z", "2026-03-02T12:15:00.000Z", false],
  ["2026-03-02T12:15:00.001Z", arrived, true],
  ["2026-03-04T12:00:00.000Z", arrived, true],
  ["2999-01-01T00:00:00.000Z", arrived, true],
  ["+010000-01-01T00:00:00.000Z", arrived, true],
  ["2000-01-01T00:00:00.000Z", "2000-01-01T00:00:00.000Z", false],
  ["1999-12-31T23:59:59.999Z", arrived, true],
  ["1601-01-01T00:00:00.000Z", arrived, true],
  ["-000001-01-01T00:00:00.000Z", arrived, true],
])("collected at %s counts as %s", (collectedAt, at, isDoubted) => {
  const time = orderingTime(collectedAt, arrived);
  expect(time.at).toBe(at);
  expect(time.doubt !== undefined).toBe(isDoubted);
});
