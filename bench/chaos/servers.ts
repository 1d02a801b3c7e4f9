import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../test/free-port.ts";
import { startProgram } from "./program.ts";
import type { Tally } from "./tally.ts";

/** One of the servers: always at the same address, up or not. */
export interface StormServer {
  readonly origin: string;
  /** it listens */
  readonly isUp: boolean;
  /** one more with every kill: what was asked before it may be broken off */
  readonly kills: number;
  /** SIGKILL, and started again so long after */
  readonly killAndRestart: (afterMs: number) => Promise<void>;
  readonly untilReady: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface ServerMeans {
  readonly database: string;
  readonly workFolder: string;
  readonly log: number;
  readonly tally: Tally;
}

/** Starts `patchgap serve` at a free port. The folder is its own: answers wait there, and a server that starts empties it. */
export async function startServer(name: string, { database, workFolder, log, tally }: ServerMeans): Promise<StormServer> {
  const data = join(workFolder, name);
  mkdirSync(data);
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const state = { isUp: false, kills: 0, isEndWanted: false };
  let child: ChildProcess;
  const start = (): void => {
    state.isEndWanted = false;
    const started = startProgram(database, ["serve", "--data", data, "--listen", `127.0.0.1:${port}`, "--sync-every", "0"], log);
    child = started;
    started.stdout?.on("data", () => {
      state.isUp = started === child && !state.isEndWanted;
    });
    started.on("exit", (code, signal) => {
      state.isUp = false;
      if (!state.isEndWanted) tally.violate("a server ended that nobody had killed", `${name}: ${code ?? signal}`);
    });
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    Object.assign(state, { isUp: false, isEndWanted: true });
    state.kills++;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  };
  start();
  return {
    origin,
    get isUp() {
      return state.isUp;
    },
    get kills() {
      return state.kills;
    },
    killAndRestart: async (afterMs) => {
      await end("SIGKILL");
      await pause(afterMs);
      start();
    },
    untilReady: () => untilReady(origin, () => child.exitCode === null),
    stop: () => end("SIGTERM"),
  };
}

async function untilReady(origin: string, isRunning: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1200 && isRunning(); tries++) {
    const isReady = await fetch(`${origin}/readyz`).then(
      ({ status }) => status === 200,
      () => false,
    );
    if (isReady) return;
    await pause(100);
  }
  throw new Error(`${origin} did not become ready`);
}
