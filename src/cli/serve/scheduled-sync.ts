import { spawn } from "node:child_process";
import type { ServerSettings } from "../../config/server-settings.ts";
import { exitCodes } from "../exit-codes.ts";

export interface SyncSchedule extends Pick<ServerSettings, "syncEveryMs" | "syncFrom"> {
  /** the data folder */
  readonly data: string;
  /** variables that lead to the same database: others could read a password in the command line */
  readonly environment: Readonly<Record<string, string>>;
  /** ISO time of the newest catalog; undefined: there is none */
  readonly newest: string | undefined;
  readonly now: () => Date;
  /** told of every run that ended, with what the command said */
  readonly report: (event: { readonly exitCode: number | null; readonly said: string }) => void;
}

/** The command's own words that are kept for the log, in characters. */
const mostSaid = 2000;
/** After a source that could not be reached. */
const retryMs = 10 * 60_000;

/**
 * Brings knowledge in now and then, by the command `sync` in a process of its own: reading documents takes seconds of a core and much memory,
 * and no answer waits for it. Undefined: never. Returns what ends it.
 */
export function scheduleSync({ syncEveryMs, syncFrom, data, environment, newest, now, report }: SyncSchedule): () => void {
  if (syncEveryMs === undefined) return () => undefined;
  let child: ReturnType<typeof spawn> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let isOver = false;
  const run = (): void => {
    if (child !== undefined) return;
    const [script = ""] = process.argv.slice(1);
    const from = syncFrom === undefined ? [] : ["--from", syncFrom];
    child = spawn(process.execPath, [script, "sync", "--quiet", "--data", data, ...from], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...environmentOf(), ...environment },
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => (said = (said + chunk.toString("utf8")).slice(-mostSaid)));
    child.on("error", (error) => report({ exitCode: null, said: error.message }));
    child.on("close", (exitCode) => {
      child = undefined;
      report({ exitCode, said });
      // Microsoft or the way to it may be back soon; documents that cannot be read stay so.
      if (exitCode === exitCodes.couldNot && !isOver) retry = setTimeout(run, Math.min(syncEveryMs, retryMs));
    });
  };
  const age = newest === undefined ? Number.POSITIVE_INFINITY : now().getTime() - Date.parse(newest);
  const first = setTimeout(run, age >= syncEveryMs ? 0 : syncEveryMs - age);
  const timer = setInterval(run, syncEveryMs);
  return () => {
    isOver = true;
    clearTimeout(first);
    clearTimeout(retry);
    clearInterval(timer);
    child?.kill();
  };
}

/** The settings of the server stand in the command line that is made; its own variables would be taken for those of the sync. */
function environmentOf(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PATCHGAP_")));
}
