import { describe, expect, it } from "vitest";
import { addBits, bitsWithout, hasBit, membersOf, membersOutside, newBits, removeBits, setBit } from "./bits.ts";

const bitsOf = (...members: readonly number[]): ReturnType<typeof newBits> => {
  const bits = newBits(100);
  for (const member of members) setBit(bits, member);
  return bits;
};

describe("a set of small numbers", () => {
  it("holds what was put in, at the edges of its words too", () => {
    expect(membersOf(bitsOf(0, 31, 32, 63, 64, 99))).toEqual([0, 31, 32, 63, 64, 99]);
    expect(Array.from({ length: 128 }, (_, index) => index).filter((index) => hasBit(bitsOf(31, 32, 99), index))).toEqual([31, 32, 99]);
    expect(hasBit(newBits(0), 0)).toBe(false);
    expect(hasBit(bitsOf(1), 5_000)).toBe(false);
  });

  it("adds and takes away another", () => {
    const bits = bitsOf(1, 31, 70);
    addBits(bits, bitsOf(31, 32));
    expect(membersOf(bits)).toEqual([1, 31, 32, 70]);
    removeBits(bits, bitsOf(31, 70, 71));
    expect(membersOf(bits)).toEqual([1, 32]);
  });

  it("without another is a set of its own", () => {
    const bits = bitsOf(1, 31, 70);
    expect(membersOf(bitsWithout(bits, bitsOf(31, 71)))).toEqual([1, 70]);
    expect(membersOf(bits)).toEqual([1, 31, 70]);
  });

  it("names the numbers it does not hold, below a size", () => {
    expect(membersOutside(bitsOf(0, 2, 31, 33), 35)).toEqual([1, ...Array.from({ length: 28 }, (_, index) => index + 3), 32, 34]);
    expect(membersOutside(newBits(0), 0)).toEqual([]);
    expect(membersOutside(bitsOf(31), 32)).toEqual(Array.from({ length: 31 }, (_, index) => index));
  });
});
