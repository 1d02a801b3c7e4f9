import { setTimeout as wait } from "node:timers/promises";
import { type Connections, openConnections, type Question } from "./connections.ts";
import { findMarks, type Marks, marksOf, marksQuestion } from "./marks.ts";
import { isGivenUp, isTooLong } from "./postgres-errors.ts";
import { type PostgresSettings, placeOf } from "./postgres-settings.ts";
import type { ReplicaState, ReplicaWatch } from "./replica-watch.ts";

/** Answers of questions, as `readTogether` gives them. */
type Answers = Awaited<ReturnType<Connections["readTogether"]>>;

/** Long readings that need not burden the primary. */
export interface Replica {
  /**
   * Reads in one state, in which is all that the primary showed when it was asked, and nothing that the primary does not show yet; of a fleet that is
   * seen as of a `change`, all up to that. Undefined: the replica cannot, so the primary has to.
   */
  readonly read: (questions: readonly Question[], change?: number) => Promise<Answers | undefined>;
  readonly close: () => Promise<void>;
}

/** A replica is a moment behind at all times: so long is it waited for. */
const pausesMs = [2, 4, 8, 16, 32];
/** One that failed is left alone for so long. */
const awayMs = 1_000;
const tellEveryMs = 60_000;

/** Whoever waits for a replica could have asked the primary. */
const connectMs = 1_000;

/** The replica that settings name, if any; @throws ProductError `usage` where that is no URL of a database */
export function openReplicaOf(primary: Connections, settings: PostgresSettings): Replica | undefined {
  const { read, timeoutMs } = settings;
  if (read === undefined) return undefined;
  placeOf(read.url, "--database-read");
  return openReplica(primary, openConnections({ ...settings, url: read.url, connectMs: Math.min(timeoutMs, connectMs) }), read.watch);
}

/** A replica whose answers are as good as the primary's: each reading begins with what the primary shows. */
function openReplica(primary: Connections, replica: Connections, watch: ReplicaWatch): Replica {
  const states = stateKeeper(watch);
  const tryToRead = async (questions: readonly Question[], needed: Marks): Promise<Found | undefined> => {
    try {
      const found = await readCaughtUp(replica, questions, { needed, isPatient: states.state !== "behind" });
      states.become(found === undefined ? "behind" : "used");
      return found;
    } catch (error) {
      if (!isTooLong(error)) states.become("away", error);
      // The primary would take as long, and has enough to do.
      if (isGivenUp(error)) throw error;
      return undefined;
    }
  };
  const read: Replica["read"] = async (questions, change) => {
    const shown = await findMarks(primary);
    const found = await tryToRead(questions, { ...shown, change: change ?? shown.change });
    return found !== undefined && (await isShown(primary, found.marks, shown)) ? found.answers : undefined;
  };
  return {
    read: async (questions, change) => {
      const answers = states.isAway() ? undefined : await read(questions, change);
      if (answers === undefined) watch.passed++;
      else watch.reads++;
      return answers;
    },
    close: replica.close,
  };
}

interface Found {
  readonly marks: Marks;
  readonly answers: Answers;
}

interface Wish {
  readonly needed: Marks;
  readonly isPatient: boolean;
}

/** Undefined: it stays behind. What was read is judged by the marks of the very state that it was read in. */
async function readCaughtUp(replica: Connections, questions: readonly Question[], { needed, isPatient }: Wish): Promise<Found | undefined> {
  let isThere = isPatient;
  for (const pauseMs of isPatient ? [...pausesMs, 0] : [0]) {
    isThere ||= has(marksOf((await replica.readTogether([marksQuestion]))[0]?.[0]), needed);
    if (isThere) {
      const [first, ...answers] = await replica.readTogether([marksQuestion, ...questions]);
      const marks = marksOf(first?.[0]);
      if (has(marks, needed)) return { marks, answers };
      isThere = false;
    }
    if (pauseMs > 0) await wait(pauseMs);
  }
  return undefined;
}

/** @throws Error for a database that is no replica of the primary: its numbers mean something else */
function has({ change, beside, origin, isReplica }: Marks, needed: Marks): boolean {
  if (!isReplica || origin !== needed.origin) throw new Error("the database of --database-read is no streaming replica of --database");
  return change >= needed.change && beside >= needed.beside;
}

/** A replica may have replayed what the primary is still committing: whoever looks at the primary next must not find less. */
async function isShown(primary: Connections, marks: Marks, shown: Marks): Promise<boolean> {
  const isIn = (state: Marks): boolean => marks.change <= state.change && marks.beside <= state.beside;
  return isIn(shown) || isIn(await findMarks(primary));
}

function stateKeeper(watch: ReplicaWatch) {
  let state: ReplicaState = "used";
  let told: ReplicaState = "used";
  let awayUntil = 0;
  const toldAt = new Map<ReplicaState, number>();
  return {
    get state() {
      return state;
    },
    /** After a while one reading tries, and others wait for what becomes of it. */
    isAway: (): boolean => {
      if (state !== "away") return false;
      const now = performance.now();
      if (now < awayUntil) return true;
      awayUntil = now + awayMs;
      return false;
    },
    become: (next: ReplicaState, error?: unknown): void => {
      const now = performance.now();
      state = next;
      if (next === "away") awayUntil = now + awayMs;
      const isNews = next !== told || next !== "used";
      const isDue = now - (toldAt.get(next) ?? Number.NEGATIVE_INFINITY) >= tellEveryMs;
      if (!isNews || (next !== "used" && !isDue)) return;
      toldAt.set(next, now);
      told = next;
      watch.tell(next, error);
    },
  };
}
