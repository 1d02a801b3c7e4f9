import type { ExposureKeeper } from "../app/fleet/exposure-days.ts";
import type { Fleet } from "../app/fleet/fleet.ts";
import type { TotalsKeeper } from "../app/fleet/fleet-totals.ts";
import type { IngestTools } from "../app/ingest-inventories.ts";
import type { InventoryItem } from "../inventory/format.ts";

/** What routes work with. */
export interface Service {
  readonly fleet: Fleet;
  readonly totals: TotalsKeeper;
  /** the exposure of fleets day by day, counted beside requests */
  readonly exposures: ExposureKeeper;
  /** reads inventories of any format, item by item */
  readonly readItems: (chunks: AsyncIterable<Uint8Array>, isUnpacked: boolean) => AsyncIterable<InventoryItem>;
  /** what `readItems` need not read again */
  readonly knownWords: NonNullable<IngestTools["knownWords"]>;
  /** stores inventories; those that arrive at once share one wait for the disk */
  readonly checkIn: IngestTools["store"]["checkIn"];
  /** works out what an inventory comes to before it is stored */
  readonly look: NonNullable<IngestTools["look"]>;
  /** signs the addresses of export files */
  readonly exportSecret: Uint8Array;
  /** files that answers are gathered in before they are sent */
  readonly spoolFolder: string;
}
