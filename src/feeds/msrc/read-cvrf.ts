import { gunzipSync } from "node:zlib";
import { ProductError } from "../../domain/errors.ts";
import type { FeedDocument } from "../feed.ts";
import { cvrfLimits } from "./cvrf-limits.ts";
import { CvrfReader } from "./cvrf-reader.ts";
import { kindOf } from "./document-kind.ts";

/**
 * Reads one CVRF document from memory: XML or JSON, gzipped or not, whatever its name says; the digest is that of the decoded bytes.
 *
 * @throws ProductError naming source, line or field, and what is wrong
 */
export function readCvrf(bytes: Uint8Array, source: string): FeedDocument {
  const reader = new CvrfReader(source);
  reader.write(kindOf(bytes).kind === "gzip" ? gunzipped(bytes, source) : bytes);
  return reader.end();
}

function gunzipped(bytes: Uint8Array, source: string): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: cvrfLimits.decodedBytes });
  } catch (error) {
    throw gunzipTrouble(error, source);
  }
}

/** What an error of zlib means for the document at `source`. */
export function gunzipTrouble(error: unknown, source: string): ProductError {
  if (error instanceof ProductError) return error;
  const tooLarge = error instanceof RangeError;
  const message = tooLarge ? "more than 64 MiB after decompression" : "not well-formed gzip: truncated or damaged";
  return new ProductError(tooLarge ? "too-large" : "unreadable-input", message, { place: { source }, cause: error });
}
