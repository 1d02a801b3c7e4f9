/** `patchgap serve` as a process, and what clients ask of it while something is wrong with its database. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { deviceIdOf } from "../../src/app/device-id.ts";
import { syncCatalog } from "../../src/app/sync-catalog.ts";
import { newClient } from "../../src/auth/issuer/client-secret.ts";
import { permissions } from "../../src/auth/permissions.ts";
import { openFeed, openStore, syncTools } from "../../src/compose.ts";
import { anInventory, sampleDocuments } from "../http/a-server.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

/** Where an installation is; with a URL the folder holds the spool only. */
export interface Place {
  readonly data: string;
  readonly database?: string;
}

/** A program that may do everything. */
export interface Client {
  readonly clientId: string;
  readonly secret: string;
}

/** An answer to one of the calls that clients make. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what tests look into is theirs to know
  readonly json: any;
}

/** What clients call, one of each kind. */
export type Call = "token" | "checkIn" | "list" | "device" | "readyz" | "healthz";

/** The statuses of all calls, made at once. */
export type Statuses = Readonly<Record<Call, number>>;

/** All is well. */
export const well: Statuses = { token: 200, checkIn: 200, list: 200, device: 200, readyz: 200, healthz: 200 };
/** Nothing can be answered but that the process lives. */
export const nothing: Statuses = { token: 503, checkIn: 503, list: 503, device: 503, readyz: 503, healthz: 200 };

/** A server under way. */
export interface Served {
  readonly child: ChildProcess;
  /** makes all calls at once; anything but 200 has to be 503 in Defender's shape, with the time to try again */
  readonly askAll: () => Promise<Statuses>;
  /** waits until the calls are answered so */
  readonly until: (statuses: Partial<Statuses>) => Promise<void>;
  readonly post: (...names: readonly string[]) => Promise<Answer>;
  readonly get: (path: string) => Promise<Answer>;
  /** names of all devices */
  readonly names: () => Promise<ReadonlySet<string>>;
  /** waits until its log, from now or before, has a text */
  readonly says: (text: string | RegExp) => Promise<void>;
  /** so far */
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

/** The options that name a place. */
export const options = ({ data, database }: Place): readonly string[] => [
  ...["--data", data],
  ...(database === undefined ? [] : ["--database", database]),
];

/** Brings in knowledge, a client, and a device called `first`. */
export async function prepare(place: Place): Promise<Client> {
  const store = await openStore(place);
  const tools = await syncTools(store, () => new Date());
  await syncCatalog(
    { feed: await openFeed(join(sampleDocuments, "sample-2026-mar.xml")), allowLargeChange: true, allowDowngrade: true },
    tools,
  );
  const [tenant] = await store.tenants();
  const made = newClient({ tenantId: tenant?.id ?? "", name: "agent", roles: permissions, createdAt: Date.now() });
  await store.clients.add(made.client);
  await store.close();
  return { clientId: made.client.clientId, secret: made.secret };
}

/** Waits for a condition, however slow the machine is; @throws Error that names it where it does not come about */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const began = performance.now(); !(await condition()); ) {
    if (performance.now() - began > 100_000) throw new Error(`it did not come about that ${what}`);
    await wait(50);
  }
}

/** A server that does not start: how it ended, and what it said. */
export async function serveInVain(place: Place): Promise<{ readonly exit: number | null; readonly said: string }> {
  const { child, log } = spawnServer(place, []);
  const [exit] = (await once(child, "exit")) as [number | null];
  return { exit, said: log() };
}

export async function serve(place: Place, client: Client, args: readonly string[] = []): Promise<Served> {
  const { child, said, log } = spawnServer(place, args);
  const ended = once(child, "exit");
  await until("the server starts", () => {
    if (child.exitCode !== null) throw new Error(`the server has ended: ${log()}`);
    return /serves http:/.test(said());
  });
  const origin = /serves (http:\/\/[\d.:]+)\/api/.exec(said())?.[1] ?? "";
  const ask = askerOf(origin);
  const form = new URLSearchParams({ grant_type: "client_credentials", scope: "https://api.securitycenter.microsoft.com/.default" });
  form.set("client_id", client.clientId);
  form.set("client_secret", client.secret);
  const askToken = (): Promise<Answer> => ask("/default/oauth2/v2.0/token", { method: "POST", body: form });
  const bearer = { Authorization: `Bearer ${(await askToken()).json.access_token}` };
  const get = (path: string): Promise<Answer> => ask(path, { headers: bearer });
  const post: Served["post"] = (...names) =>
    ask("/api/inventories", {
      method: "POST",
      headers: { ...bearer, "Content-Type": "application/json" },
      body: JSON.stringify(names.map((name) => anInventory(name, 2965))),
    });
  const device = `/api/machines/${deviceIdOf("first", "default")}/getmissingkbs`;
  const calls: Readonly<Record<Call, () => Promise<Answer>>> = {
    token: askToken,
    checkIn: () => post("first"),
    list: () => get("/api/machines"),
    device: () => get(device),
    readyz: () => ask("/readyz", {}),
    healthz: () => ask("/healthz", {}),
  };
  const some = async (names: readonly Call[]): Promise<Partial<Statuses>> =>
    Object.fromEntries(await Promise.all(names.map(async (name) => [name, (await calls[name]()).status] as const)));
  return {
    ...{ child, log, post, get },
    askAll: async () => (await some(Object.keys(calls) as Call[])) as Statuses,
    until: (statuses) =>
      until(`the answers are ${JSON.stringify(statuses)}`, async () =>
        Object.entries(await some(Object.keys(statuses) as Call[])).every(([name, status]) => status === statuses[name as Call]),
      ),
    says: (text) => until(`the log says ${text}`, () => (typeof text === "string" ? log().includes(text) : text.test(log()))),
    names: async () =>
      new Set(((await get("/api/machines?$top=10000")).json.value as { computerDnsName: string }[]).map((row) => row.computerDnsName)),
    stop: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Anything but success has to be 503, in Defender's shape, with the time to try again. */
function askerOf(origin: string): (path: string, init: RequestInit) => Promise<Answer> {
  return async (path, init) => {
    const response = await fetch(origin + path, init);
    const json = await response.json();
    if (response.status !== 200) {
      expect([path, response.status, Number(response.headers.get("Retry-After")) > 0]).toEqual([path, 503, true]);
      const { error } = json as { readonly error: unknown };
      expect(error).toEqual({
        code: "ServiceUnavailable",
        message: expect.stringMatching(/\S/),
        target: expect.stringMatching(/^[\da-f-]{36}$/),
      });
    }
    return { status: response.status, json };
  };
}

function spawnServer(place: Place, args: readonly string[]): { child: ChildProcess; said: () => string; log: () => string } {
  const more = ["--listen", "127.0.0.1:0", "--sync-every", "0", "--log-level", "warn", ...args];
  const child = spawn(process.execPath, [main, "serve", ...options(place), ...more], { stdio: ["ignore", "pipe", "pipe"] });
  let [said, log] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  return { child, said: () => said, log: () => log };
}

/** What became of the check-ins of a load. */
export interface Load {
  /** names of devices that were told that they are stored, and that they are not */
  readonly acknowledged: readonly string[];
  readonly refused: readonly string[];
  readonly end: () => Promise<void>;
}

/** Devices that check in, six at once, until it is told to end. */
export function load(served: Served): Load {
  const acknowledged: string[] = [];
  const refused: string[] = [];
  let isOver = false;
  const senders = Array.from({ length: 6 }, async () => {
    while (!isOver) {
      const name = `pc-${made++}`;
      ((await served.post(name)).status === 200 ? acknowledged : refused).push(name);
      // What is tested is not speed.
      await wait(20);
    }
  });
  // Whoever ends it hears of what went wrong, and nobody before.
  const ended = Promise.allSettled(senders);
  return {
    acknowledged,
    refused,
    end: async () => {
      isOver = true;
      for (const sender of await ended) if (sender.status === "rejected") throw sender.reason;
    },
  };
}

let made = 0;

/** With the trouble gone the load goes on, and all is well without a restart: nothing acknowledged is lost. Ends the load; returns the names of all devices. */
export async function recovers(served: Served, sent: Load): Promise<ReadonlySet<string>> {
  const before = sent.acknowledged.length;
  await until("some are taken in again", () => sent.acknowledged.length > before + 20);
  await sent.end();
  await served.until(well);
  const names = await served.names();
  expect(sent.acknowledged.filter((name) => !names.has(name))).toEqual([]);
  return names;
}
