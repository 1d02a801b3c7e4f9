import type { UpdateDocument } from "../domain/catalog/document.ts";

/** CONTRACT of what remembers update knowledge: documents, and the immutable, numbered catalog made of them. */
export interface CatalogStore {
  /** provenance of every document held, ordered by id */
  documents(): readonly StoredDocument[];
  /** the documents themselves, ordered by id, one at a time (memory stays flat); all, or those named */
  readDocuments(ids?: readonly string[]): Iterable<UpdateDocument>;
  /** documents and the catalog made of them in one transaction: all or nothing. Replaces former selves of the same id. Returns the new revision. */
  commit(change: CatalogChange): CatalogRevision;
  /** the newest catalog, or undefined before the first commit */
  currentCatalog(): CatalogRevision | undefined;
  /** the release history last given, as text, or undefined */
  releaseHistory(): string | undefined;
  close(): void;
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

export interface CatalogChange {
  readonly documents: readonly { readonly record: StoredDocument; readonly document: UpdateDocument }[];
  /** absent: the one held stays */
  readonly releaseHistory?: string;
  readonly compiled: Uint8Array;
  /** SHA-256 of the compiled bytes, hex */
  readonly contentHash: string;
  /** ISO time */
  readonly createdAt: string;
}

export interface CatalogRevision {
  /** 1, 2, 3, … */
  readonly revision: number;
  readonly contentHash: string;
  readonly createdAt: string;
  readonly compiled: Uint8Array;
}
