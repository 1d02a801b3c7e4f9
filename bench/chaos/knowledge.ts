import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { madeUpDocument, madeUpMonth } from "../corpus.ts";
import { startProgram } from "./program.ts";
import type { Tally } from "./tally.ts";

/** Months that are known before the storm; devices that are behind lack the newest of them. */
export const monthsBefore = 3;
const mostMonths = 30;
/** A sync that is to be killed is after so long at most, which is about how long one takes. */
const killWithinMs = 2_000;

/** Knowledge as it grows, a made-up month at a time. */
export interface GrowingKnowledge {
  /** brings the months in that are known before the storm */
  readonly begin: () => Promise<void>;
  /** brings the next one in; one time in three a first attempt is killed. Nothing happens after the last. */
  readonly grow: () => Promise<void>;
}

export interface KnowledgeMeans {
  readonly database: string;
  readonly workFolder: string;
  readonly log: number;
  readonly tally: Tally;
  readonly random: (below: number) => number;
}

export function growingKnowledge({ database, workFolder, log, tally, random }: KnowledgeMeans): GrowingKnowledge {
  const folder = join(workFolder, "documents");
  mkdirSync(folder);
  let months = 0;
  const write = (): void => {
    writeFileSync(join(folder, `${madeUpMonth(months)}.xml.gz`), gzipSync(madeUpDocument(months)));
    months++;
  };
  const sync = async (killAfterMs?: number): Promise<void> => {
    const child = startProgram(database, ["sync", "--from", folder, "--data", join(workFolder, "sync"), "--quiet"], log);
    const ended = once(child, "exit");
    if (killAfterMs !== undefined) {
      await Promise.race([pause(killAfterMs), ended]);
      child.kill("SIGKILL");
    }
    const [code, signal] = (await ended) as [number | null, string | null];
    tally.count("sync", signal === null ? `exit ${code}` : "killed");
    if (signal === null && code !== 0) tally.violate("a sync failed", `exit ${code}; the log has more`);
  };
  return {
    begin: async () => {
      while (months < monthsBefore) write();
      await sync();
    },
    grow: async () => {
      if (months === mostMonths) return;
      write();
      if (random(3) === 0) await sync(random(killWithinMs));
      await sync();
    },
  };
}
