import { setImmediate as turn } from "node:timers/promises";
import type { Inventory } from "../domain/fleet/inventory.ts";
import { contentOf, type DeviceFacts, factsOf, type InventoryContent } from "../domain/fleet/inventory-content.ts";
import type { InputProblem, InventoryItem, OwnMembers, SaidAgain } from "../inventory/format.ts";
import type { CheckIn, CheckInOutcome, CheckInResult, DeviceStore, IdentityDoubt, Tenant } from "../stores/device-store.ts";
import { deviceIdOf } from "./device-id.ts";
import { digestOfText } from "./inventory-digest.ts";
import type { DigestsByWords } from "./known-words.ts";
import { orderingTime } from "./ordering-time.ts";

/** So many inventories share one transaction, and one wait for the disk. */
export const batchSize = 500;
/** While one is written the next is read. */
const batchesAtOnce = 1;
/** So many are read, or told of, between two looks at what else there is to do: answers of a database wait no longer. */
const itemsATurn = 8;
/** Fewer of them where they are large: a batch waits in memory. */
const batchBytes = 8 * 1024 * 1024;

export interface IngestTools {
  readonly store: Pick<DeviceStore, "checkIn">;
  /** works out what an inventory comes to, where that is not known: called for each of them, while those before it are being written */
  readonly look?: (inventory: Pick<CheckIn, "digest" | "content">) => void;
  /** what the reader of the items knows; it is told of new ones */
  readonly knownWords?: DigestsByWords;
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
  const writing = writeInTurn(tools);
  try {
    for (;;) {
      const { batch, trouble } = await readOne(batches);
      writing.add(batch);
      // What was read before the trouble is stored, and told, before it.
      while (writing.isBehind) yield* inTurns(await writing.next(), writing);
      if (trouble !== undefined) throw trouble.cause;
      if (batch === undefined) return;
    }
  } finally {
    await batches.return(undefined);
  }
}

/** Where another batch waits, its writing begins first. */
async function* inTurns(items: readonly IngestedItem[], { isBusy }: { readonly isBusy: boolean }): AsyncGenerator<IngestedItem> {
  for (const [index, item] of items.entries()) {
    if (isBusy && index % itemsATurn === 0) await turn();
    yield item;
  }
}

/** One after another: of two inventories of a device the one that came last counts. Behind one that failed nothing is written. */
function writeInTurn(tools: IngestTools) {
  const writing: Promise<readonly IngestedItem[]>[] = [];
  let mostWaiting = batchesAtOnce;
  return {
    get isBusy(): boolean {
      return writing.length > 0;
    },
    /** whether the first is to be waited for before the next is read */
    get isBehind(): boolean {
      return writing.length > mostWaiting;
    },
    /** undefined: there are no more */
    add: (batch: Batch | undefined): void => {
      if (batch === undefined) {
        mostWaiting = 0;
        return;
      }
      const written = (writing.at(-1) ?? Promise.resolve()).then(() => write(batch, tools));
      written.catch(() => undefined);
      writing.push(written);
    },
    /** what became of the first that waits */
    next: async (): Promise<readonly IngestedItem[]> => (await writing.shift()) ?? [],
  };
}

/** Neither a batch nor trouble: there are no more. */
async function readOne(batches: AsyncIterator<Batch>): Promise<{ readonly batch?: Batch; readonly trouble?: { readonly cause: unknown } }> {
  try {
    const { value, done } = await batches.next();
    return done === true ? {} : { batch: value };
  } catch (cause) {
    return { trouble: { cause } };
  }
}

interface PreparedItem {
  readonly item: Pick<InventoryItem, "source" | "line" | "problems">;
  readonly checkIn?: CheckIn;
  /** why the device's own time does not count */
  readonly doubt?: string;
}

type Batch = readonly PreparedItem[];

async function* batchesOf(
  items: AsyncIterable<InventoryItem> | Iterable<InventoryItem>,
  { tenant, now, tags, look, knownWords }: IngestTools,
): AsyncGenerator<Batch, undefined> {
  let batch: PreparedItem[] = [];
  let bytes = 0;
  let receivedAt = "";
  for await (const item of items) {
    if (batch.length === 0) receivedAt = now().toISOString();
    const prepared = prepare(item, { tenant, receivedAt, tags, knownWords });
    if (prepared.checkIn !== undefined) look?.(prepared.checkIn);
    batch.push(prepared);
    bytes += item.bytes ?? 0;
    if (batch.length % itemsATurn === 0) await turn();
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

interface Arrival {
  readonly tenant: Tenant;
  readonly tags: readonly string[] | undefined;
  readonly knownWords: DigestsByWords | undefined;
  /** ISO time */
  readonly receivedAt: string;
}

function prepare({ source, line, problems, inventory, again, wordsKey }: InventoryItem, arrival: Arrival): PreparedItem {
  const item = line === undefined ? { source, problems } : { source, line, problems };
  const { knownWords } = arrival;
  if (again !== undefined) return checkedIn(item, again.own, saidAgain(again, knownWords), arrival);
  if (inventory !== undefined) return checkedIn(item, inventory, saidAnew(inventory, wordsKey, knownWords), arrival);
  return { item };
}

function checkedIn(item: PreparedItem["item"], own: OwnMembers, said: Said, arrival: Arrival): PreparedItem {
  const { at, doubt } = orderingTime(own.collectedAt, arrival.receivedAt);
  const checkIn = checkInOf(own, said, at, arrival);
  return doubt === undefined ? { item, checkIn } : { item, checkIn, doubt };
}

/** What an item says beside what is the device's own. */
interface Said {
  readonly digest: string;
  /** Nearly always the same was seen before, and nobody asks: a batch that waits holds texts, not trees of objects. */
  readonly content: () => InventoryContent;
}

/** The words may have been forgotten since they were looked for. */
function saidAgain({ wordsKey, read }: SaidAgain, knownWords: DigestsByWords | undefined): Said {
  const digest = knownWords?.get(wordsKey);
  return digest === undefined ? saidAnew(read(), wordsKey, knownWords) : { digest, content: () => contentOf(read()) };
}

function saidAnew(inventory: Inventory, wordsKey: string | undefined, knownWords: DigestsByWords | undefined): Said {
  const text = JSON.stringify(contentOf(inventory));
  const digest = digestOfText(text);
  if (wordsKey !== undefined) knownWords?.set(wordsKey, digest);
  return { digest, content: () => JSON.parse(text) as InventoryContent };
}

function checkInOf(own: OwnMembers, { digest, content }: Said, at: string, { tenant, receivedAt, tags }: Arrival): CheckIn {
  const deviceId = own.deviceId ?? deviceIdOf(own.deviceName, tenant.alias);
  const tagged = tags === undefined ? {} : { assignTags: tags };
  return new ReadCheckIn({ deviceId, name: own.deviceName, at, receivedAt, digest, facts: factsOf(own), ...tagged }, content);
}

/** A check-in whose content is made for those who ask; a copy of its members has none. A class: of a literal with a getter each object has accessors of its own. */
class ReadCheckIn implements CheckIn {
  readonly deviceId: string;
  readonly name: string;
  readonly at: string;
  readonly receivedAt: string;
  readonly digest: string;
  readonly facts: DeviceFacts;
  readonly assignTags?: readonly string[];
  readonly #content: () => InventoryContent;

  constructor({ deviceId, name, at, receivedAt, digest, facts, assignTags }: Omit<CheckIn, "content">, content: () => InventoryContent) {
    this.deviceId = deviceId;
    this.name = name;
    this.at = at;
    this.receivedAt = receivedAt;
    this.digest = digest;
    this.facts = facts;
    if (assignTags !== undefined) this.assignTags = assignTags;
    this.#content = content;
  }

  get content(): InventoryContent {
    return this.#content();
  }
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
