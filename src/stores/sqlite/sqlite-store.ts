import { createHash } from "node:crypto";
import type Database from "better-sqlite3";
import type { UpdateDocument } from "../../domain/catalog/document.ts";
import { ProductError } from "../../domain/errors.ts";
import type { AuthStore } from "../auth-store.ts";
import type { DeviceStore } from "../device-store.ts";
import { packDocument, unpackDocument } from "../document-packing.ts";
import type { FleetStore } from "../fleet-store.ts";
import type { CatalogChange, CatalogRevision, CatalogStore, CommittedCatalog, Holdings, StoredDocument } from "../store.ts";
import { openUnpacker } from "../unpack-inventories.ts";
import { patientGuard } from "./busy-patience.ts";
import { databaseWatch } from "./database-watch.ts";
import { openDatabase, openDatabaseToRead } from "./open-database.ts";
import { sqliteAuth } from "./sqlite-auth-store.ts";
import { sqliteDevices } from "./sqlite-device-store.ts";
import { type Guarded, withDatabaseErrors } from "./sqlite-errors.ts";
import { sqliteFleet } from "./sqlite-fleet-store.ts";
import { openReader } from "./sqlite-reader.ts";
import { dataVersionOf } from "./watch-others.ts";

/** How many catalogs keep their compiled form: the current one, and the one before for a process that is still reading it. */
const compiledKept = 2;

const documentColumns =
  "id, revision, current_release AS currentRelease, digest, content_digest AS contentDigest, source, imported_at AS importedAt";

/** All contracts in one database. */
export type SqliteStore = CatalogStore & DeviceStore & FleetStore & AuthStore;

/** Opens (and creates, where there is none) the embedded store; `:memory:` is forgotten on close. */
export function openSqliteStore(file: string): SqliteStore {
  return storeOf(file, openDatabase(file));
}

/** Opens an embedded store that is there, to read it: nothing needs to be written for that. */
export function openSqliteStoreToRead(file: string): SqliteStore {
  return storeOf(file, openDatabaseToRead(file));
}

function storeOf(file: string, database: Database.Database): SqliteStore {
  const { guarded, outsideChanges } = watched(database, patientGuard(file, database));
  const reader = openReader(file, database, guarded);
  const unpacker = openUnpacker();
  const dataVersion = dataVersionOf(database);
  return {
    holdings: () => guarded(() => database.transaction(() => readHoldings(database))()),
    readDocuments: (ids) => readDocuments(database, file, ids),
    pack: packDocument,
    unpack: (packed) => unpackDocument(packed.body),
    commit: (change) => guarded(() => database.transaction(() => commit(database, change)).immediate()),
    currentCatalog: () => guarded(() => readCatalog(database, file)),
    ...sqliteDevices(database, guarded, dataVersion),
    ...sqliteAuth(database, guarded, dataVersion),
    ...sqliteFleet(database, guarded, { ...reader, unpack: unpacker.unpack }),
    outsideChanges,
    close: async () => {
      await Promise.all([reader.close(), unpacker.close()]);
      await guarded(() => void database.close());
    },
  };
}

/** A server that runs while its file goes, or while a newer patchgap migrates it, notices by what it asks every second, and refuses all the rest until it is well again. */
function watched(database: Database.Database, ask: Guarded): { readonly guarded: Guarded } & Pick<FleetStore, "outsideChanges"> {
  const check = databaseWatch(database);
  let isWell = true;
  return {
    guarded: (work) =>
      ask(() => {
        if (!isWell) check();
        return work();
      }),
    outsideChanges: () =>
      ask(() => {
        isWell = false;
        check();
        isWell = true;
        return database.pragma("data_version", { simple: true }) as number;
      }),
  };
}

function readHoldings(database: Database.Database): Holdings {
  const releaseHistory = setting(database, "release-history");
  const compiledWith = setting(database, "compiled-with");
  const catalog = newestCatalog(database);
  return {
    generation: Number(setting(database, "generation") ?? 0),
    documents: database.prepare<[], StoredDocument>(`SELECT ${documentColumns} FROM document ORDER BY id`).all(),
    ...(releaseHistory === undefined ? {} : { releaseHistory }),
    ...(compiledWith === undefined ? {} : { compiledWith }),
    ...(catalog === undefined ? {} : { catalog }),
  };
}

async function* readDocuments(
  database: Database.Database,
  file: string,
  ids: readonly string[] | undefined,
): AsyncGenerator<UpdateDocument> {
  const all = (): string[] => database.prepare<[], string>("SELECT id FROM document ORDER BY id").pluck().all();
  const wanted = ids === undefined ? withDatabaseErrors(file, all) : [...ids].sort();
  const statement = database.prepare<[string], Uint8Array>("SELECT body FROM document WHERE id = ?").pluck();
  for (const id of wanted) {
    const body = withDatabaseErrors(file, () => statement.get(id));
    if (body !== undefined) yield unpackDocument(body);
  }
}

function commit(database: Database.Database, change: CatalogChange): CommittedCatalog | undefined {
  if (Number(setting(database, "generation") ?? 0) !== change.basedOn) return undefined;
  const replace = database.prepare(
    `INSERT OR REPLACE INTO document (id, revision, current_release, digest, content_digest, source, imported_at, body)
     VALUES (@id, @revision, @currentRelease, @digest, @contentDigest, @source, @importedAt, @body)`,
  );
  for (const { record, body } of change.documents) replace.run({ ...record, body });
  if (change.releaseHistory !== undefined) set(database, "release-history", change.releaseHistory);
  set(database, "compiled-with", change.compiledWith);
  set(database, "generation", String(change.basedOn + 1));
  const current = newestCatalog(database);
  return current?.contentHash === change.contentHash ? current : addCatalog(database, change);
}

function addCatalog(database: Database.Database, change: CatalogChange): CommittedCatalog {
  const provenance = database.prepare(`SELECT ${documentColumns} FROM document ORDER BY id`).all();
  const { lastInsertRowid } = database
    .prepare("INSERT INTO catalog (content_hash, created_at, documents, compiled) VALUES (?, ?, ?, ?)")
    .run(change.contentHash, change.createdAt, JSON.stringify(provenance), change.compiled);
  const revision = Number(lastInsertRowid);
  database.prepare("UPDATE catalog SET compiled = NULL WHERE revision <= ? AND compiled IS NOT NULL").run(revision - compiledKept);
  return { revision, contentHash: change.contentHash, createdAt: change.createdAt };
}

function newestCatalog(database: Database.Database): CommittedCatalog | undefined {
  return database
    .prepare<[], CommittedCatalog>(
      "SELECT revision, content_hash AS contentHash, created_at AS createdAt FROM catalog ORDER BY revision DESC LIMIT 1",
    )
    .get();
}

function readCatalog(database: Database.Database, file: string): CatalogRevision | undefined {
  const found = database
    .prepare<[], CatalogRevision>(
      "SELECT revision, content_hash AS contentHash, created_at AS createdAt, compiled FROM catalog ORDER BY revision DESC LIMIT 1",
    )
    .get();
  if (found === undefined) return undefined;
  if (createHash("sha256").update(found.compiled).digest("hex") === found.contentHash)
    return { ...found, compiled: plainBytes(found.compiled) };
  throw new ProductError("database", `catalog revision ${found.revision} is damaged: its bytes do not match their digest`, {
    place: { source: file },
    hint: "Move the file away and run `patchgap sync` again, or restore a copy.",
  });
}

/** The driver hands out a Buffer, whose `slice` does not copy: code that knows of no Node.js would be surprised. */
function plainBytes({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function setting(database: Database.Database, name: string): string | undefined {
  return database.prepare<[string], string>("SELECT value FROM setting WHERE name = ?").pluck().get(name);
}

function set(database: Database.Database, name: string, value: string): void {
  database.prepare("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)").run(name, value);
}
