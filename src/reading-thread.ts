/** Runs in a thread of its own: reads and packs the documents it is asked for, one after the other. */
import { parentPort } from "node:worker_threads";
import { type PackedReading, packedReader } from "./app/read-packed.ts";
import { type ErrorCode, type Place, ProductError } from "./domain/errors.ts";
import type { DocumentReference } from "./feeds/feed.ts";
import { msrcFiles } from "./feeds/msrc/msrc-files.ts";
import { packDocument } from "./stores/document-packing.ts";

/** Errors do not travel between threads as what they are. */
export type ReadingAnswer =
  | { readonly reading: PackedReading }
  | { readonly refusal: { readonly code: ErrorCode; readonly message: string; readonly place: Place; readonly hint: string | undefined } }
  | { readonly failure: unknown };

const read = packedReader(msrcFiles("."), { pack: packDocument });

async function answer(reference: DocumentReference): Promise<ReadingAnswer> {
  try {
    return { reading: await read(reference) };
  } catch (error) {
    if (!(error instanceof ProductError)) return { failure: error };
    const { code, message, place, hint } = error;
    return { refusal: { code, message, place, hint } };
  }
}

parentPort?.on("message", (reference: DocumentReference) => {
  void answer(reference).then((reply) => parentPort?.postMessage(reply));
});
