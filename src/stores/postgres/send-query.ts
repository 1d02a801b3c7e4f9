import type pg from "pg";

/**
 * Sends a statement. Where the server says nothing for `silentMs` (absent: until the connection is ended), rejects with what `isUnanswered` knows: it may still be at work.
 *
 * With a callback, and without the driver's own timeout: its promises and timeouts give a query another callback than it was made with, and V8 (in Node.js 20 as
 * in 26, measured) then takes each query for reachable from the one before it. One that outlives two small collections keeps all that follow, with what waits
 * for them, until the next full one.
 */
export function sendQuery(client: pg.ClientBase, query: pg.QueryConfig | pg.QueryArrayConfig, silentMs?: number): Promise<pg.QueryResult> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new Error(`Query read timeout: no answer within ${silentMs} ms`));
    const timer = silentMs === undefined ? undefined : setTimeout(giveUp, silentMs);
    void client.query(query, (error: Error | null, result: pg.QueryResult) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve(result);
    });
  });
}
