import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Knowledge } from "./app/assess-inventories.ts";
import type { Readers } from "./app/read-packed.ts";
import type { SyncTools } from "./app/sync-catalog.ts";
import type { Config } from "./config/config.ts";
import type { CompiledCatalog } from "./domain/catalog/catalog.ts";
import type { CompileOptions } from "./domain/catalog/compile-catalog.ts";
import type { UpdateDocument } from "./domain/catalog/document.ts";
import { ProductError } from "./domain/errors.ts";
import type { UpdateFeed } from "./feeds/feed.ts";
import type { FormatName, InventoryItem } from "./inventory/format.ts";
import type { InventoryInput, ReadInventories } from "./inventory/read-inventories.ts";
import type { StreamFacts } from "./inventory/stream-inventories.ts";
import type { AuthStore } from "./stores/auth-store.ts";
import type { DeviceStore } from "./stores/device-store.ts";
import type { FleetStore } from "./stores/fleet-store.ts";
import type { PortableStore } from "./stores/portable-store.ts";
import type { DistributeOptions, Distribution } from "./stores/postgres/distribute.ts";
import type { PostgresSettings } from "./stores/postgres/postgres-settings.ts";
import { newReplicaWatch, type ReplicaState, type ReplicaWatch } from "./stores/postgres/replica-watch.ts";
import type { CatalogStore } from "./stores/store.ts";

// Implementations are imported where they are used: a command loads only what it needs.

/** Everything that is remembered, in one database. */
export type Store = CatalogStore & DeviceStore & FleetStore & AuthStore;

/** What became of distributing a database. */
export type { Distribution };

/** Follows how reading from a replica goes. */
export { newReplicaWatch, type ReplicaState, type ReplicaWatch };

/** The folder that holds package.json, data and sample. */
export const packageFolder: string = fileURLToPath(new URL("..", import.meta.url));

/** Where the store is, and how it is used. */
export type DatabaseConfig = Pick<Config, "data" | "database"> &
  Partial<Pick<Config, "databaseRead" | "databaseStatements" | "databaseTimeout" | "databaseConnections">>;

/** The store of the data folder, made where there is none, or the database that was named. */
export async function openStore(config: DatabaseConfig, watch?: ReplicaWatch): Promise<Store> {
  if (config.database !== undefined) return openPostgres(config, config.database, watch);
  refuseReplica(config);
  const { openSqliteStore } = await import("./stores/sqlite/sqlite-store.ts");
  return openSqliteStore(databaseFile(config));
}

/** The same, to be read; @throws ProductError `no-catalog` where the data folder has none, rather than make an empty one. */
export async function openExistingStore(config: DatabaseConfig): Promise<Store> {
  if (config.database !== undefined) return openPostgres(config, config.database);
  refuseReplica(config);
  const { hasDatabase } = await import("./stores/sqlite/data-folder.ts");
  const { openSqliteStoreToRead } = await import("./stores/sqlite/sqlite-store.ts");
  const file = databaseFile(config);
  if (!hasDatabase(file)) throw noCatalog(config.data);
  return openSqliteStoreToRead(file);
}

/** A store as a whole, to take everything from it or to fill it; `place` is a data folder, a SQLite file, or the URL of a database. */
export async function openPortableStore(place: string, use: "take" | "fill", config: DatabaseConfig): Promise<PortableStore> {
  const { isPostgresUrl } = await import("./stores/postgres/postgres-settings.ts");
  if (isPostgresUrl(place)) {
    const { openPostgresPortable } = await import("./stores/postgres/postgres-portable.ts");
    return openPostgresPortable(postgresSettings(config, place), use);
  }
  const { openSqlitePortable } = await import("./stores/sqlite/sqlite-portable.ts");
  const isFile = /\.(?:db|sqlite3?)$/i.test(place) && statSync(place, { throwIfNoEntry: false })?.isDirectory() !== true;
  return openSqlitePortable(isFile ? place : databaseFile({ data: place }), use);
}

/** Has Citus distribute the tables of the database; @throws ProductError `usage` where none is named */
export async function distribute({ database, ...config }: DatabaseConfig, options: DistributeOptions): Promise<Distribution> {
  if (database === undefined) {
    throw new ProductError("usage", "there is no --database", {
      hint: "Name the database on the coordinator of Citus, best in PATCHGAP_DATABASE.",
    });
  }
  const { distributeDatabase } = await import("./stores/postgres/distribute.ts");
  return distributeDatabase(postgresSettings(config, database), options);
}

async function openPostgres(config: DatabaseConfig, url: string, watch: ReplicaWatch = newReplicaWatch()): Promise<Store> {
  const { openPostgresStore } = await import("./stores/postgres/postgres-store.ts");
  const { databaseRead } = config;
  return openPostgresStore({
    ...postgresSettings(config, url),
    ...(databaseRead === undefined ? {} : { read: { url: databaseRead, watch } }),
  });
}

function refuseReplica({ databaseRead }: DatabaseConfig): void {
  if (databaseRead === undefined) return;
  throw new ProductError("usage", "--database-read names a replica, but there is no --database that it is one of", {
    hint: "Name the primary with --database.",
  });
}

function postgresSettings(config: Omit<DatabaseConfig, "data" | "database">, url: string): PostgresSettings {
  const { databaseStatements: statements = "named", databaseTimeout = 20, databaseConnections = 12 } = config;
  // Two at least: one for lists, one for all else.
  const connections = Math.max(2, Math.floor(databaseConnections));
  return { url, statements, connections, timeoutMs: Math.max(100, Math.round(databaseTimeout * 1000)) };
}

/** The store of the bundled sample, beside the one of real devices and never mixed with it. */
export async function openSampleStore({ data }: Pick<Config, "data">): Promise<Store> {
  const { openSqliteStore } = await import("./stores/sqlite/sqlite-store.ts");
  return openSqliteStore(join(data, "sample.db"));
}

/** A store that is forgotten on close. */
export async function openPassingStore(): Promise<Store> {
  const { openSqliteStore } = await import("./stores/sqlite/sqlite-store.ts");
  return openSqliteStore(":memory:");
}

/** A folder or file of documents, a URL, or MSRC itself; a source that can leave early months out does so. */
export async function openFeed(from: string | undefined, since?: number): Promise<UpdateFeed> {
  if (!isFolderOrFile(from)) {
    const { msrcApi } = await import("./feeds/msrc/msrc-api.ts");
    return msrcApi(from, since === undefined ? {} : { since });
  }
  const { msrcFiles } = await import("./feeds/msrc/msrc-files.ts");
  return msrcFiles(from.startsWith("file:") ? fileURLToPath(from) : from);
}

/** A source without documents: for a run that brings a release history only. */
export const noFeed: UpdateFeed = {
  name: "none",
  list: async () => [],
  read: async ({ location }) => {
    throw new ProductError("file", "there is no such document", { place: { source: location } });
  },
};

/** How a source's documents are read: over a network the waiting is shared, from a folder the work is, where there is a core to spare. */
export async function openReaders(from: string | undefined, documents: number): Promise<Readers> {
  if (!isFolderOrFile(from)) return { atOnce: 4, close: async () => undefined };
  const threads = Math.min(mostThreads, availableParallelism());
  if (threads === 1 || documents < worthThreads) return { atOnce: 1, close: async () => undefined };
  const { startReadingThreads } = await import("./reading-threads.ts");
  return { atOnce: threads, ...startReadingThreads(threads) };
}

/** Each thread costs memory; two make an import as fast as half a parser's pass. */
const mostThreads = 2;
const worthThreads = 8;

function isFolderOrFile(from: string | undefined): from is string {
  return from !== undefined && !/^https?:/i.test(from);
}

/** What a sync works with, errata included. */
export async function syncTools(store: CatalogStore, now: () => Date): Promise<SyncTools> {
  const { compareRevisions } = await import("./feeds/compare-revisions.ts");
  const { CATALOG_FORMAT, encodeCatalog } = await import("./domain/catalog/catalog-codec.ts");
  const { parseErrata } = await import("./domain/catalog/errata.ts");
  const { readReleaseHistory } = await import("./feeds/release-history/read-release-history.ts");
  const errataText = await readFile(join(packageFolder, "data", "errata.json"), "utf8");
  const errata = parseErrata(JSON.parse(errataText));
  return {
    store,
    compareRevisions,
    now,
    compiledWith: `${await readVersion()} ${CATALOG_FORMAT} ${createHash("sha256").update(errataText).digest("hex")}`,
    compile: async (documents, text) => {
      const history = text === undefined ? {} : { history: readReleaseHistory(text, "release history") };
      return encodeCatalog(await compileAll(documents, { errata, ...history }));
    },
  };
}

/** Compiles documents as they come: one in memory at a time. */
async function compileAll(documents: AsyncIterable<UpdateDocument>, options: CompileOptions): Promise<CompiledCatalog> {
  const { CatalogCompiler } = await import("./domain/catalog/compile-catalog.ts");
  const compiler = new CatalogCompiler();
  for await (const document of documents) compiler.add(document);
  return compiler.compile(options);
}

/** Reads a release history to see whether it is one; its text is what the store keeps. */
export async function checkReleaseHistory(bytes: Uint8Array, source: string): Promise<string> {
  const { readReleaseHistory } = await import("./feeds/release-history/read-release-history.ts");
  const text = new TextDecoder().decode(bytes);
  readReleaseHistory(text, source);
  return text;
}

/** The newest catalog, ready to be asked; @throws ProductError `no-catalog` before the first sync. */
export async function loadKnowledge(store: CatalogStore): Promise<Knowledge> {
  const { decodeCatalog } = await import("./domain/catalog/catalog-codec.ts");
  const current = await store.currentCatalog();
  if (current === undefined) throw noCatalog();
  return { revision: current.revision, catalog: decodeCatalog(current.compiled, readLatin1) };
}

function readLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** Reads inventories of any known format. */
export async function readDevices(
  inputs: readonly { readonly source: string; readonly bytes: Uint8Array }[],
  { format, merge }: Pick<Config, "format" | "merge">,
): Promise<ReadInventories> {
  const { readInventories } = await import("./inventory/read-inventories.ts");
  const named = format === undefined ? {} : { format: format as FormatName };
  return readInventories(
    inputs.map((input): InventoryInput => ({ ...input, ...named })),
    { merge },
  );
}

/** Reads inventories of any known format from a stream, item by item. */
export async function* readItems(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
  { format, isUnpacked = false, knownWords }: Pick<Config, "format"> & Pick<StreamFacts, "isUnpacked" | "knownWords">,
): AsyncGenerator<InventoryItem> {
  const { streamInventories } = await import("./inventory/stream-inventories.ts");
  const named = format === undefined ? {} : { format: format as FormatName };
  yield* streamInventories(chunks, { source, isUnpacked, ...named, ...(knownWords === undefined ? {} : { knownWords }) });
}

function databaseFile({ data }: Pick<Config, "data">): string {
  return join(data, "patchgap.db");
}

function noCatalog(folder?: string): ProductError {
  const where = folder === undefined ? "" : ` in ${folder}`;
  return new ProductError("no-catalog", `there is no update knowledge${where} yet`, {
    hint: "Run `patchgap sync` to fetch it from MSRC, or `patchgap sync --from FOLDER` with CVRF documents.",
  });
}

async function readVersion(): Promise<string> {
  return (JSON.parse(await readFile(join(packageFolder, "package.json"), "utf8")) as { version: string }).version;
}
