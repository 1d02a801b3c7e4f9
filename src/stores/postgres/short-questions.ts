import pg from "pg";
import { isConnectionLost } from "./postgres-errors.ts";

type Ask = (client: pg.PoolClient) => Promise<pg.QueryResult>;

/** A connection for the shortest questions. */
export interface ShortQuestions {
  /** undefined, now or later: there is no such connection, or no answer from it; then another is to be asked, which says what is wrong */
  readonly ask: (ask: Ask) => Promise<pg.QueryResult | undefined>;
  /** gives its connection back to the pool, which is about to end */
  readonly end: () => void;
}

/** Who asks less often does not need another connection: commands ask once. */
const fewQuestions = 10;
/** After so long without an answer the connection may be dead, or something long is being answered: nobody gives it more to do. */
const silentMs = 20;
/** Whoever waits for an answer for so long asks another as well. */
const patienceMs = 100;
/** A connection that was asked nothing for so long is let go, as those of pools are: nobody needs it, or it says nothing any more. What lies between may forget it. */
const idleMs = 10_000;
const betweenAttemptsMs = 1_000;

/**
 * One connection of a pool that pipelines: it takes questions before it has answered those before, and each costs the database a waking of a process less than on a
 * connection of its own. Answers come in order, so only what is found by a key at once may be asked, and nothing that writes: it may be asked twice.
 */
export function openShortQuestions(pool: Pick<pg.Pool, "connect">): ShortQuestions {
  let [asked, underWay, saidAt, triedAt] = [0, 0, 0, Number.NEGATIVE_INFINITY];
  let isEnded = false;
  let held: pg.PoolClient | undefined;
  const idle = setTimeout(() => {
    if (held !== undefined) letGo(held);
  }, idleMs).unref();
  const letGo = (client: pg.PoolClient): void => {
    if (held !== client) return;
    const isWaitedFor = underWay > 0;
    [held, underWay] = [undefined, 0];
    // Told to end, it would wait for the answers first, which may never come; whoever waits for one asks another.
    if (isWaitedFor) client.connection.stream.destroy();
    client.release(true);
  };
  const connect = async (): Promise<void> => {
    triedAt = performance.now();
    try {
      const client = await pool.connect();
      for (const event of ["error", "end"] as const) client.once(event, () => letGo(client));
      held = client;
      idle.refresh();
      if (isEnded) letGo(client);
    } catch {
      // Whoever asks another hears why.
    }
  };
  const answer = async (client: pg.PoolClient, ask: Ask): Promise<pg.QueryResult | undefined> => {
    if (underWay++ === 0) saidAt = performance.now();
    idle.refresh();
    try {
      return await ask(client);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || isConnectionLost(error)) letGo(client);
      return undefined;
    } finally {
      if (held === client) [underWay, saidAt] = [underWay - 1, performance.now()];
    }
  };
  return {
    ask: async (ask) => {
      if (held === undefined) {
        const isDue = ++asked > fewQuestions && performance.now() - triedAt > betweenAttemptsMs;
        if (isDue && !isEnded) void connect();
        return undefined;
      }
      const isSilent = underWay > 0 && performance.now() - saidAt > silentMs;
      if (isSilent) return undefined;
      sendAtOnce(held);
      return inTime(answer(held, ask));
    },
    end: () => {
      isEnded = true;
      clearTimeout(idle);
      if (held !== undefined) letGo(held);
    },
  };
}

/** What is asked without waiting for anything in between goes out in one piece: each is a call of the system, and may wake the database. */
function sendAtOnce({ connection: { stream } }: pg.PoolClient): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

function inTime<T>(answer: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    const patience = setTimeout(() => resolve(undefined), patienceMs);
    void answer.then((value) => {
      clearTimeout(patience);
      resolve(value);
    });
  });
}
