import fc, { type Arbitrary } from "fast-check";
import { expect, it } from "vitest";
import { DigestsByWords } from "../../src/app/known-words.ts";
import type { InventoryFragment } from "../../src/inventory/format.ts";
import { type LineResult, readNativeStream } from "../../src/inventory/native-lines.ts";

/** Mostly the first. */
function seldom<T, U>(mostly: Arbitrary<T>, other: Arbitrary<U>): Arbitrary<T | U> {
  return fc.oneof({ weight: 12, arbitrary: mostly }, { weight: 1, arbitrary: other });
}

const texts = fc.oneof(fc.string(), fc.constantFrom('"', "\\", '\\"', "},{", "]", "KB5034441", "5034441", "é", "\u0000"));
const names = texts.map((text) => `pc ${text}`);
const own = fc.record(
  {
    deviceName: seldom(names, fc.constantFrom(null, 1, "")),
    deviceId: seldom(fc.constantFrom("a".repeat(40), "B".repeat(40), null), fc.constant("no")),
    collectedAt: seldom(fc.constantFrom("2026-03-02T08:15:00Z", null), fc.constant("yesterday")),
    tags: seldom(fc.array(texts, { maxLength: 3 }), fc.constant("none")),
    ipAddresses: fc.array(texts, { maxLength: 2 }),
    offeredKbs: seldom(fc.constantFrom([], ["KB5034441"]), fc.array(texts, { maxLength: 2 })),
  },
  { requiredKeys: ["deviceName"] },
);
const os = fc.constantFrom<unknown>({ build: 19045, ubr: 1 }, { build: 19045, caption: 'a "b" {' }, { version: "10.0.19045" });
const content = fc.record(
  {
    schema: seldom(fc.constant("patchgap.inventory/1"), fc.constant("another")),
    os: seldom(os, fc.constantFrom<unknown>({ build: "x" }, { build: 1, odd: [1, { a: [] }] })),
    installedKbs: seldom(fc.constantFrom<unknown>([], null, ["5034441"]), fc.constant(["KB5034441", "none"])),
    software: seldom(fc.constantFrom<unknown>([], [{ name: "a,b}" }]), fc.constant([{ name: "Edge", other: {} }])),
    pendingRestart: fc.boolean(),
  },
  { requiredKeys: ["os"] },
);
const unknown = fc.json({ maxDepth: 2 }).map((json) => ({ odd: JSON.parse(json) as unknown }));

/** A few contents and a few devices, in any order of members, repeated ones and white space included; now and then something is broken. */
const lines = fc
  .tuple(fc.array(content, { minLength: 1, maxLength: 3 }), fc.array(own, { minLength: 1, maxLength: 4 }))
  .chain(([contents, devices]) =>
    fc.array(
      fc
        .record({
          content: fc.constantFrom(...contents),
          device: fc.constantFrom(...devices),
          more: seldom(fc.constant({}), fc.oneof(fc.constantFrom<object>(...devices), unknown)),
          isOwnFirst: fc.boolean(),
          space: seldom(fc.constantFrom("", " "), fc.constantFrom("\t", "\v")),
          isEscaped: seldom(fc.constant(false), fc.constant(true)),
          cut: seldom(fc.constant(null), fc.tuple(fc.nat(300), fc.constantFrom("", ",", "}", "]", "{", '"', "\\", "1"))),
        })
        .map(lineOf),
      { minLength: 2, maxLength: 12 },
    ),
  );

interface Made {
  readonly content: object;
  readonly device: object;
  readonly more: object;
  readonly isOwnFirst: boolean;
  readonly space: string;
  /** the first sign of each name is written as a number */
  readonly isEscaped: boolean;
  readonly cut: readonly [number, string] | null;
}

function lineOf({ content: said, device, more, isOwnFirst, space, isEscaped, cut }: Made): string {
  const members = [isOwnFirst ? device : said, isOwnFirst ? said : device, more].flatMap((part) => Object.entries(part));
  const written = members.map(([name, value]) => `${space}${nameOf(name, isEscaped)}:${JSON.stringify(value)}${space}`).join(",");
  const text = `${space}{${written}}${space}`;
  return cut === null ? text : text.slice(0, cut[0]) + cut[1] + text.slice(cut[0] + 1);
}

function nameOf(name: string, isEscaped: boolean): string {
  if (!isEscaped || name === "") return JSON.stringify(name);
  return `"\\u${name.charCodeAt(0).toString(16).padStart(4, "0")}${JSON.stringify(name.slice(1)).slice(1)}`;
}

async function read(all: readonly string[], known?: DigestsByWords): Promise<readonly LineResult[]> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (const line of all) yield Buffer.from(`${line}\n`);
  }
  const results: LineResult[] = [];
  for await (const result of readNativeStream(chunks(), "in", known)) {
    results.push(result);
    // As whoever takes inventories in: what is in this line is known for the next.
    if (result.wordsKey !== undefined && result.fragment !== undefined)
      known?.set(result.wordsKey, JSON.stringify(contentIn(result.fragment)));
  }
  return results;
}

/** All of a fragment that is not the device's own. */
function contentIn(fragment: InventoryFragment = {}): object {
  const { deviceName: _, deviceId: _i, collectedAt: _c, tags: _t, ipAddresses: _p, offeredKbs: _o, ...rest } = fragment;
  return rest;
}

it("a line whose words are known says what it says when all of it is read, and is refused where it would be", async () => {
  let [again, refused] = [0, 0];
  await fc.assert(
    fc.asyncProperty(lines, async (all) => {
      const known = new DigestsByWords();
      const [plain, knowing] = [await read(all), await read(all, known)];
      expect(knowing).toHaveLength(plain.length);
      for (const [index, { again: said, wordsKey: _, ...result }] of knowing.entries()) {
        const whole = plain[index] as LineResult;
        if (whole.fragment === undefined) refused++;
        if (said === undefined) {
          expect(result).toEqual(whole);
          continue;
        }
        again++;
        expect(whole.problems).toEqual([]);
        expect(whole.fragment?.extras).toBeUndefined();
        expect({ ...contentIn(whole.fragment), ...said.own }).toEqual(whole.fragment);
        expect(said.readAll()).toEqual(whole.fragment);
        expect(known.get(said.wordsKey)).toBe(JSON.stringify(contentIn(whole.fragment)));
      }
    }),
    { numRuns: 3_000 },
  );
  expect(again).toBeGreaterThan(500);
  expect(refused).toBeGreaterThan(500);
});

it("forgets all when there are too many, and nothing for what it knows already", () => {
  const known = new DigestsByWords(2);
  for (const words of ["a", "b", "a"]) known.set(known.keyOf(words), words);
  expect(["a", "b"].map((words) => known.get(known.keyOf(words)))).toEqual(["a", "b"]);
  for (const words of ["a", "b", "c"]) known.set(known.keyOf(words), `digest of ${words}`);
  expect(["a", "b", "c"].map((words) => known.get(known.keyOf(words)))).toEqual([undefined, undefined, "digest of c"]);
});

it("has one key for the same words only", () => {
  const keys = ["", "a", "b", "a,b", "é"].map((words) => new DigestsByWords().keyOf(words));
  expect(new Set(keys).size).toBe(5);
  expect(new DigestsByWords().keyOf("é")).toBe(keys[4]);
});
