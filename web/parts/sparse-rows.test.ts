import { expect, test, vi } from "vitest";
import { mostPages, pageRows, SparseRows } from "./sparse-rows.ts";

const total = 100_000;

function someRows() {
  const asked: number[] = [];
  const rows = new SparseRows<number>(
    async (skip, top) => {
      asked.push(skip);
      return { rows: Array.from({ length: Math.min(top, total - skip) }, (_, index) => skip + index), total };
    },
    () => undefined,
  );
  return { rows, asked };
}

test("the first page comes by itself, others as they come into sight", async () => {
  vi.useFakeTimers();
  const { rows, asked } = someRows();
  await vi.runAllTimersAsync();
  expect([rows.total, rows.at(0), rows.at(pageRows)]).toEqual([total, 0, undefined]);
  rows.look(pageRows - 10, pageRows + 10);
  await vi.runAllTimersAsync();
  expect(rows.at(pageRows)).toBe(pageRows);
  expect(asked).toEqual([0, pageRows]);
  vi.useRealTimers();
});

test("rows that are passed over are not asked for", async () => {
  vi.useFakeTimers();
  const { rows, asked } = someRows();
  await vi.runAllTimersAsync();
  for (let row = 0; row < 50_000; row += 500) rows.look(row, row + 30);
  await vi.runAllTimersAsync();
  expect(asked).toEqual([0, 49_400]);
  vi.useRealTimers();
});

test("the pages that were looked at last are kept, and no more than so many", async () => {
  vi.useFakeTimers();
  const { rows } = someRows();
  await vi.runAllTimersAsync();
  for (let page = 0; page < 100; page++) {
    rows.look(page * pageRows, page * pageRows + 30);
    await vi.runAllTimersAsync();
  }
  expect(rows.held).toBe(mostPages * pageRows);
  expect(rows.at(99 * pageRows)).toBe(99 * pageRows);
  expect(rows.at(0)).toBeUndefined();
  vi.useRealTimers();
});
