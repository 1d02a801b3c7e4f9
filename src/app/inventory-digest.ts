import { hash } from "node:crypto";
import type { InventoryContent } from "../domain/fleet/inventory-content.ts";

/** SHA-256, as hex, of what a device reported. It knows nothing of the catalog, and the order of lists makes no difference. */
export function inventoryDigest(content: InventoryContent): string {
  return digestOfText(JSON.stringify(content));
}

/** The same, of the content as JSON. */
export function digestOfText(content: string): string {
  return hash("sha256", content);
}
