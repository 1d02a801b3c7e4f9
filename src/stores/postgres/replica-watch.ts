/** What becomes of reading from a replica: it answers, it has not seen yet what the primary has, it cannot be used. */
export type ReplicaState = "used" | "behind" | "away";

/** Counts what was read where, and is told when that changes. */
export interface ReplicaWatch {
  /** readings that the replica answered */
  reads: number;
  /** those that the primary answered in its place */
  passed: number;
  /** a state that lasts is told again once a minute at most */
  tell: (state: ReplicaState, error?: unknown) => void;
}

/** One that has counted nothing yet and tells nobody. */
export function newReplicaWatch(): ReplicaWatch {
  return { reads: 0, passed: 0, tell: () => undefined };
}
