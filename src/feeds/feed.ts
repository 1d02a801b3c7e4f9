import type { UpdateDocument } from "../domain/catalog/document.ts";

/** CONTRACT of a source of update knowledge: what there is, and one document whole. */
export interface UpdateFeed {
  /** for messages: a folder, a file or a URL */
  readonly name: string;
  /** every document the source holds, in a stable order; documents already known at `known` (id and current release) may be left out */
  list(known: readonly KnownDocument[]): Promise<readonly DocumentReference[]>;
  /** reads one document whole, or @throws ProductError saying which file and line; never half a document */
  read(reference: DocumentReference): Promise<FeedDocument>;
}

export interface DocumentReference {
  /** file path or URL */
  readonly location: string;
  /** size on disk in bytes where known, for progress */
  readonly bytes?: number;
  /** the id the source promises for it, where it does (MSRC's list): another id in the document is refused */
  readonly id?: string;
}

/** A document and the bytes it came from. */
export interface FeedDocument {
  readonly document: UpdateDocument;
  /** SHA-256 of the decoded bytes, hex */
  readonly digest: string;
  /** decoded size in bytes */
  readonly bytes: number;
}

/** What a store already holds of a document. */
export interface KnownDocument {
  readonly id: string;
  readonly revision: string;
  readonly currentRelease: string;
}
