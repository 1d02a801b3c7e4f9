import { expect, test } from "vitest";
import { readNativeLine } from "./native-lines.ts";

function read(facts: object): ReturnType<typeof readNativeLine> {
  return readNativeLine(JSON.stringify({ deviceName: "pc", os: { build: 19045 }, installedKbs: [], ...facts }), 1, "x");
}

test("what is not known is kept in the shape it came in, and nothing else is", () => {
  const software = [
    { name: "a", version: "1", installedOn: "2026-01-01" },
    { name: "b", version: "2" },
  ];
  const { fragment, problems } = read({ serial: "7", os: { build: 19045, edition: "Pro", ubr: 1 }, software, owner: { name: "x" } });
  expect(problems).toEqual([]);
  expect(fragment?.extras).toEqual({ serial: "7", owner: { name: "x" }, os: { edition: "Pro" }, software: [software[0]] });
  expect(read({ schema: "patchgap.inventory/1", tags: [] }).fragment).not.toHaveProperty("extras");
});

test("a member named __proto__ is a member like any other", () => {
  const text = '{"deviceName":"pc","os":{"build":19045},"installedKbs":[],"__proto__":{"polluted":1}}';
  const { fragment } = readNativeLine(text, 1, "x");
  expect(JSON.stringify(fragment?.extras)).toBe('{"__proto__":{"polluted":1}}');
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test("what is nested too deep to be written again is left out and told; the item goes on", () => {
  const text = `{"deviceName":"pc","os":{"build":19045},"installedKbs":[],"deep":${"[".repeat(5_000)}${"]".repeat(5_000)}}`;
  const { fragment, problems } = readNativeLine(text, 3, "x");
  expect(fragment).toMatchObject({ deviceName: "pc" });
  expect(fragment).not.toHaveProperty("extras");
  expect(problems).toMatchObject([{ source: "x", line: 3, field: "deep" }]);
});
