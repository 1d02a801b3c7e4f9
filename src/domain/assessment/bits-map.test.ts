import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bits, newBits, setBit } from "./bits.ts";
import { BitsMap } from "./bits-map.ts";

const bitsOf = (members: readonly number[]): Bits => {
  const bits = newBits(96);
  for (const member of members) setBit(bits, member);
  return bits;
};
const sets = fc.uniqueArray(fc.array(fc.integer({ min: 0, max: 95 }), { maxLength: 6 }).map(bitsOf), { selector: (bits) => bits.join() });

describe("what is remembered by sets", () => {
  it("is found by another set that holds the same, and by none that does not", () => {
    fc.assert(
      fc.property(sets, sets, (known, asked) => {
        const map = new BitsMap<string>();
        for (const bits of known) map.add(bits, bits.join());
        expect(map.size).toBe(known.length);
        const texts = new Set(known.map((bits) => bits.join()));
        for (const bits of [...known, ...asked]) expect(map.get(bits.slice())).toBe(texts.has(bits.join()) ? bits.join() : undefined);
      }),
    );
  });

  it("is found where several have one hash: two words of which the first is turned by what makes up for it in the second", () => {
    const map = new BitsMap<number>();
    const makesUp = (word: number): number => {
      const hash = Math.imul(2 ^ word, 0x9e3779b1);
      return hash ^ (hash >>> 15);
    };
    const alike = [1, 2, 3].map((word) => Uint32Array.of(word, makesUp(word)));
    for (const [index, bits] of alike.entries()) map.add(bits, index);
    expect(alike.map((bits) => map.get(bits))).toEqual([0, 1, 2]);
    expect(map.get(Uint32Array.of(4, makesUp(4)))).toBeUndefined();
  });

  it("is gone when all is forgotten", () => {
    const map = new BitsMap<number>();
    map.add(bitsOf([1]), 1);
    map.clear();
    expect([map.size, map.get(bitsOf([1]))]).toEqual([0, undefined]);
  });
});
