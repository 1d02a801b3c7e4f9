import { describe, expect, it } from "vitest";
import { type Placed, rankMonths } from "./rank-month.ts";

const update = (kb: string, month: number, supersedes: readonly string[] = [], revision: number | null = null): Placed => ({
  kb,
  month,
  supersedes,
  revision,
});
const monthsOf = (...updates: readonly Placed[]): Record<string, number> => Object.fromEntries(rankMonths(updates));

describe("the month an update ranks in", () => {
  it.each([
    ["stays where nothing contradicts it", [update("5000001", 10), update("5000002", 11, ["5000001"])], { 5000001: 10, 5000002: 11 }],
    [
      "is not after that of an update that replaces it",
      [update("5000001", 12), update("5000002", 11, ["5000001"])],
      { 5000001: 11, 5000002: 11 },
    ],
    [
      "moves along a whole chain",
      [update("5000001", 14), update("5000002", 13, ["5000001"]), update("5000003", 10, ["5000002"])],
      { 5000001: 10, 5000002: 10, 5000003: 10 },
    ],
    [
      "is not moved by a higher number's predecessor",
      [update("5000009", 12), update("5000002", 11, ["5000009"])],
      { 5000009: 12, 5000002: 11 },
    ],
    [
      "is moved where the revisions agree",
      [update("5000009", 12, [], 100), update("5000002", 11, ["5000009"], 200)],
      { 5000009: 11, 5000002: 11 },
    ],
    [
      "is not moved where they do not",
      [update("5000001", 12, [], 300), update("5000002", 11, ["5000001"], 200)],
      { 5000001: 12, 5000002: 11 },
    ],
    ["does not mind predecessors nobody knows", [update("5000002", 11, ["4999999", "__proto__"])], { 5000002: 11 }],
    ["ends on a circle", [update("5000001", 12, ["5000002"]), update("5000002", 11, ["5000001"])], { 5000001: 11, 5000002: 11 }],
    ["ends on itself", [update("5000001", 12, ["5000001"])], { 5000001: 12 }],
  ])("%s", (_, updates, months) => {
    expect(monthsOf(...updates)).toEqual(months);
    expect(monthsOf(...updates.toReversed())).toEqual(months);
  });
});
