import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { ingestInventories } from "../../src/app/ingest-inventories.ts";
import { newTenant } from "../../src/app/new-tenant.ts";
import { syncCatalog } from "../../src/app/sync-catalog.ts";
import { mintCliToken } from "../../src/auth/issuer/cli-client.ts";
import { type Permission, permissions } from "../../src/auth/permissions.ts";
import {
  newReplicaWatch,
  openFeed,
  openStore,
  packageFolder,
  type ReplicaWatch,
  readItems,
  type Store,
  syncTools,
} from "../../src/compose.ts";
import { type RunningServer, startServer } from "../../src/compose-server.ts";
import { makeConfig, type Values } from "../../src/config/config.ts";
import { readServerSettings } from "../../src/config/server-settings.ts";
import type { Patience } from "../../src/http/server.ts";
import type { Tenant } from "../../src/stores/device-store.ts";
import { makePostgresPlace, type PostgresPlace, postgresServers } from "../a-postgres.ts";

/** The documents of the bundled sample, and the time at which they are new. */
export const sampleDocuments: string = join(packageFolder, "sample", "documents");
export const sampleTime = "2026-03-31T12:00:00.000Z";

export interface ServerOptions {
  /** folder or file of documents; undefined: the bundled sample's; null: no knowledge */
  readonly documents?: string | null;
  /** settings as the config file has them */
  readonly settings?: Values;
  /** the time at which the fleet is looked at */
  readonly now?: () => Date;
  /** aliases of tenants besides `default` */
  readonly tenants?: readonly string[];
  /** where log lines go */
  readonly log?: string[];
  /** what the clock shows, for whatever expires */
  readonly clock?: () => Date;
  /** the built page; default: none */
  readonly pageFolder?: string;
  readonly isSample?: boolean;
  readonly fetch?: typeof fetch;
  readonly patience?: Patience;
  /** the data folder of another one, which stays: two servers of one store, or one that is started again; nothing is brought in */
  readonly folder?: string;
  /** URL of a database; absent: SQLite in the folder */
  readonly database?: string;
  /** URL of a replica of the database */
  readonly databaseRead?: string;
}

export interface AskOptions {
  readonly method?: string;
  /** default: all */
  readonly roles?: readonly Permission[];
  /** alias; default: `default` */
  readonly tenant?: string;
  /** null: none at all */
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** an object is sent as JSON */
  readonly body?: string | Uint8Array | object;
}

export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** the text as JSON; undefined where it is none */
  // biome-ignore lint/suspicious/noExplicitAny: what tests look into is theirs to know
  readonly json: any;
}

/** A server over a store of its own, listening on a port of its own. */
export interface TestServer {
  readonly folder: string;
  readonly server: RunningServer;
  readonly store: Store;
  readonly origin: string;
  /** what was in force when it had begun to listen */
  readonly firstRevision: number;
  readonly tenants: ReadonlyMap<string, Tenant>;
  readonly token: (roles?: readonly Permission[], tenant?: string) => Promise<string>;
  /** path with query, or an absolute address */
  readonly ask: (path: string, options?: AskOptions) => Promise<Asked>;
  /** stores native inventories without the server: as another process would */
  readonly ingest: (inventories: readonly object[], tenant?: string) => Promise<void>;
  /** brings documents in without the server, and lets it see them */
  readonly sync: (documents: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** `PATCHGAP_TEST_STORE=postgres` runs the tests of the service on PostgreSQL, `citus` on the cluster of `PATCHGAP_TEST_CITUS`: databases by the folders whose place they take. */
const databases = new Map<string, PostgresPlace>();

async function placeOf({ database }: ServerOptions, folder: string): Promise<{ readonly data: string; readonly database?: string }> {
  if (database !== undefined) return { data: folder, database };
  const [server] = /^(?:postgres|citus)$/.test(process.env["PATCHGAP_TEST_STORE"] ?? "") ? postgresServers : [];
  if (server === undefined) return { data: folder };
  const made = databases.get(folder) ?? (await makePostgresPlace(server));
  databases.set(folder, made);
  return { data: folder, database: made.url };
}

function replicaOf({ databaseRead }: ServerOptions): {
  readonly replica: { readonly replica?: ReplicaWatch };
  readonly read: { readonly databaseRead?: string };
} {
  if (databaseRead === undefined) return { replica: {}, read: {} };
  return { replica: { replica: newReplicaWatch() }, read: { databaseRead } };
}

/** The look that a start begins with may be under way: then ours was none. */
async function takeUp(server: RunningServer, isThere: boolean): Promise<void> {
  await server.lookForKnowledge();
  for (let tries = 0; isThere && server.fleet.revision === 0 && tries < 500; tries++) {
    await new Promise((resolve) => void setTimeout(resolve, 10));
    await server.lookForKnowledge();
  }
}

export async function aServer(options: ServerOptions = {}): Promise<TestServer> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "patchgap-server-"));
  const place = await placeOf(options, folder);
  const { replica, read } = replicaOf(options);
  const store = await openStore({ ...place, ...read }, replica.replica);
  const { documents = options.folder === undefined ? sampleDocuments : null, settings = {}, now = () => new Date(sampleTime) } = options;
  for (const alias of options.tenants ?? []) await store.addTenant(newTenant(alias));
  const tenants = new Map((await store.tenants()).map((tenant) => [tenant.alias, tenant]));
  const bring = async (from: string): Promise<void> => {
    const other = await openStore(place);
    await syncCatalog({ feed: await openFeed(from), allowLargeChange: true, allowDowngrade: true }, await syncTools(other, now));
    await other.close();
  };
  if (documents !== null) await bring(documents);
  const config = makeConfig({}, {}, { listen: "127.0.0.1:0", syncEvery: 0, ...settings });
  const server = await startServer({
    store,
    settings: readServerSettings(config),
    now: options.clock ?? (() => new Date()),
    pageFolder: options.pageFolder ?? join(folder, "no-page"),
    isSample: options.isSample ?? false,
    fleetNow: now,
    log: options.log === undefined ? false : { level: "info", stream: { write: (line: string) => void options.log?.push(line) } },
    spoolFolder: options.folder === undefined ? join(folder, "spool") : mkdtempSync(join(folder, "spool-")),
    ...replica,
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
    ...(options.patience === undefined ? {} : { patience: options.patience }),
  });
  const firstRevision = server.fleet.revision;
  await takeUp(server, documents !== null);
  const token: TestServer["token"] = async (roles = permissions, tenant = "default") =>
    (await mintCliToken(server.keys, { tenantId: tenants.get(tenant)?.id ?? tenant, roles, now: Date.now() })).token;
  const ask: TestServer["ask"] = async (path, asked = {}) => {
    const bearer = asked.token === undefined ? await token(asked.roles, asked.tenant) : asked.token;
    const response = await fetch(path.startsWith("http") ? path : server.origin + path, requestOf(asked, bearer));
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parsed(text) };
  };
  const ingest: TestServer["ingest"] = async (inventories, tenant = "default") => {
    const other = await openStore(place);
    const own = tenants.get(tenant) as Tenant;
    const lines = inventories.map((inventory) => `${JSON.stringify(inventory)}\n`).join("");
    const items = readItems(Readable.from([Buffer.from(lines)]), "test", { format: "native" });
    for await (const { outcome, problems } of ingestInventories(items, { store: other, tenant: own, now }))
      if (outcome === "refused") throw new Error(`refused: ${JSON.stringify(problems)}`);
    await other.close();
  };
  const close = async (): Promise<void> => {
    await server.stop();
    await store.close();
    if (options.folder !== undefined) return;
    rmSync(folder, { recursive: true, force: true });
    await databases.get(folder)?.remove();
  };
  const sync = async (from: string): Promise<void> => {
    await bring(from);
    await server.lookForKnowledge();
  };
  return { folder, server, store, origin: server.origin, firstRevision, tenants, token, ask, ingest, sync, close };
}

function requestOf({ method = "GET", headers = {}, body }: AskOptions, bearer: string | null): RequestInit {
  const isObject = typeof body === "object" && !(body instanceof Uint8Array);
  return {
    method,
    headers: {
      ...(bearer === null ? {} : { Authorization: `Bearer ${bearer}` }),
      ...(isObject ? { "Content-Type": "application/json" } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isObject ? JSON.stringify(body) : (body as string) }),
    redirect: "manual",
  };
}

// biome-ignore lint/suspicious/noExplicitAny: as above
function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A native inventory: Windows 10 22H2 at a revision. */
export function anInventory(name: string, ubr: number, more: object = {}): object {
  return {
    schema: "patchgap.inventory/1",
    deviceName: name,
    collectedAt: "2026-03-30T08:15:00Z",
    os: {
      caption: "Microsoft Windows 10 Pro",
      version: "10.0.19045",
      build: 19045,
      ubr,
      displayVersion: "22H2",
      installationType: "Client",
      architecture: "x64",
    },
    installedKbs: [],
    ...more,
  };
}
