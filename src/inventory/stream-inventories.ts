import { ProductError } from "../domain/errors.ts";
import type { Inventory } from "../domain/fleet/inventory.ts";
import type { FormatName, InventoryItem, KnownWords } from "./format.ts";
import { jsonFormatOf } from "./json-text.ts";
import { LIMITS } from "./limits.ts";
import { isOneObjectALine } from "./native-json.ts";
import { type LineResult, readNativeStream } from "./native-lines.ts";
import { itemOf, readInventoryItems } from "./read-inventories.ts";
import { unpackGzip } from "./unpack-gzip.ts";

/** A stream shorter than that is read as a whole; a longer one is looked at so far to see whether it is one object a line. */
const lookedAtBytes: number = 2 * LIMITS.jsonLineBytes;

export interface StreamFacts {
  readonly source: string;
  /** absent: recognised */
  readonly format?: FormatName;
  /** it was packed and is not any more: what looks like gzip now is no inventory */
  readonly isUnpacked?: boolean;
  /** what these words say need not be read again: in a long stream of native inventories items are then said `again` */
  readonly knownWords?: KnownWords;
}

/**
 * Reads an input of any format from a stream, packed with gzip or not, item by item. Native inventories, one object a line, may go on for ever: memory holds
 * one line. Everything else is read whole, up to the limit of its format.
 * @throws ProductError `unreadable-input` or `too-large` for an input that is none of the formats
 */
export async function* streamInventories(
  chunks: AsyncIterable<Uint8Array>,
  { source, format, isUnpacked = false, knownWords }: StreamFacts,
): AsyncGenerator<InventoryItem> {
  const stream = (isUnpacked ? chunks : unpackGzip(chunks, source))[Symbol.asyncIterator]();
  const { head, isAll } = await readHead(stream, lookedAtBytes);
  if (!isAll && isNativeLines(head, format)) {
    for await (const result of readNativeStream(rest(head, stream), source, knownWords)) yield itemOfLine(result, source);
    return;
  }
  const bytes = isAll ? head : await readAll(head, stream, source);
  yield* readInventoryItems({ source, bytes, ...(format === undefined ? {} : { format }) });
}

function itemOfLine({ fragment, again, ...line }: LineResult, source: string): InventoryItem {
  const item = { source, ...line };
  if (again === undefined) return itemOf(item, fragment, []);
  const { own, wordsKey, readAll } = again;
  const read = (): Inventory => {
    const { inventory } = itemOf(item, readAll(), []);
    if (inventory === undefined) throw new Error(`line ${line.line} is known to hold an inventory, and does not`);
    return inventory;
  };
  return { ...item, again: { own, wordsKey, read } };
}

async function readHead(stream: AsyncIterator<Uint8Array>, most: number): Promise<{ readonly head: Uint8Array; readonly isAll: boolean }> {
  const chunks: Uint8Array[] = [];
  for (let bytes = 0; bytes < most; ) {
    const { value, done } = await stream.next();
    if (done === true) return { head: Buffer.concat(chunks), isAll: true };
    chunks.push(value);
    bytes += value.length;
  }
  return { head: Buffer.concat(chunks), isAll: false };
}

/** Broken lines among the first ones do not hide the format, as in a text read whole. */
function isNativeLines(head: Uint8Array, format: FormatName | undefined): boolean {
  if (format !== undefined && format !== "native") return false;
  const text = new TextDecoder().decode(head);
  return isOneObjectALine(text) && (format === "native" || jsonFormatOf(text) === "native");
}

async function* rest(head: Uint8Array, stream: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  for (let next = await stream.next(); next.done !== true; next = await stream.next()) yield next.value;
}

async function readAll(head: Uint8Array, stream: AsyncIterator<Uint8Array>, source: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of rest(head, stream)) {
    bytes += chunk.length;
    if (bytes > LIMITS.jsonBytes) throw tooLarge(source);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(source: string): ProductError {
  return new ProductError("too-large", `larger than ${LIMITS.jsonBytes / 1_048_576} MiB`, {
    place: { source },
    hint: "Give it in parts, or as native inventories, one object a line: those may be of any length.",
  });
}
