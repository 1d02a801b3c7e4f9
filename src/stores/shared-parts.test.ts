import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { InventoryContent } from "../domain/fleet/inventory-content.ts";
import { PartsGiver, PartsTaker } from "./shared-parts.ts";

/** Names that look like what contents are cut at. */
const names = fc.oneof(fc.string(), fc.constantFrom(',"installedKbs":', '","software":[', '\\",\\"pendingRestart\\":', "é 日本 \u2028"));
const kbs = fc.array(fc.integer({ min: 1, max: 9_999_999 }).map(String), { maxLength: 5 });
const contents: fc.Arbitrary<InventoryContent> = fc.record({
  os: fc.record({ caption: names, build: fc.constantFrom(19045, 26100) }, { requiredKeys: ["build"] }),
  installedKbs: fc.option(kbs, { nil: null }),
  msiPatchKbs: fc.option(kbs, { nil: null }),
  software: fc.array(fc.record({ name: names, version: names }, { requiredKeys: ["name"] }), { maxLength: 3 }),
  pendingRestart: fc.boolean(),
  notes: fc.array(names, { maxLength: 2 }),
});
/** In the order that `contentOf` gives members, which `fc.record` gives too. */
const texts = (some: readonly InventoryContent[]): string[] => some.map((content) => JSON.stringify(content));

/** Through both ends. */
function handOver(giver: PartsGiver, taker: PartsTaker, some: readonly (string | undefined)[]): readonly (InventoryContent | undefined)[] {
  return giver.give(some).flatMap((given) => taker.take(given)());
}

const plain: InventoryContent = {
  os: { build: 26100 },
  installedKbs: ["5074109"],
  msiPatchKbs: null,
  software: [{ name: "A" }],
  pendingRestart: false,
  notes: [],
};

describe("contents that are handed over as text", () => {
  it("are the same again, whatever they say and however soon the memory of what is shared starts anew", () => {
    fc.assert(
      fc.property(fc.array(fc.array(contents, { maxLength: 6 }), { maxLength: 6 }), fc.integer({ min: 0, max: 400 }), (batches, limit) => {
        const [giver, taker] = [new PartsGiver(limit), new PartsTaker()];
        for (const batch of batches) expect(texts(handOver(giver, taker, texts(batch)) as InventoryContent[])).toEqual(texts(batch));
      }),
    );
  });

  it("share systems and lists of software, within one text and from one to the next", () => {
    const [giver, taker] = [new PartsGiver(), new PartsTaker()];
    const [a, b] = handOver(giver, taker, texts([plain, { ...plain, installedKbs: null }]));
    const [c] = handOver(giver, taker, texts([{ ...plain, notes: ["later"] }]));
    expect(b?.os).toBe(a?.os);
    expect(c?.os).toBe(a?.os);
    expect(b?.software).toBe(a?.software);
    expect(c?.software).toBe(a?.software);
    expect([a?.installedKbs, b?.installedKbs, c?.notes]).toEqual([["5074109"], null, ["later"]]);
  });

  it("name what was handed over before by number only", () => {
    const giver = new PartsGiver();
    const [first, second] = [giver.give(texts([plain]))[0]?.text, giver.give(texts([plain]))[0]?.text];
    expect(first).toContain('{"name":"A"}');
    expect(second).not.toContain('{"name":"A"}');
  });

  it("leave out those that could not be read or are cut short, and the others are as they were", () => {
    const [giver, taker] = [new PartsGiver(), new PartsTaker()];
    const [whole = ""] = texts([plain]);
    const broken = [
      undefined,
      "",
      "{}",
      whole.slice(0, 40),
      whole.replace('"build":26100', '"build":'),
      whole.replace('"name":"A"', '"name"'),
    ];
    const taken = handOver(giver, taker, [...broken, whole, ...broken, whole]);
    expect(taken).toEqual([...broken.map(() => undefined), plain, ...broken.map(() => undefined), plain]);
  });

  it("are some at a time, parsed when they are asked for, in whatever order that is", () => {
    const [giver, taker] = [new PartsGiver(), new PartsTaker()];
    const all = Array.from({ length: 60 }, (_, index) => ({ ...plain, os: { build: 26100, ubr: index } }));
    const given = giver.give(texts(all));
    expect(given.map(({ count }) => count)).toEqual([25, 25, 10]);
    const taken = given.map((some) => taker.take(some));
    const parse = vi.spyOn(JSON, "parse");
    expect(taken[1]?.()).toEqual(all.slice(25, 50));
    expect(parse).toHaveBeenCalledTimes(2);
    expect([taken[2]?.(), taken[0]?.(), taken[1]?.()]).toEqual([all.slice(50), all.slice(0, 25), all.slice(25, 50)]);
    expect(parse).toHaveBeenCalledTimes(3);
    parse.mockRestore();
  });

  it("are fewer at a time where they are large, and no more at once than there is room for", () => {
    const [giver, taker] = [new PartsGiver(), new PartsTaker()];
    const all = Array.from({ length: 60 }, (_, index) => ({ ...plain, notes: [`${index}`, "x".repeat(100_000)] }));
    const given = giver.give(texts(all));
    expect(Math.max(...given.map(({ text }) => text.length))).toBeLessThan(300_000);
    const taken = given.flatMap((some) => taker.take(some)());
    expect(taken).toEqual(all.slice(0, 40));
  });

  it("that are too much are not even read", () => {
    let read = 0;
    const contents = function* (): Generator<string> {
      for (; read < 60; read++) yield JSON.stringify({ ...plain, notes: [`${read}`, "x".repeat(100_000)] });
    };
    new PartsGiver().give(contents());
    expect(read).toBeLessThan(42);
  });

  it("count by what goes over: a list that many share is counted once", () => {
    const software = [{ name: "x".repeat(60_000) }];
    const all = Array.from({ length: 200 }, (_, index) => ({ ...plain, software, os: { build: 26100, ubr: index } }));
    expect(new PartsGiver().give(texts(all)).reduce((sum, { count }) => sum + count, 0)).toBe(200);
  });
});
