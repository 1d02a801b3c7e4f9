import { expect, test } from "vitest";
import { roomyBytes } from "./heap-bounds.ts";

test.each([
  [0, 100e6],
  [50e6, 225e6],
  [100e6, 350e6],
  [200e6, 410e6],
])("a process that has %i bytes in use may take %i before garbage is collected early", (inUse, roomy) => {
  expect(roomyBytes(inUse)).toBe(roomy);
});
