import { createHash } from "node:crypto";
import type { UpdateDocument } from "../domain/catalog/document.ts";
import { ProductError } from "../domain/errors.ts";
import { compareTexts } from "../domain/text-order.ts";
import type { DocumentReference, UpdateFeed } from "../feeds/feed.ts";
import type { CatalogStore, CommittedCatalog, Holdings, StoredDocument } from "../stores/store.ts";
import type { CompareRevisions } from "./document-order.ts";
import { type Candidate, isTaken, type Judgement, type JudgeTools, judgeDocuments } from "./judge-documents.ts";
import { parseMonth } from "./parse-month.ts";
import { packedReader, type Readers, type ReadPacked } from "./read-packed.ts";
import { compilingProgress, ReadingProgress, type SyncProgress } from "./reading-progress.ts";

/** What a sync works with. */
export interface SyncTools {
  readonly store: CatalogStore;
  readonly compareRevisions: CompareRevisions;
  /** documents, in any order, and the text of a release history → the compiled catalog's bytes */
  readonly compile: (documents: AsyncIterable<UpdateDocument>, releaseHistory: string | undefined) => Promise<Uint8Array>;
  /** names the compiler and its errata: another name asks for a new compilation */
  readonly compiledWith: string;
  readonly now: () => Date;
}

export interface SyncRequest {
  readonly feed: UpdateFeed;
  /** how that many documents are read; one after the other by the feed where absent */
  readonly openReaders?: (documents: number) => Promise<Readers>;
  /** documents of earlier months are left out; a month number */
  readonly since?: number;
  /** text of a release history that replaces the one held */
  readonly releaseHistory?: string;
  /** take documents older than those held */
  readonly allowDowngrade?: boolean;
  /** take documents that change more than a document usually does */
  readonly allowLargeChange?: boolean;
  readonly onProgress?: (progress: SyncProgress) => void;
}

export interface SyncResult {
  /** one for every document the feed named and `since` lets in, in the feed's order */
  readonly documents: readonly SyncedDocument[];
  /** the catalog after the sync; undefined: there is still none */
  readonly catalog: CommittedCatalog | undefined;
  readonly isNewRevision: boolean;
  /** what became of the release history given; `not-taken`: there is no document yet that it could add to */
  readonly releaseHistory?: "taken" | "unchanged" | "not-taken";
}

export interface SyncedDocument {
  readonly location: string;
  readonly outcome: Judgement["outcome"] | "failed";
  readonly remark?: string;
  readonly isWarning?: boolean;
  /** absent where it could not be read */
  readonly id?: string;
  readonly revision?: string;
  readonly currentRelease?: string;
  /** what was odd in it */
  readonly warnings?: readonly string[];
  readonly error?: ProductError;
}

/** A reference of the feed, with the candidate it led to, or the reason why there is none. */
type Reading = { readonly reference: DocumentReference } & (
  | { readonly candidate: Candidate; readonly warnings: readonly string[] }
  | { readonly error: ProductError }
);

const raceAttempts = 20;

/**
 * Brings the store up to a feed: reads every document whole, takes those that are newer than what is held, compiles all into a new catalog,
 * and commits documents and catalog at once. A document that cannot be read is named, and its former self stays.
 */
export async function syncCatalog(request: SyncRequest, tools: SyncTools): Promise<SyncResult> {
  const readings = await readFeed(request, tools);
  const candidates = readings.flatMap((reading) => ("candidate" in reading ? [reading.candidate] : []));
  for (let attempt = 0; attempt < raceAttempts; attempt++) {
    const holdings = await tools.store.holdings();
    const judgements = await judgeDocuments(candidates, byId(holdings.documents), judgeTools(request, tools));
    const taken = candidates.filter((candidate) => isTaken(judgements.get(candidate)));
    const documents = readings.map((reading) => report(reading, judgements));
    if (!needsCommit(taken, holdings, request, tools))
      return { documents, catalog: holdings.catalog, isNewRevision: false, ...historyOutcome(request, holdings, "not-taken") };
    request.onProgress?.(compilingProgress(readings.length));
    const catalog = await commit(taken, holdings, request, tools);
    if (catalog === undefined) continue;
    const isNewRevision = catalog.revision !== holdings.catalog?.revision;
    return { documents, catalog, isNewRevision, ...historyOutcome(request, holdings, "taken") };
  }
  throw new ProductError("database", "other processes keep changing the catalog", { hint: "Run one sync at a time." });
}

function historyOutcome(
  { releaseHistory }: SyncRequest,
  holdings: Holdings,
  otherwise: "taken" | "not-taken",
): Pick<SyncResult, "releaseHistory"> {
  if (releaseHistory === undefined) return {};
  return { releaseHistory: releaseHistory === holdings.releaseHistory ? "unchanged" : otherwise };
}

async function readFeed(request: SyncRequest, tools: SyncTools): Promise<Reading[]> {
  const listed = await request.feed.list((await tools.store.holdings()).documents);
  const references = listed.filter((reference) => !isBefore(reference.id, request.since));
  const readers = await request.openReaders?.(references.length);
  const read = readers?.read ?? packedReader(request.feed, tools.store);
  const readings: (Reading | undefined)[] = [];
  const progress = new ReadingProgress(references, request.onProgress);
  const waiting = references.entries();
  const readOn = async (): Promise<void> => {
    for (const [index, reference] of waiting) {
      progress.begin(reference);
      readings[index] = await readOne(reference, read, request.since, tools.now());
      progress.end(reference);
    }
  };
  try {
    await Promise.all(Array.from({ length: readers?.atOnce ?? 1 }, readOn));
  } finally {
    await readers?.close();
  }
  return readings.filter((reading) => reading !== undefined);
}

/** A month that the source itself says is too early is not even read. */
function isBefore(id: string | undefined, since: number | undefined): boolean {
  const month = id === undefined ? undefined : parseMonth(id);
  return month !== undefined && since !== undefined && month < since;
}

/** Undefined: a document of a month that was not asked for. */
async function readOne(reference: DocumentReference, read: ReadPacked, since: number | undefined, now: Date): Promise<Reading | undefined> {
  try {
    const { month, warnings, body, ...facts } = await read(reference);
    if (since !== undefined && month < since) return undefined;
    const record: StoredDocument = { ...facts, source: reference.location, importedAt: now.toISOString() };
    return { reference, candidate: { record, body }, warnings };
  } catch (error) {
    if (error instanceof ProductError) return { reference, error };
    throw error;
  }
}

function judgeTools(request: SyncRequest, tools: SyncTools): JudgeTools {
  const { store, compareRevisions } = tools;
  return {
    compareRevisions,
    unpack: ({ record, body }) => store.unpack({ contentDigest: record.contentDigest, body }),
    readHeld: (id) => readHeld(store, id),
    allowDowngrade: request.allowDowngrade === true,
    allowLargeChange: request.allowLargeChange === true,
  };
}

async function readHeld(store: CatalogStore, id: string): Promise<UpdateDocument | undefined> {
  for await (const document of store.readDocuments([id])) return document;
  return undefined;
}

function needsCommit(taken: readonly Candidate[], holdings: Holdings, request: SyncRequest, tools: SyncTools): boolean {
  if (taken.length > 0) return true;
  if (holdings.documents.length === 0) return false;
  const isOtherHistory = request.releaseHistory !== undefined && request.releaseHistory !== holdings.releaseHistory;
  return isOtherHistory || holdings.compiledWith !== tools.compiledWith;
}

async function commit(
  taken: readonly Candidate[],
  holdings: Holdings,
  request: SyncRequest,
  tools: SyncTools,
): Promise<CommittedCatalog | undefined> {
  const releaseHistory = request.releaseHistory ?? holdings.releaseHistory;
  const compiled = await tools.compile(allDocuments(taken, holdings, tools.store), releaseHistory);
  return tools.store.commit({
    basedOn: holdings.generation,
    documents: taken,
    ...(releaseHistory === undefined ? {} : { releaseHistory }),
    compiled,
    compiledWith: tools.compiledWith,
    contentHash: createHash("sha256").update(compiled).digest("hex"),
    createdAt: tools.now().toISOString(),
  });
}

/** Held and taken documents by id, one in memory at a time. */
async function* allDocuments(taken: readonly Candidate[], holdings: Holdings, store: CatalogStore): AsyncGenerator<UpdateDocument> {
  const pending = new Map(taken.map((candidate) => [candidate.record.id, candidate]));
  const ids = new Set([...pending.keys(), ...holdings.documents.map((document) => document.id)]);
  for (const id of [...ids].sort(compareTexts)) {
    const candidate = pending.get(id);
    if (candidate === undefined) yield* store.readDocuments([id]);
    else yield store.unpack({ contentDigest: candidate.record.contentDigest, body: candidate.body });
  }
}

function report(reading: Reading, judgements: ReadonlyMap<Candidate, Judgement>): SyncedDocument {
  const { location } = reading.reference;
  if ("error" in reading) {
    const { id } = reading.reference;
    return { location, outcome: "failed", error: reading.error, ...(id === undefined ? {} : { id }) };
  }
  const judgement = judgements.get(reading.candidate) ?? { outcome: "unchanged" };
  const { id, revision, currentRelease } = reading.candidate.record;
  return { location, ...judgement, id, revision, currentRelease, warnings: reading.warnings };
}

function byId(documents: readonly StoredDocument[]): Map<string, StoredDocument> {
  return new Map(documents.map((document) => [document.id, document]));
}
