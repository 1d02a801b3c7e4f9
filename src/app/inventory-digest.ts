import { createHash } from "node:crypto";
import type { InventoryContent } from "../domain/fleet/inventory-content.ts";

/** SHA-256, as hex, of what a device reported. It knows nothing of the catalog, and the order of lists makes no difference. */
export function inventoryDigest(content: InventoryContent): string {
  return createHash("sha256").update(JSON.stringify(content), "utf8").digest("hex");
}
