import { expect, test } from "vitest";
import { growthPercent, roomyBytes } from "./heap-bounds.ts";

test.each([
  [0, 100e6],
  [50e6, 225e6],
  [100e6, 350e6],
  [200e6, 410e6],
])("a process that has %i bytes in use may take %i before garbage is collected early", (inUse, roomy) => {
  expect(roomyBytes(inUse)).toBe(roomy);
});

test.each([
  ["is small", [150e6, 60e6, 40e6], 50e6, 60],
  ["is larger than what it may take", [410e6, 220e6, 150e6], 200e6, 20],
  ["is small, and fills up: as much as is left", [400e6, 220e6, 200e6], 130e6, 40],
  ["is small, and is full", [400e6, 250e6, 249e6], 200e6, 24],
  ["is small, and is nearly all heap", [409e6, 300e6, 299e6], 200e6, 20],
] as const)("a process that %s", (_, [processBytes, heapBytes, usedBytes], inUse, percent) => {
  expect(growthPercent({ processBytes, heapBytes, usedBytes }, inUse)).toBe(percent);
});
