import type { InventoryContent } from "./inventory-content.ts";

/**
 * The part of an inventory that can change what a device is said to lack, under one catalog on one day. Dropped are updates that no document and no
 * release names for the device, those that the running build holds anyway, the spelling of the system's name, and software without updates. It is an
 * inventory itself: examined, it gives the same answer as the whole, but for the words of a reason and the list of what is installed.
 */
export interface Posture {
  /** the same for all inventories of which the same is left */
  readonly key: string;
  readonly content: InventoryContent;
}
