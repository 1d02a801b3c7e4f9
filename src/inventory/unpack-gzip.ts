import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { ProductError } from "../domain/errors.ts";

/** The two bytes that every gzip stream begins with, and no text does. */
const magic = [0x1f, 0x8b] as const;

/** A stream as it was before it was packed; one that was not passes through as it is. */
export async function* unpackGzip(chunks: AsyncIterable<Uint8Array>, source: string): AsyncGenerator<Uint8Array> {
  const stream = chunks[Symbol.asyncIterator]();
  const head = await readStart(stream);
  const whole = joined(head, stream);
  if (head[0] !== magic[0] || head[1] !== magic[1]) {
    yield* whole;
    return;
  }
  const packed = Readable.from(whole, { objectMode: false });
  const plain = createGunzip();
  packed.on("error", (error) => plain.destroy(error));
  try {
    yield* packed.pipe(plain) as AsyncIterable<Uint8Array>;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (!code.startsWith("Z_")) throw error;
    throw new ProductError("unreadable-input", "the gzip data is damaged or cut off", { place: { source }, cause: error });
  }
}

async function readStart(stream: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array();
  while (head.length < magic.length) {
    const { value, done } = await stream.next();
    if (done === true) return head;
    head = head.length === 0 ? value : Buffer.concat([head, value]);
  }
  return head;
}

async function* joined(head: Uint8Array, stream: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  for (let next = await stream.next(); next.done !== true; next = await stream.next()) yield next.value;
}
