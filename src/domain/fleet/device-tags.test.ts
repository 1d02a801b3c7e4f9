import fc from "fast-check";
import { expect, test } from "vitest";
import { effectiveTags, groupOf } from "./device-tags.ts";

test.each([
  { what: "none", reported: [], assigned: [], removed: [], tags: [] },
  { what: "those assigned come before those reported", reported: ["r"], assigned: ["a"], removed: [], tags: ["a", "r"] },
  { what: "one that is both is there once", reported: ["x", "r"], assigned: ["a", "x"], removed: [], tags: ["a", "x", "r"] },
  { what: "one that is repeated is there once", reported: ["r", "r"], assigned: ["a", "a"], removed: [], tags: ["a", "r"] },
  {
    what: "one that was taken away is gone, reported or not",
    reported: ["r", "x"],
    assigned: ["x", "a"],
    removed: ["x"],
    tags: ["a", "r"],
  },
  { what: "taking away what is not there changes nothing", reported: ["r"], assigned: [], removed: ["x", "x"], tags: ["r"] },
  { what: "letter case makes another tag", reported: ["X"], assigned: ["x"], removed: ["x"], tags: ["X"] },
  {
    what: "names of JavaScript are tags like others",
    reported: ["__proto__"],
    assigned: ["constructor"],
    removed: ["toString"],
    tags: null,
  },
])("effective tags: $what", ({ reported, assigned, removed, tags }) => {
  expect(effectiveTags(reported, assigned, removed)).toEqual(tags ?? [...assigned, ...reported]);
});

test.each([
  { tags: [], name: undefined },
  { tags: ["servers", "Group:a", "groups:a", " group:a", "xgroup:a"], name: undefined },
  { tags: ["group:"], name: undefined },
  { tags: ["group:b"], name: "b" },
  { tags: ["x", "group:b", "group:a", "group:c"], name: "a" },
  { tags: ["group:a", "group:B"], name: "B" },
  { tags: ["group:", "group: "], name: " " },
  { tags: ["group:group:x"], name: "group:x" },
  { tags: ["group:Zürich\u{1f600}"], name: "Zürich\u{1f600}" },
])("the group by the tags $tags is $name", ({ tags, name }) => {
  expect(groupOf(tags)?.name).toBe(name);
  expect(groupOf([...tags].reverse())).toEqual(groupOf(tags));
});

test("the number of a group never changes: clients keep it", () => {
  const numbers = ["a", "b", "Domain controllers", "Zürich", "\u{1f600}"].map((name) => groupOf([`group:${name}`])?.id);
  expect(numbers).toEqual([956500556, 969083770, 1006155782, 924861776, 852259119]);
});

test("numbers of groups are whole, above zero and within 31 bits, whatever the name", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1 }), (name) => {
      const { id = 0 } = groupOf([`group:${name}`]) ?? {};
      expect(Number.isInteger(id) && id > 0 && id < 2 ** 31).toBe(true);
      expect(groupOf([`group:${name}`, `group:${name}~`])?.id).toBe(id);
    }),
    { numRuns: 1_000, seed: 20_260_310 },
  );
});

test("a thousand groups have a thousand numbers", () => {
  const numbers = Array.from({ length: 1_000 }, (_, index) => groupOf([`group:site ${index}`])?.id);
  expect(new Set(numbers).size).toBe(1_000);
});
