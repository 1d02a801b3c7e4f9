import { deflateRawSync, inflateRawSync } from "node:zlib";
import { ProductError } from "../domain/errors.ts";
import type { InventoryContent } from "../domain/fleet/inventory-content.ts";
import type { StoredContent } from "./fleet-store.ts";

/** For a text of some kilobytes; with what zlib takes for one of any length, making room would cost more than packing. */
const small = { level: 1, windowBits: 13, memLevel: 5 };
const largest = 16_384;

/** The form in which every store keeps the content of an inventory: deflated JSON. */
export function packContent(content: InventoryContent): Uint8Array {
  const text = JSON.stringify(content);
  return deflateRawSync(text, text.length > largest ? { level: 1 } : { ...small, chunkSize: Math.max(1024, text.length >> 1) });
}

/** An inventory as the store has it: whoever reads many unpacks one after the other. */
export function packedContent(digest: string, body: Uint8Array): StoredContent {
  return {
    digest,
    get content() {
      try {
        return unpackContent(body);
      } catch (cause) {
        throw new ProductError("database", `the database is damaged: inventory ${digest} cannot be read`, { cause });
      }
    },
  };
}

/** Reads it back; the text was written by `packContent`, so its shape is trusted. */
export function unpackContent(body: Uint8Array): InventoryContent {
  return JSON.parse(unpackText(body)) as InventoryContent;
}

/** The JSON of a packed content; @throws Error where it is damaged, or has more than so many bytes */
export function unpackText(body: Uint8Array, mostBytes?: number): string {
  const chunkSize = Math.min(largest, Math.max(1024, body.length * 5));
  return inflateRawSync(body, { chunkSize, ...(mostBytes === undefined ? {} : { maxOutputLength: mostBytes }) }).toString("utf8");
}
