import { describe, expect, it } from "vitest";
import { applicationStreams } from "./application-streams.ts";
import type { PlanNode } from "./plan.ts";

const nodeOf = (kb: number, month: number, facts: Partial<PlanNode> = {}): PlanNode => ({
  kb: String(kb),
  kind: "application",
  line: "application",
  month,
  order: kb,
  revision: null,
  version: null,
  released: 0,
  offered: true,
  supersedes: [],
  fixes: [],
  addressed: 0,
  distinct: 0,
  severity: null,
  exploited: false,
  document: 0,
  ...facts,
});

/** For each node, the KBs that it holds. */
function held(nodes: readonly PlanNode[]): Record<string, string[]> {
  const holds = applicationStreams(nodes);
  return Object.fromEntries(
    nodes.map((node) => [node.kb, nodes.filter((other) => other !== node && holds(node, other)).map(({ kb }) => kb)]),
  );
}

describe("how the updates of an application follow one another", () => {
  it("one update a month is one stream: a later one holds the earlier, named or not", () => {
    expect(held([nodeOf(1, 10), nodeOf(2, 11), nodeOf(3, 14)])).toEqual({ 1: [], 2: ["1"], 3: ["1", "2"] });
  });

  it("versions decide where both have one", () => {
    const [older, newer] = [nodeOf(1, 12, { version: [15, 0, 4236, 7] }), nodeOf(2, 11, { version: [15, 0, 4326, 1] })];
    expect(held([older, newer])).toEqual({ 1: [], 2: ["1"] });
  });

  it("two a month are two streams, told apart by who supersedes whom", () => {
    const core = [nodeOf(1, 10), nodeOf(3, 11, { supersedes: ["1"] }), nodeOf(5, 12, { supersedes: ["3"] })];
    const language = [nodeOf(2, 10), nodeOf(4, 11, { supersedes: ["2"] })];
    expect(held([...core, ...language].sort((a, b) => a.order - b.order))).toEqual({ 1: [], 2: [], 3: ["1"], 4: ["2"], 5: ["1", "3"] });
  });

  it("of two streams, a chain that begins takes up one that ended", () => {
    const nodes = [
      nodeOf(1, 10),
      nodeOf(2, 10),
      nodeOf(3, 11, { supersedes: ["1"] }),
      nodeOf(4, 11, { supersedes: ["2"] }),
      nodeOf(5, 13),
      nodeOf(6, 13),
    ];
    const answer = held(nodes);
    expect([...(answer["5"] ?? []), ...(answer["6"] ?? [])].sort()).toEqual(["1", "2", "3", "4"]);
    expect(answer["5"]?.length).toBe(2);
  });

  it("of many streams only a chain whose first update names a predecessor takes one up; the rest stand for themselves", () => {
    const first = [1, 2, 3, 4].map((kb) => nodeOf(kb, 10));
    const second = [nodeOf(11, 12, { supersedes: ["999"] }), nodeOf(12, 12), nodeOf(13, 12), nodeOf(14, 12)];
    const answer = held([...first, ...second]);
    expect(answer["11"]).toHaveLength(1);
    expect([answer["12"], answer["13"], answer["14"]]).toEqual([[], [], []]);
  });

  it("none at all, and circles, are no trouble", () => {
    expect(held([])).toEqual({});
    const circle = [nodeOf(1, 10, { supersedes: ["2"] }), nodeOf(2, 10, { supersedes: ["1"] })];
    expect(held(circle)).toEqual({ 1: [], 2: [] });
  });
});
