import pg from "pg";
import { isConnectionLost } from "./postgres-errors.ts";

type Ask = (client: pg.PoolClient) => Promise<pg.QueryResult>;

/** A connection for the shortest questions. */
export interface ShortQuestions {
  /** undefined, now or later: there is no such connection, or it was lost, or it says nothing; then another is to be asked. @throws what the database answers */
  readonly ask: (ask: Ask) => Promise<pg.QueryResult | undefined>;
  /** gives its connection back to the pool, which is about to end */
  readonly end: () => void;
}

/** Who asks less often does not need another connection: commands ask once. */
const fewQuestions = 10;
/** After so long without an answer the connection may be dead, or something long is being answered. */
const patienceMs = 20;

/**
 * One connection of a pool that pipelines, kept for good: it takes questions before it has answered those before, and each costs the database a waking of a process
 * less than on a connection of its own. Answers come in order, so only what is found by a key at once may be asked.
 */
export function openShortQuestions(pool: Pick<pg.Pool, "connect">): ShortQuestions {
  let [asked, underWay, saidAt] = [0, 0, 0];
  let [isConnecting, isEnded] = [false, false];
  let held: pg.PoolClient | undefined;
  const letGo = (client: pg.PoolClient): void => {
    if (held !== client) return;
    [held, underWay] = [undefined, 0];
    client.release(true);
  };
  const connect = async (): Promise<void> => {
    isConnecting = true;
    try {
      const client = await pool.connect();
      for (const event of ["error", "end"] as const) client.once(event, () => letGo(client));
      held = client;
      if (isEnded) letGo(client);
    } catch {
      // Whoever asks another hears why.
    }
    isConnecting = false;
  };
  const answer = async (client: pg.PoolClient, ask: Ask): Promise<pg.QueryResult | undefined> => {
    if (underWay++ === 0) saidAt = performance.now();
    try {
      return await ask(client);
    } catch (error) {
      if (error instanceof pg.DatabaseError && !isConnectionLost(error)) throw error;
      letGo(client);
      return undefined;
    } finally {
      if (held === client) underWay--;
      saidAt = performance.now();
    }
  };
  return {
    ask: async (ask) => {
      if (held === undefined) {
        if (++asked > fewQuestions && !isConnecting && !isEnded) void connect();
        return undefined;
      }
      const isSilent = underWay > 0 && performance.now() - saidAt > patienceMs;
      return isSilent ? undefined : answer(held, ask);
    },
    end: () => {
      isEnded = true;
      if (held !== undefined) letGo(held);
    },
  };
}
