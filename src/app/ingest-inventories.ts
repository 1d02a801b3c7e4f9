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
 * memory does not grow with the stream. While one batch is written the next is read: a database of its own has a processor of its own.
 */
export async function* ingestInventories(
  items: AsyncIterable<InventoryItem> | Iterable<InventoryItem>,
  tools: IngestTools,
): AsyncGenerator<IngestedItem> {
  const batches = batchesOf(items, tools);
  let writing: Promise<readonly IngestedItem[]> = Promise.resolve([]);
  try {
    for (;;) {
      const next = await batches.next().then(
        (batch) => ({ batch }),
        (error: unknown) => ({ error }),
      );
      // What was read before the trouble is stored, and told, before it.
      yield* await writing;
      if ("error" in next) throw next.error;
      if (next.batch.done === true) return;
      // One after another: of two inventories of a device the one that came last counts.
      writing = write(next.batch.value, tools);
      writing.catch(() => undefined);
    }
  } finally {
    await batches.return(undefined);
  }
}

interface PreparedItem {
  readonly item: InventoryItem;
  readonly checkIn?: CheckIn;
  /** why the device's own time does not count */
  readonly doubt?: string;
}

type Batch = readonly PreparedItem[];

async function* batchesOf(
  items: AsyncIterable<InventoryItem> | Iterable<InventoryItem>,
  { tenant, now, tags }: IngestTools,
): AsyncGenerator<Batch, undefined> {
  let batch: PreparedItem[] = [];
  let bytes = 0;
  let receivedAt = now();
  for await (const item of items) {
    if (batch.length === 0) receivedAt = now();
    batch.push({ item, ...checkInOf(item.inventory, tenant, receivedAt, tags) });
    bytes += item.bytes ?? 0;
    if (batch.length < batchSize && bytes < batchBytes) continue;
    yield batch;
    [batch, bytes] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

async function write(batch: Batch, { store, tenant }: IngestTools): Promise<readonly IngestedItem[]> {
  const checkIns = batch.flatMap(({ checkIn }) => checkIn ?? []);
  const results = (checkIns.length === 0 ? [] : await store.checkIn(tenant.id, checkIns)).values();
  return batch.map((one) => answer(one, one.checkIn === undefined ? undefined : results.next().value));
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
