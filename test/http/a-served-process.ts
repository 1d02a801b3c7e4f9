import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { newTenant } from "../../src/app/new-tenant.ts";
import { syncCatalog } from "../../src/app/sync-catalog.ts";
import { mintCliToken } from "../../src/auth/issuer/cli-client.ts";
import { SigningKeys } from "../../src/auth/issuer/signing-keys.ts";
import { type Permission, permissions } from "../../src/auth/permissions.ts";
import { openFeed, openStore, type Store, syncTools } from "../../src/compose.ts";
import type { Tenant } from "../../src/stores/device-store.ts";
import { sampleDocuments } from "./a-server.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

/** `patchgap serve` in a process of its own, with the sample's knowledge: its memory and its end are its own too. */
export interface ServedProcess {
  readonly origin: string;
  readonly child: ChildProcess;
  readonly store: Store;
  readonly folder: string;
  readonly tenants: ReadonlyMap<string, Tenant>;
  /** lines of its log so far */
  readonly log: readonly string[];
  readonly token: (roles?: readonly Permission[], tenant?: string) => Promise<string>;
  /** bytes; undefined where this system does not tell */
  readonly memory: () => number | undefined;
  /** names of files that answers wait in */
  readonly spooled: () => readonly string[];
  /** exit code and signal, once it has ended */
  readonly ended: Promise<readonly [code: number | null, signal: string | null]>;
  readonly close: () => Promise<void>;
}

export async function aServedProcess(aliases: readonly string[] = []): Promise<ServedProcess> {
  const folder = mkdtempSync(join(tmpdir(), "patchgap-served-"));
  const store = await openStore({ data: folder });
  for (const alias of aliases) await store.addTenant(newTenant(alias));
  await syncCatalog(
    { feed: await openFeed(sampleDocuments), allowLargeChange: true, allowDowngrade: true },
    await syncTools(store, () => new Date()),
  );
  const tenants = new Map((await store.tenants()).map((tenant) => [tenant.alias, tenant]));
  const child = spawn(process.execPath, [main, "serve", "--data", folder, "--listen", "127.0.0.1:0", "--sync-every", "0"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit") as Promise<[number | null, string | null]>;
  const log = linesOf(child);
  const origin = await originOf(child);
  const keys = new SigningKeys({ store: store.signingKeys, now: () => Date.now() });
  const token: ServedProcess["token"] = async (roles = permissions, tenant = "default") =>
    (await mintCliToken(keys, { tenantId: tenants.get(tenant)?.id ?? tenant, roles, now: Date.now() })).token;
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await ended;
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const spooled = (): readonly string[] => readdirSync(join(folder, "spool"));
  return { origin, child, store, folder, tenants, log, token, memory: () => memoryOf(child), spooled, ended, close };
}

function linesOf(child: ChildProcess): readonly string[] {
  const lines: string[] = [];
  let rest = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
  });
  return lines;
}

async function originOf(child: ChildProcess): Promise<string> {
  let said = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  for (let tries = 0; tries < 600 && child.exitCode === null; tries++) {
    const origin = /serves (http:\/\/[\d.:]+)\/api/.exec(said)?.[1];
    if (origin !== undefined) return origin;
    await setTimeout(100);
  }
  throw new Error("the server did not start");
}

function memoryOf({ pid }: ChildProcess): number | undefined {
  try {
    return 1024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return undefined;
  }
}
