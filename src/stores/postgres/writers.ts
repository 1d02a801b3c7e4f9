import type { Asking, Connections } from "./connections.ts";
import { besideWriter } from "./marks.ts";

/** Tells the other processes, once it is committed, that this one has written something that they want to look at. */
export async function countWrite(asking: Asking, writer: string): Promise<void> {
  await asking.run("INSERT INTO writer (writer, writes) VALUES ($1, 1) ON CONFLICT (writer) DO UPDATE SET writes = writer.writes + 1", [
    writer,
  ]);
}

/** The statement of `countOutside`. */
export const outsideStatement: string =
  "SELECT CAST(coalesce(sum(writes), 0) AS bigint) AS writes FROM writer WHERE writer <> $1 AND writer <> $2";

/** How often others have written: it only counts up. */
export async function countOutside({ all }: Asking, writer: string): Promise<number> {
  const [row] = await all<{ readonly writes: number }>(outsideStatement, [writer, besideWriter]);
  return row?.writes ?? 0;
}

/** Its count goes to those that have ended, so that the sum stays. A process that was killed leaves a row behind, which does no harm. */
export async function endWriter({ write }: Connections, writer: string): Promise<void> {
  const fold = async (asking: Asking): Promise<void> => {
    const [row] = await asking.all<{ readonly writes: number }>("SELECT writes FROM writer WHERE writer = $1", [writer]);
    if (row === undefined) return;
    await asking.run(
      "INSERT INTO writer (writer, writes) VALUES ('', $1) ON CONFLICT (writer) DO UPDATE SET writes = writer.writes + excluded.writes",
      [row.writes],
    );
    await asking.run("DELETE FROM writer WHERE writer = $1", [writer]);
  };
  // A database that is gone is closed all the same.
  await write(fold).catch(() => undefined);
}
