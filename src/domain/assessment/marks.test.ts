import { expect, test } from "vitest";
import { Marks } from "./marks.ts";

test.each([0, 2 ** 32 - 3])("a number is new once in each count, whatever the sizes of the counts before, after %i of them", (begun) => {
  const marks = new Marks(begun);
  const newOnes = (size: number, numbers: readonly number[]): number[] => {
    marks.begin(size);
    return numbers.filter((number) => marks.isNew(number));
  };
  expect(newOnes(3, [0, 2, 0, 2])).toEqual([0, 2]);
  expect(newOnes(3, [2, 1, 2])).toEqual([2, 1]);
  expect(newOnes(9, [8, 2, 8])).toEqual([8, 2]);
  expect(newOnes(3, [0, 1, 2, 1])).toEqual([0, 1, 2]);
});
