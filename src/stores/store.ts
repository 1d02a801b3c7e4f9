import type { UpdateDocument } from "../domain/catalog/document.ts";

/**
 * CONTRACT of what remembers update knowledge: documents, and the immutable, numbered catalog made of them.
 * Every failure is a ProductError `database`, and a rejection: nothing that asks the database throws at once.
 */
export interface CatalogStore {
  /** all that is held but the documents' text and the catalog's bytes, as of one moment */
  holdings(): Promise<Holdings>;
  /** the documents themselves, ordered by id, one at a time (memory stays flat); all, or those named */
  readDocuments(ids?: readonly string[]): AsyncIterable<UpdateDocument>;
  /** a document in the form it is kept in: small, so that many can wait for one commit */
  pack(document: UpdateDocument): PackedDocument;
  unpack(packed: PackedDocument): UpdateDocument;
  /**
   * Documents and the catalog made of them in one transaction, all or nothing; former selves of the same id are replaced.
   * Undefined: somebody else has committed since `basedOn`; nothing was written, decide again.
   */
  commit(change: CatalogChange): Promise<CommittedCatalog | undefined>;
  /** the newest catalog with its bytes, or undefined before the first commit */
  currentCatalog(): Promise<CatalogRevision | undefined>;
  close(): Promise<void>;
}

export interface Holdings {
  /** counts the commits: what a change was decided on */
  readonly generation: number;
  /** provenance of every document held, ordered by id */
  readonly documents: readonly StoredDocument[];
  /** the release history last given, as text */
  readonly releaseHistory?: string;
  /** what the catalog was compiled with: another compiler or other errata ask for a new compilation */
  readonly compiledWith?: string;
  readonly catalog?: CommittedCatalog;
}

export interface StoredDocument {
  readonly id: string;
  readonly revision: string;
  readonly currentRelease: string;
  /** SHA-256 of the bytes it was read from, hex */
  readonly digest: string;
  /** SHA-256 of what was understood of it, hex: the same for XML and JSON of one document */
  readonly contentDigest: string;
  /** where it came from */
  readonly source: string;
  /** ISO time */
  readonly importedAt: string;
}

export interface PackedDocument {
  readonly contentDigest: string;
  readonly body: Uint8Array;
}

export interface CatalogChange {
  /** `generation` of the holdings the change was decided on */
  readonly basedOn: number;
  readonly documents: readonly { readonly record: StoredDocument; readonly body: Uint8Array }[];
  /** absent: the one held stays */
  readonly releaseHistory?: string;
  readonly compiled: Uint8Array;
  readonly compiledWith: string;
  /** SHA-256 of the compiled bytes, hex; the same as the current catalog's: no new revision is made */
  readonly contentHash: string;
  /** ISO time */
  readonly createdAt: string;
}

export interface CommittedCatalog {
  /** 1, 2, 3, … */
  readonly revision: number;
  readonly contentHash: string;
  /** ISO time */
  readonly createdAt: string;
}

export interface CatalogRevision extends CommittedCatalog {
  readonly compiled: Uint8Array;
}
