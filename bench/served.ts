import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** What a server has used since it started, in MB of 1,000,000 bytes. */
export interface Usage {
  /** resident now */
  readonly rssMb: number;
  readonly peakMb: number;
  readonly heapMb: number;
  readonly cpuMs: number;
}

/** A server in a process of its own. */
export interface Served {
  readonly origin: string;
  /** from the start of the process until it is ready to answer */
  readonly readyMs: number;
  readonly usage: () => Promise<Usage>;
  /** collects all garbage first; what is measured in time must not come after it, for optimised code goes too */
  readonly usageWithoutGarbage: () => Promise<Usage>;
  readonly stop: () => Promise<void>;
}

/** Loaded before a server, which so needs no hook of its own: says on request what the process has used. It is no TypeScript, which costs memory. */
const hook = `data:text/javascript,
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isMainThread } from "node:worker_threads";
if (isMainThread) {
  process.on("message", (wanted) => {
    if (wanted === "without garbage") {
      setFlagsFromString("--expose-gc");
      runInNewContext("gc")();
    }
    const { rss, heapUsed } = process.memoryUsage();
    const peak = process.resourceUsage().maxRSS * 1024;
    const { user, system } = process.cpuUsage();
    process.send({ rssMb: rss / 1e6, peakMb: peak / 1e6, heapMb: heapUsed / 1e6, cpuMs: (user + system) / 1000 });
  });
  process.channel.unref();
}`;

/** `patchgap serve` of a data folder, or of the database that its environment names, as a user starts it; its log goes to a file. */
export async function serveProduct(data: string, environment: Readonly<Record<string, string>> = {}): Promise<Served> {
  const log = openSync(`${data}.log`, "a", 0o600);
  return serve(
    [here("../bin/patchgap"), "serve", "--data", data, "--listen", "127.0.0.1:0", "--sync-every", "0"],
    log,
    "/readyz",
    environment,
  );
}

/** A bare server that does nothing but send answers that it is given. */
export async function serveBare(answersFile: string): Promise<Served> {
  return serve([here("bare-server.ts"), answersFile], "inherit", "/");
}

/** A bare server that looks a device up in a database, a file or a URL, and does nothing else. */
export async function serveBareLookup(database: string): Promise<Served> {
  return serve([here("scale/bare-lookup.ts"), database], "inherit", "/");
}

async function serve(
  args: readonly string[],
  stderr: number | "inherit",
  readyPath: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Served> {
  const started = performance.now();
  const child = spawn(process.execPath, ["--import", hook, ...args], {
    stdio: ["ignore", "pipe", stderr, "ipc"],
    env: { ...process.env, ...environment },
  });
  const origin = await originOf(child);
  while ((await fetch(origin + readyPath)).status !== 200) await new Promise((resolve) => void setTimeout(resolve, 5));
  const readyMs = performance.now() - started;
  const ask = async (wanted: string): Promise<Usage> => {
    child.send(wanted);
    const [answer] = (await once(child, "message")) as [Usage];
    return answer;
  };
  const stop = async (): Promise<void> => {
    const ended = once(child, "exit");
    child.kill();
    await ended;
  };
  return { origin, readyMs, usage: () => ask("as is"), usageWithoutGarbage: () => ask("without garbage"), stop };
}

/** A server says at which address it listens. */
async function originOf(child: ChildProcess): Promise<string> {
  let said = "";
  for await (const chunk of child.stdout ?? []) {
    said += String(chunk);
    const origin = /https?:\/\/[^/\s]+/.exec(said)?.[0];
    if (origin === undefined || !said.includes("\n")) continue;
    return origin;
  }
  throw new Error(`the server ended with ${child.exitCode} before it listened`);
}
