import type { Inventory } from "../domain/fleet/inventory.ts";
import { contentOf, factsOf } from "../domain/fleet/inventory-content.ts";
import type { InputProblem, InventoryItem } from "../inventory/format.ts";
import type { CheckIn, CheckInOutcome, CheckInResult, DeviceStore, IdentityDoubt, Tenant } from "../stores/device-store.ts";
import { deviceIdOf } from "./device-id.ts";
import { inventoryDigest } from "./inventory-digest.ts";
import { orderingTime } from "./ordering-time.ts";

/** So many inventories share one transaction, and one wait for the disk. */
export const batchSize = 500;
/** Fewer of them where they are large: a batch waits in memory. */
const batchBytes = 8 * 1024 * 1024;

export interface IngestTools {
  readonly store: Pick<DeviceStore, "checkIn">;
  readonly tenant: Tenant;
  readonly now: () => Date;
  /** tags that the devices keep, whatever they report themselves */
  readonly tags?: readonly string[];
}

/** What became of one item. */
export interface IngestedItem {
  readonly source: string;
  /** counted from 1; absent where the input is not one object a line */
  readonly line?: number;
  /** absent: refused before it was known which one it is */
  readonly device?: { readonly deviceName: string; readonly deviceId: string };
  readonly outcome: CheckInOutcome | "refused";
  /** what was left out or looks wrong; of a refused item the reason */
  readonly problems: readonly InputProblem[];
}

/**
 * Stores inventories as they are read, a batch at a time, and answers in their order. What has been answered is on the disk;
 * memory does not grow with the stream.
 */
export async function* ingestInventories(
  items: AsyncIterable<InventoryItem> | Iterable<InventoryItem>,
  tools: IngestTools,
): AsyncGenerator<IngestedItem> {
  let batch: InventoryItem[] = [];
  let bytes = 0;
  for await (const item of items) {
    batch.push(item);
    bytes += item.bytes ?? 0;
    if (batch.length < batchSize && bytes < batchBytes) continue;
    yield* ingestBatch(batch, tools);
    [batch, bytes] = [[], 0];
  }
  yield* ingestBatch(batch, tools);
}

interface PreparedItem {
  readonly item: InventoryItem;
  readonly checkIn?: CheckIn;
  /** why the device's own time does not count */
  readonly doubt?: string;
}

async function* ingestBatch(items: readonly InventoryItem[], { store, tenant, now, tags }: IngestTools): AsyncGenerator<IngestedItem> {
  const receivedAt = now();
  const prepared = items.map((item): PreparedItem => ({ item, ...checkInOf(item.inventory, tenant, receivedAt, tags) }));
  const checkIns = prepared.flatMap(({ checkIn }) => checkIn ?? []);
  const results = (checkIns.length === 0 ? [] : await store.checkIn(tenant.id, checkIns)).values();
  for (const one of prepared) yield answer(one, one.checkIn === undefined ? undefined : results.next().value);
}

function answer({ item, checkIn, doubt }: PreparedItem, result: CheckInResult | undefined): IngestedItem {
  const { source, line, problems } = item;
  const place = line === undefined ? { source } : { source, line };
  if (checkIn === undefined || result === undefined) return { ...place, outcome: "refused", problems };
  const more = [
    ...(doubt === undefined ? [] : [{ ...place, field: "collectedAt", message: doubt }]),
    ...(result.doubt === undefined ? [] : [{ ...place, ...describeDoubt(result.doubt) }]),
  ];
  const device = { deviceName: checkIn.name, deviceId: checkIn.deviceId };
  return { ...place, device, outcome: result.outcome, problems: [...problems, ...more] };
}

function checkInOf(
  inventory: Inventory | undefined,
  tenant: Tenant,
  receivedAt: Date,
  tags: readonly string[] | undefined,
): Omit<PreparedItem, "item"> {
  if (inventory === undefined) return {};
  const content = contentOf(inventory);
  const { at, ...doubt } = orderingTime(inventory.collectedAt, receivedAt);
  const checkIn: CheckIn = {
    deviceId: inventory.deviceId ?? deviceIdOf(inventory.deviceName, tenant.alias),
    name: inventory.deviceName,
    at,
    receivedAt: receivedAt.toISOString(),
    digest: inventoryDigest(content),
    content,
    facts: factsOf(inventory),
    ...(tags === undefined ? {} : { assignTags: tags }),
  };
  return { checkIn, ...doubt };
}

/** The id says which device it is; where it may not, that is told and nothing is merged or split. */
function describeDoubt(doubt: IdentityDoubt): { readonly field: string; readonly message: string } {
  switch (doubt.kind) {
    case "renamed":
      return { field: "deviceId", message: `this id belonged to a device named ${doubt.formerName}: it is taken for the same, renamed` };
    case "same-name":
      return { field: "deviceName", message: `a device of the same name has another id (${doubt.deviceId}): both are kept` };
    case "alternates":
      return { field: "deviceId", message: "it changes back and forth between two inventories: two computers may report under one id" };
  }
}
