import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Statement } from "../sql/device-list.ts";
import { type ReadingLimits, type ReadingThreads, startReadingThreads } from "./reading-threads.ts";

const folder = mkdtempSync(join(tmpdir(), "patchgap-threads-"));
const file = join(folder, "some.db");
const patient: ReadingLimits = { deadlineMs: 60_000, mostWaiting: 200 };
const one: Statement = { sql: "SELECT ?", values: [1] };
let countedInASecond = 0;
let threads: ReadingThreads | undefined;

function counting(seconds: number): Statement {
  return countTo(Math.round(countedInASecond * seconds));
}

function countTo(number: number): Statement {
  const sql = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?) SELECT count(*) FROM c";
  return { sql, values: [number] };
}

beforeAll(() => {
  const database = new Database(file);
  database.pragma("journal_mode = WAL");
  const { sql, values } = countTo(500_000);
  for (let round = 0; round < 4; round++) {
    const started = performance.now();
    database.prepare(sql).get(...values);
    countedInASecond = Math.max(countedInASecond, 5e8 / (performance.now() - started));
  }
  database.close();
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => threads?.close());

test("statements that are read together are answered in their order, as arrays of columns", async () => {
  threads = startReadingThreads(file);
  const statements = [one, { sql: "SELECT ?, ? UNION ALL SELECT 'it''s', NULL", values: ["ü", 2n ** 40n] }];
  expect(await threads.read(statements)).toEqual([
    [[1]],
    [
      ["ü", 2 ** 40],
      ["it's", null],
    ],
  ]);
});

test("a thousand lists, asked for in turn, are each answered with their own", async () => {
  threads = startReadingThreads(file);
  const { read } = threads;
  const ask = async (number: number): Promise<unknown> => (await read([{ sql: "SELECT ?", values: [number] }]))[0]?.[0]?.[0];
  for (let from = 0; from < 1_000; from += 100) {
    const numbers = Array.from({ length: 100 }, (_, index) => from + index);
    expect(await Promise.all(numbers.map(ask))).toEqual(numbers);
  }
});

test("what SQLite refuses is refused with its code, and the next query works", async () => {
  threads = startReadingThreads(file);
  await expect(threads.read([{ sql: "SELECT * FROM nothing", values: [] }])).rejects.toMatchObject({ code: "SQLITE_ERROR" });
  await expect(threads.read([{ sql: "CREATE TABLE a (b)", values: [] }])).rejects.toThrow();
  expect(await threads.read([one])).toEqual([[[1]]]);
});

test("a database that cannot be opened is a refusal for each who asks, no wait", async () => {
  threads = startReadingThreads(join(folder, "nowhere", "some.db"));
  for (let round = 0; round < 3; round++) await expect(threads.read([one])).rejects.toThrow();
});

test("a query past the deadline is refused as busy, and the next one works", async () => {
  threads = startReadingThreads(file, { ...patient, deadlineMs: 1_500 });
  const started = performance.now();
  const slow = expect(threads.read([counting(4)])).rejects.toMatchObject({
    code: "busy",
    message: "the query took longer than 1.5 seconds",
  });
  await slow;
  expect(performance.now() - started).toBeGreaterThan(1_400);
  expect(await threads.read([one])).toEqual([[[1]]]);
});

test("threads that are past the deadline still count: never more than two are at work", async () => {
  threads = startReadingThreads(file, { ...patient, deadlineMs: 1_000 });
  const settled: string[] = [];
  const note =
    (name: string): (() => void) =>
    () =>
      void settled.push(name);
  const slow = [1, 2].map(() => threads?.read([counting(3)]).catch(note("slow")));
  const started = performance.now();
  const quick = threads.read([one]).then(note("quick"));
  await Promise.all([...slow, quick]);
  expect(settled).toEqual(["slow", "slow", "quick"]);
  expect(performance.now() - started).toBeGreaterThan(1_500);
});

test("past the number that may wait the next one is refused at once, and those that wait are answered", async () => {
  threads = startReadingThreads(file, { ...patient, mostWaiting: 3 });
  const { read } = threads;
  const slow = [1, 2].map(() => read([counting(0.3)]));
  const waiting = [1, 2, 3].map(() => read([one]));
  await expect(read([one])).rejects.toMatchObject({ code: "busy", message: "too many lists are being read at once" });
  expect(await Promise.all(waiting)).toEqual([[[[1]]], [[[1]]], [[[1]]]]);
  expect(await Promise.all(slow)).toHaveLength(2);
  expect(await read([one])).toEqual([[[1]]]);
});

test("closing refuses at once what is being read, what waits and what comes later", async () => {
  threads = startReadingThreads(file, patient);
  const asked = Promise.allSettled([1, 2, 3, 4].map(() => threads?.read([counting(1)])));
  const closed = threads.close();
  const answers = await asked;
  expect(answers).toEqual(answers.map(() => ({ status: "rejected", reason: expect.objectContaining({ code: "busy" }) })));
  await closed;
  await expect(threads.read([one])).rejects.toMatchObject({ code: "busy", message: "the server is stopping" });
  await threads.close();
});

test("nothing is started by closing what was never asked", async () => {
  await startReadingThreads(file).close();
});
