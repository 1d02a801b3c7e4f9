import type { Asking, Question } from "./connections.ts";

/**
 * How far a state of the database has come. Both numbers stand in rows that stay locked until the transaction that counts them up is committed, so whoever
 * sees a number, on the primary or on a replica, sees all that was written under it and under those below.
 */
export interface Marks {
  /** the last change of the fleet */
  readonly change: number;
  /** how often something was written that is in lists and makes no change: devices that were seen again, histories, standings */
  readonly beside: number;
  /** tells the system that the database was made in, which one it is there, and on which timeline: a replica that was left behind by a failover has another */
  readonly origin: string;
  readonly isReplica: boolean;
}

/** The row of `writer` that counts it; no process has such a name. */
export const besideWriter = "beside changes";

const sql = `SELECT f.value AS change,
    coalesce((SELECT w.writes FROM writer w WHERE w.writer = '${besideWriter}'), 0) AS beside,
    concat_ws(' ', (SELECT s.system_identifier FROM pg_control_system() s), (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()),
      CASE WHEN pg_is_in_recovery() THEN (SELECT upper(lpad(to_hex(c.timeline_id), 8, '0')) FROM pg_control_checkpoint() c)
        ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END) AS origin,
    pg_is_in_recovery() AS "isReplica"
  FROM fleet_change f WHERE f.id = 1`;

/** Asks for marks in the state in which other questions are answered. */
export const marksQuestion: Question = { sql, values: [] };

/** The marks now. */
export async function findMarks({ all }: Pick<Asking, "all">): Promise<Marks> {
  const [marks] = await all<Marks>(sql);
  return marks ?? nothing;
}

/** The marks in the row that answers `marksQuestion`. */
export function marksOf(row: unknown): Marks {
  if (!Array.isArray(row)) return nothing;
  const [change, beside, origin, isReplica] = row as [number, number, string, boolean];
  return { change, beside, origin, isReplica };
}

const nothing: Marks = { change: -1, beside: -1, origin: "", isReplica: false };

/** Call it last, in a transaction that has written something that lists show and no change is counted for. */
export async function countBeside(asking: Asking): Promise<void> {
  await asking.run("INSERT INTO writer (writer, writes) VALUES ($1, 1) ON CONFLICT (writer) DO UPDATE SET writes = writer.writes + 1", [
    besideWriter,
  ]);
}
