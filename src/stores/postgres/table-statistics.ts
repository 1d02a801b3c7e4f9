import type { Asking } from "./connections.ts";

/** So many rows of a kind, and four times as many whenever that is reached. */
const [first, times] = [500, 4];

/**
 * Has PostgreSQL look at a table while rows of a kind become many in it; told how many were written. By itself it looks after a minute or more, and plans by what
 * it knew until then. Seen with 100,000 devices that had just come: all of them read for every batch of the load, and lists of more than 20 seconds
 * right after a new catalog, of whose standings it knew none.
 */
export function tableStatistics({ run }: Pick<Asking, "run">, table: "device" | "standing"): (kind: number, rows: number) => Promise<void> {
  const written = new Map<number, { rows: number; due: number }>();
  return async (kind, rows) => {
    const own = written.get(kind) ?? { rows: 0, due: first };
    written.set(kind, own);
    own.rows += rows;
    if (own.rows < own.due) return;
    own.due = own.rows * times;
    // Kinds are epochs: of older ones nothing is written any more.
    for (const older of written.keys()) if (older < kind - 1) written.delete(older);
    // What was to be written is written; without this it is only slower to read.
    await run(`ANALYZE ${table}`).catch(() => undefined);
  };
}
