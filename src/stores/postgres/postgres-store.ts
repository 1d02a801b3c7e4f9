import { createHash, randomUUID } from "node:crypto";
import type { UpdateDocument } from "../../domain/catalog/document.ts";
import { ProductError } from "../../domain/errors.ts";
import type { AuthStore } from "../auth-store.ts";
import type { DeviceStore } from "../device-store.ts";
import { packDocument, unpackDocument } from "../document-packing.ts";
import type { FleetStore } from "../fleet-store.ts";
import type { CatalogChange, CatalogRevision, CatalogStore, CommittedCatalog, Holdings, StoredDocument } from "../store.ts";
import { openUnpacker } from "../unpack-inventories.ts";
import { onCitus } from "./citus-connections.ts";
import { countsOfOneMoment } from "./citus-counts.ts";
import { type Asking, type Connections, openConnections } from "./connections.ts";
import { citusDialect } from "./dialect.ts";
import { migrate } from "./migrate.ts";
import { findPlacement, type Placement } from "./placement.ts";
import { postgresAuth } from "./postgres-auth-store.ts";
import { postgresDevices } from "./postgres-device-store.ts";
import { type FleetStoreMeans, postgresFleet } from "./postgres-fleet-store.ts";
import type { PostgresSettings } from "./postgres-settings.ts";
import { openReplicaOf } from "./replica.ts";
import { type WatchedConnections, watchSchema } from "./schema-version.ts";
import { countWrite, endWriter } from "./writers.ts";

/** How many catalogs keep their compiled form: the current one, and the one before for a process that is still reading it. */
const compiledKept = 2;

/** All contracts in one database. */
export type PostgresStore = CatalogStore & DeviceStore & FleetStore & AuthStore;

/** Opens the database, and brings it up to date. */
export async function openPostgresStore(settings: PostgresSettings): Promise<PostgresStore> {
  const opened = openConnections(settings);
  // Before anything is asked: a URL that is none is refused.
  const replica = openReplicaOf(opened, settings);
  let placement: Placement;
  try {
    await migrate(opened);
    placement = settings.placement ?? (await findPlacement(opened));
    if (placement === "distributed" && replica !== undefined) throw noReplica(opened.place);
  } catch (error) {
    await closeAll(opened, replica);
    throw error;
  }
  const writer = randomUUID();
  const unpacker = openUnpacker();
  const connections = watchSchema(placement === "distributed" ? onCitus(opened) : opened);
  let closing: Promise<void> | undefined;
  return {
    ...postgresCatalogs(connections, writer),
    ...postgresDevices(connections, writer, replica),
    ...fleetOf(placement, connections, writer, { unpack: unpacker.unpack, replica }),
    ...postgresAuth(connections),
    close: () => {
      closing ??= endWriter(connections, writer).then(() => closeAll(connections, replica, unpacker));
      return closing;
    },
  };
}

function fleetOf(placement: Placement, connections: WatchedConnections, writer: string, means: FleetStoreMeans): FleetStore {
  if (placement !== "distributed") return postgresFleet(connections, writer, means);
  const fleet = postgresFleet(connections, writer, { ...means, words: citusDialect });
  return { ...fleet, countDigests: countsOfOneMoment(connections, fleet) };
}

function noReplica(place: string): ProductError {
  return new ProductError("usage", "--database-read is not for a database that Citus distributes", {
    place: { source: place },
    hint: "Leave it out: lists are read on all nodes.",
  });
}

async function closeAll(...opened: readonly ({ readonly close: () => Promise<void> } | undefined)[]): Promise<void> {
  await Promise.all(opened.map((one) => one?.close()));
}

function postgresCatalogs(connections: Connections, writer: string): Omit<CatalogStore, "close"> {
  return {
    holdings: () => readHoldings(connections),
    readDocuments: (ids) => readDocuments(connections, ids),
    pack: packDocument,
    unpack: (packed) => unpackDocument(packed.body),
    commit: (change) => connections.write((asking) => commit(asking, writer, change)),
    currentCatalog: () => readCatalog(connections),
  };
}

const documentColumns = `id, revision, current_release AS "currentRelease", digest, content_digest AS "contentDigest", source, imported_at AS "importedAt"`;
const allDocuments = `SELECT ${documentColumns} FROM document ORDER BY id`;

/** As of one moment, and without a lock: a database that may only be read can be asked as well. */
async function readHoldings({ readTogether }: Connections): Promise<Holdings> {
  const questions = ["SELECT name, value FROM setting", allDocuments, newestCommitted];
  const [rows = [], documents = [], catalogs = []] = await readTogether(questions.map((sql) => ({ sql, values: [], isNamed: true })));
  const settings = new Map((rows as readonly { readonly name: string; readonly value: string }[]).map(({ name, value }) => [name, value]));
  const [releaseHistory, compiledWith] = [settings.get("release-history"), settings.get("compiled-with")];
  const [catalog] = catalogs as readonly CommittedCatalog[];
  return {
    generation: Number(settings.get("generation") ?? 0),
    documents: documents as readonly StoredDocument[],
    ...(releaseHistory === undefined ? {} : { releaseHistory }),
    ...(compiledWith === undefined ? {} : { compiledWith }),
    ...(catalog === undefined ? {} : { catalog }),
  };
}

async function* readDocuments(connections: Connections, ids: readonly string[] | undefined): AsyncGenerator<UpdateDocument> {
  const all = async (): Promise<string[]> =>
    (await connections.all<{ readonly id: string }>("SELECT id FROM document ORDER BY id")).map(({ id }) => id);
  for (const id of ids === undefined ? await all() : [...ids].sort()) {
    const [row] = await connections.all<{ readonly body: Uint8Array }>("SELECT body FROM document WHERE id = $1", [id]);
    if (row !== undefined) yield unpackDocument(row.body);
  }
}

async function commit(asking: Asking, writer: string, change: CatalogChange): Promise<CommittedCatalog | undefined> {
  const [held] = await asking.all<{ readonly value: string }>("SELECT value FROM setting WHERE name = 'generation' FOR UPDATE");
  if (Number(held?.value) !== change.basedOn) return undefined;
  for (const { record, body } of change.documents) {
    const { id, revision, currentRelease, digest, contentDigest, source, importedAt } = record;
    await asking.run(
      `INSERT INTO document (id, revision, current_release, digest, content_digest, source, imported_at, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, current_release = excluded.current_release, digest = excluded.digest,
         content_digest = excluded.content_digest, source = excluded.source, imported_at = excluded.imported_at, body = excluded.body`,
      [id, revision, currentRelease, digest, contentDigest, source, importedAt, body],
    );
  }
  if (change.releaseHistory !== undefined) await set(asking, "release-history", change.releaseHistory);
  await set(asking, "compiled-with", change.compiledWith);
  await set(asking, "generation", String(change.basedOn + 1));
  await countWrite(asking, writer);
  const current = await newestCatalog(asking);
  return current?.contentHash === change.contentHash ? current : addCatalog(asking, change, (current?.revision ?? 0) + 1);
}

async function addCatalog(asking: Asking, change: CatalogChange, revision: number): Promise<CommittedCatalog> {
  const { contentHash, createdAt } = change;
  const provenance = JSON.stringify(await asking.all(allDocuments));
  await asking.run("INSERT INTO catalog (revision, content_hash, created_at, documents, compiled) VALUES ($1, $2, $3, $4, $5)", [
    ...[revision, contentHash, createdAt, provenance],
    change.compiled,
  ]);
  await asking.run("UPDATE catalog SET compiled = NULL WHERE revision <= $1 AND compiled IS NOT NULL", [revision - compiledKept]);
  return { revision, contentHash, createdAt };
}

const newest = "ORDER BY revision DESC LIMIT 1";
const newestCommitted = `SELECT revision, content_hash AS "contentHash", created_at AS "createdAt" FROM catalog ${newest}`;

async function newestCatalog(asking: Asking): Promise<CommittedCatalog | undefined> {
  const [row] = await asking.all<CommittedCatalog>(newestCommitted);
  return row;
}

async function readCatalog({ all, place }: Connections): Promise<CatalogRevision | undefined> {
  const [found] = await all<CatalogRevision>(
    `SELECT revision, content_hash AS "contentHash", created_at AS "createdAt", compiled FROM catalog ${newest}`,
  );
  if (found === undefined) return undefined;
  if (createHash("sha256").update(found.compiled).digest("hex") === found.contentHash)
    return { ...found, compiled: new Uint8Array(found.compiled) };
  throw new ProductError("database", `catalog revision ${found.revision} is damaged: its bytes do not match their digest`, {
    place: { source: place },
    hint: "Restore a copy of the database.",
  });
}

async function set(asking: Asking, name: string, value: string): Promise<void> {
  await asking.run("INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", [
    name,
    value,
  ]);
}
