import type { Chance } from "../../sample/seeded-chance.ts";

/** How far behind devices are, in months: what share (of a hundred) is from so many to so many months behind. */
const LAG: readonly (readonly [share: number, from: number, to: number])[] = [
  [45, 0, 0],
  [22, 1, 1],
  [10, 2, 2],
  [11, 3, 5],
  [7, 6, 11],
  [5, 12, 71],
];

/** How many months a device is behind. */
export function drawLag(chance: Chance): number {
  const [, from, to] = LAG[chance.among(LAG.map(([share]) => share))] as readonly [number, number, number];
  return from + chance.below(to - from + 1);
}

/** The words of a table for a lag. */
export function lagWords(months: number): string {
  const [, from, to] = LAG.find(([, , last]) => months <= last) ?? [0, 12, 71];
  if (to === 0) return "up to date";
  return from === to ? `${from} month${from === 1 ? "" : "s"} behind` : `${from} to ${to} months behind`;
}
