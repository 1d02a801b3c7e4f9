import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { UpdateDocument } from "../domain/catalog/document.ts";
import type { PackedDocument } from "./store.ts";

/** The form in which every store keeps a document: deflated JSON, a fifteenth of the XML it came from. */
export function packDocument(document: UpdateDocument): PackedDocument {
  // Warnings name places in XML or JSON and are no part of what a document says.
  const { warnings, ...content } = document;
  const text = JSON.stringify(content);
  const body = `${text.slice(0, -1)},"warnings":${JSON.stringify(warnings)}}`;
  // Fast compression: the whole corpus is packed in the time of parsing a few of its documents.
  return { contentDigest: createHash("sha256").update(text).digest("hex"), body: deflateRawSync(body, { level: 1 }) };
}

/** Reads it back; the text was written by `packDocument`, so its shape is trusted. */
export function unpackDocument(body: Uint8Array): UpdateDocument {
  return JSON.parse(inflateRawSync(body).toString("utf8")) as UpdateDocument;
}
