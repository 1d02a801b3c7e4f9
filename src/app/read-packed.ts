import type { DocumentReference, UpdateFeed } from "../feeds/feed.ts";
import type { CatalogStore } from "../stores/store.ts";

/** A document that was read and packed: all that a sync needs to know, in a form that is small and travels between threads. */
export interface PackedReading {
  readonly id: string;
  readonly month: number;
  readonly revision: string;
  readonly currentRelease: string;
  readonly warnings: readonly string[];
  /** SHA-256 of the bytes it was read from, hex */
  readonly digest: string;
  readonly contentDigest: string;
  readonly body: Uint8Array;
}

/** Reads one document whole, or @throws ProductError. */
export type ReadPacked = (reference: DocumentReference) => Promise<PackedReading>;

/** How the documents of a run are read. */
export interface Readers {
  readonly atOnce: number;
  /** absent: the feed itself reads */
  readonly read?: ReadPacked;
  readonly close: () => Promise<void>;
}

/** Reading in this very thread. */
export function packedReader(feed: Pick<UpdateFeed, "read">, { pack }: Pick<CatalogStore, "pack">): ReadPacked {
  return async (reference) => {
    const { document, digest } = await feed.read(reference);
    const { id, month, revision, currentRelease, warnings } = document;
    return { id, month, revision, currentRelease, warnings, digest, ...pack(document) };
  };
}
