import pg from "pg";
import { expect, test, vi } from "vitest";
import { isUnanswered } from "./postgres-errors.ts";
import { sendQuery } from "./send-query.ts";

/** A driver that keeps what it was told to call. */
function aClient() {
  const callbacks: ((error: Error | null, result?: unknown) => void)[] = [];
  const client = { query: (_: unknown, callback: (typeof callbacks)[number]) => void callbacks.push(callback) };
  return { client: client as unknown as pg.ClientBase, callbacks };
}

test("an answer is an answer, and a refusal the server's", async () => {
  const { client, callbacks } = aClient();
  const [answered, refused] = [sendQuery(client, { text: "SELECT 1" }), sendQuery(client, { text: "SELECT" }, 1_000)];
  const [result, error] = [{ rows: [1] }, new pg.DatabaseError("syntax error", 1, "error")];
  callbacks[0]?.(null, result);
  callbacks[1]?.(error);
  expect(await answered).toBe(result);
  await expect(refused).rejects.toBe(error);
});

test("who says nothing for so long is given up, and what comes afterwards changes nothing; who answered in time is not", async () => {
  vi.useFakeTimers();
  try {
    const { client, callbacks } = aClient();
    const [silent, quick] = [sendQuery(client, { text: "SELECT 1" }, 1_000), sendQuery(client, { text: "SELECT 2" }, 1_000)];
    const failure = silent.catch((error: unknown) => error);
    callbacks[1]?.(null, { rows: [2] });
    vi.advanceTimersByTime(999);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1);
    callbacks[0]?.(null, { rows: [1] });
    expect(isUnanswered(await failure)).toBe(true);
    expect(await quick).toEqual({ rows: [2] });
  } finally {
    vi.useRealTimers();
  }
});
