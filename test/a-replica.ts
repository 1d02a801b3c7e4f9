import { setTimeout as wait } from "node:timers/promises";
import { openPostgresStore, type PostgresStore } from "../src/stores/postgres/postgres-store.ts";
import type { ReplicaState, ReplicaWatch } from "../src/stores/postgres/replica-watch.ts";
import { type PostgresPlace, settingsOf } from "./a-postgres.ts";
import { createDatabase, type PostgresProgram, type PostgresServer, rowsOf, startPostgres } from "./postgres-servers.ts";

/** Two servers of tests' own, one of which follows the other. */
export interface ServerPair {
  readonly primary: PostgresServer;
  readonly replica: PostgresServer;
  /** a brought-up, empty database on both */
  readonly makePlace: () => Promise<ReplicatedPlace>;
  readonly remove: () => Promise<void>;
}

/** A database whose long readings go to a replica. */
export interface ReplicatedPlace extends PostgresPlace {
  /** the same database on the replica */
  readonly readUrl: string;
  readonly watch: CountingWatch;
  /** another way to the primary or the replica */
  readonly openAt: (urls: { readonly url?: string; readonly readUrl?: string }) => Promise<PostgresStore>;
  /** waits until the replica has all that the primary has now */
  readonly untilCaughtUp: () => Promise<void>;
  /** holds up what the replica would see, and lets it go on */
  readonly pause: () => Promise<void>;
  readonly resume: () => Promise<void>;
}

/** Remembers what it was told. */
export interface CountingWatch extends ReplicaWatch {
  readonly told: ReplicaState[];
}

export function aWatch(): CountingWatch {
  const told: ReplicaState[] = [];
  return { reads: 0, passed: 0, told, tell: (state) => void told.push(state) };
}

export async function startServerPair(program: PostgresProgram): Promise<ServerPair> {
  const primary = await startPostgres(program);
  const { url: template } = await createDatabase(primary.url);
  await (await openPostgresStore(settingsOf(template))).close();
  const replica = await primary.follow();
  const makePlace = async (): Promise<ReplicatedPlace> => {
    const { url, drop } = await createDatabase(primary.url, new URL(template).pathname.slice(1));
    const readUrl = Object.assign(new URL(url), { port: new URL(replica.url).port }).href;
    const watch = aWatch();
    const untilCaughtUp = async (): Promise<void> => {
      const [row] = await rowsOf(primary.url, "SELECT pg_current_wal_flush_lsn()::text AS lsn");
      const isThere = `SELECT pg_last_wal_replay_lsn() >= '${row?.["lsn"]}'::pg_lsn AS "isThere"`;
      for (let tries = 0; (await rowsOf(replica.url, isThere))[0]?.["isThere"] !== true; tries++) {
        if (tries > 1_000) throw new Error("the replica does not catch up");
        await wait(10);
      }
    };
    const openAt: ReplicatedPlace["openAt"] = (urls) =>
      openPostgresStore({ ...settingsOf(urls.url ?? url), read: { url: urls.readUrl ?? readUrl, watch } });
    await untilCaughtUp();
    return {
      ...{ url, readUrl, watch, openAt, untilCaughtUp, remove: drop },
      open: () => openAt({}),
      pause: async () => {
        await untilCaughtUp();
        await rowsOf(replica.url, "SELECT pg_wal_replay_pause()");
        while ((await rowsOf(replica.url, "SELECT pg_get_wal_replay_pause_state() AS state"))[0]?.["state"] !== "paused") await wait(10);
      },
      resume: async () => {
        await rowsOf(replica.url, "SELECT pg_wal_replay_resume()");
        await untilCaughtUp();
      },
    };
  };
  const remove = async (): Promise<void> => {
    await replica.remove();
    await primary.remove();
  };
  return { primary, replica, makePlace, remove };
}
