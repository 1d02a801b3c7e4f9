import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { logLines } from "./log-lines.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("lines that come shortly after each other are written together, in their order", () => {
  const written: string[] = [];
  const log = logLines((text) => void written.push(text));
  log.write("a\n");
  vi.advanceTimersByTime(9);
  log.write("b\n");
  expect(written).toEqual([]);
  vi.advanceTimersByTime(1);
  log.write("c\n");
  vi.advanceTimersByTime(100);
  expect(written).toEqual(["a\nb\n", "c\n"]);
});

test("what waits is written when it is asked for, and once", () => {
  const written: string[] = [];
  const log = logLines((text) => void written.push(text));
  log.write("a\n");
  log.flush();
  log.flush();
  vi.advanceTimersByTime(100);
  expect(written).toEqual(["a\n"]);
});

test("a thousand lines do not wait", () => {
  const written: string[] = [];
  const log = logLines((text) => void written.push(text));
  for (let line = 0; line < 1500; line++) log.write("x\n");
  expect(written.map((text) => text.length / 2)).toEqual([1000]);
});
