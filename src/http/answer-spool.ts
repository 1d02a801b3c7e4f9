import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createReadStream, createWriteStream, type WriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { ProductError } from "../domain/errors.ts";

/** Parts of an answer that are gathered before it begins: in memory while there are few, then in a file; @throws ProductError `file` */
export interface Spool {
  /** one more part; commas are put between them */
  add(part: string): Promise<void>;
  /** the answer: what was gathered, between two texts */
  close(before: string, after: string): Promise<string | Readable>;
  /** forgets everything */
  discard(): Promise<void>;
}

const mostInMemory = 1_048_576;

export function spool(folder: string): Spool {
  const file = join(folder, `answer-${randomUUID()}`);
  let parts: string[] = [];
  let bytes = 0;
  let count = 0;
  let stream: WriteStream | undefined;

  const begin = (): WriteStream => {
    // Whoever waits for it hears of a failure; where nobody does, it must not end the process.
    const begun = createWriteStream(file, { mode: 0o600, flags: "wx" });
    return begun.on("error", () => undefined);
  };
  const write = async (text: string): Promise<void> => {
    stream ??= begin();
    if (!stream.write(text)) await orFull(file, once(stream, "drain"));
  };
  const discard = async (): Promise<void> => {
    stream?.destroy();
    if (stream !== undefined) await rm(file, { force: true });
  };
  return {
    add: async (part) => {
      parts.push(count === 0 ? part : `,${part}`);
      count++;
      bytes += part.length;
      if (bytes <= mostInMemory) return;
      await write(parts.join(""));
      [parts, bytes] = [[], 0];
    },
    close: async (before, after) => {
      if (stream === undefined) return before + parts.join("") + after;
      await write(parts.join(""));
      stream.end();
      await orFull(file, finished(stream));
      const answer = Readable.from(around(file, before, after), { objectMode: false });
      // However it ends: a client may go before its first piece was asked for.
      answer.once("close", () => void rm(file, { force: true }));
      return answer;
    },
    discard,
  };
}

async function orFull(file: string, writing: Promise<unknown>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    throw new ProductError("file", "an answer cannot be written to the disk", { place: { source: file }, cause: error });
  }
}

async function* around(file: string, before: string, after: string): AsyncGenerator<string | Uint8Array> {
  yield before;
  yield* createReadStream(file) as AsyncIterable<Uint8Array>;
  await rm(file, { force: true });
  yield after;
}
