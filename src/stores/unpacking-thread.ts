/** Runs in a thread of its own: unpacks contents of inventories, and hands them over as texts. */
import { parentPort } from "node:worker_threads";
import { unpackText } from "./inventory-packing.ts";
import { PartsGiver } from "./shared-parts.ts";

/** Packed contents, one behind the other, and where each ends. */
export interface PackedTogether {
  readonly bytes: Uint8Array;
  readonly ends: readonly number[];
}

/** Larger ones are left to whoever wants them: a text that does not fit into this thread at all would end the process, not the thread. */
const mostBytes = 256 * 1024;

const parts = new PartsGiver();

parentPort?.on("message", (packed: PackedTogether) => {
  parentPort?.postMessage(parts.give(unpackAll(packed)));
});

/** One after the other: most of them are gone again when the next is unpacked. */
function* unpackAll({ bytes, ends }: PackedTogether): Generator<string | undefined> {
  let start = 0;
  for (const end of ends) {
    yield unpacked(bytes.subarray(start, end));
    start = end;
  }
}

/** Whoever wants a content that cannot be read unpacks it again, and is told why. */
function unpacked(body: Uint8Array): string | undefined {
  try {
    return unpackText(body, mostBytes);
  } catch {
    return undefined;
  }
}
