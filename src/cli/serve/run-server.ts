import { join } from "node:path";
import type { ReplicaWatch, Store } from "../../compose.ts";
import type { RunningServer, ServerWorld } from "../../compose-server.ts";
import type { Config } from "../../config/config.ts";
import { readServerSettings, type ServerSettings } from "../../config/server-settings.ts";
import type { CommandContext } from "../command.ts";
import type { Io } from "../io.ts";
import { boundHeap } from "./heap-bounds.ts";
import { logLines } from "./log-lines.ts";

/** A stop that takes longer than this is not waited for. */
const mostStopMs = 9_000;

export interface ServedStore {
  readonly store: Store;
  /** the time that the fleet is looked at, where it is not the present */
  readonly fleetNow?: () => Date;
  /** least important entries of the log */
  readonly logLevel: string;
  readonly isSample?: boolean;
  /** a replica that the store reads from */
  readonly replica?: ReplicaWatch;
}

/** Starts a server by the settings of a command. */
export async function openServer(
  { config, io }: CommandContext,
  { store, fleetNow, logLevel, isSample = false, replica }: ServedStore,
): Promise<RunningServer> {
  const letGrow = boundHeap();
  const { startServer } = await import("../../compose-server.ts");
  const log = logLines((text) => io.stderr.write(text));
  // However the process ends, the last lines say why.
  process.on("exit", log.flush);
  const world: ServerWorld = {
    store,
    settings: settingsOf(config),
    now: io.now,
    log: { level: logLevel, stream: log },
    isSample,
    spoolFolder: join(config.data, "spool"),
    ...(replica === undefined ? {} : { replica }),
    ...(fleetNow === undefined ? {} : { fleetNow }),
    ...(config.config === undefined ? {} : { configFile: config.config }),
  };
  const server = await startServer(world);
  letGrow();
  const stop = async (): Promise<void> => {
    await server.stop();
    log.flush();
    process.off("exit", log.flush);
  };
  return { ...server, stop };
}

/** The settings of the server, checked. */
export function settingsOf(config: Config): ServerSettings {
  return readServerSettings(config);
}

/** Runs until the process is asked to end; what was begun is finished. A second signal ends it at once. */
export async function untilStopped(server: Pick<RunningServer, "stop">, io: Pick<Io, "stderr">): Promise<void> {
  await new Promise<void>((resolve) => {
    let isAsked = false;
    const ask = (signal: NodeJS.Signals): void => {
      if (isAsked) process.exit(signal === "SIGINT" ? 130 : 143);
      isAsked = true;
      resolve();
    };
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, ask);
  });
  const timer = setTimeout(() => {
    io.stderr.write("patchgap: some connections did not end; stopped without them\n");
    process.exit(0);
  }, mostStopMs);
  timer.unref();
  await server.stop();
  clearTimeout(timer);
}
