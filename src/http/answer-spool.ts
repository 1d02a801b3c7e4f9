import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createReadStream, createWriteStream, type WriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { ProductError } from "../domain/errors.ts";

/** Parts of an answer that are gathered before it begins: in memory while there are few, then in a file. */
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

  const write = async (text: string): Promise<void> => {
    // What goes wrong is told by whoever waits for it; nobody may be waiting when it does.
    stream ??= createWriteStream(file, { mode: 0o600, flags: "wx" }).on("error", () => undefined);
    if (!stream.write(text)) await once(stream, "drain").catch(cannotKeep);
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
      await finished(stream).catch(cannotKeep);
      const answer = Readable.from(around(file, before, after), { objectMode: false });
      // However it ends: a client may go before its first piece was asked for.
      answer.once("close", () => void rm(file, { force: true }));
      return answer;
    },
    discard,
  };
}

/** A full disk, a folder that is gone: not the client's affair. */
function cannotKeep(cause: unknown): never {
  throw new ProductError("file", "the answer could not be kept in a file until it is sent", { cause });
}

async function* around(file: string, before: string, after: string): AsyncGenerator<string | Uint8Array> {
  yield before;
  yield* createReadStream(file) as AsyncIterable<Uint8Array>;
  yield after;
}
