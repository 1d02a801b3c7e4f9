import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { InventoryContent } from "../domain/fleet/inventory-content.ts";

/** The form in which every store keeps the content of an inventory: deflated JSON. */
export function packContent(content: InventoryContent): Uint8Array {
  return deflateRawSync(JSON.stringify(content), { level: 1 });
}

/** Reads it back; the text was written by `packContent`, so its shape is trusted. */
export function unpackContent(body: Uint8Array): InventoryContent {
  return JSON.parse(inflateRawSync(body).toString("utf8")) as InventoryContent;
}
