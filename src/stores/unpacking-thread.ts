/** Runs in a thread of its own: unpacks contents of inventories, and hands them over as one text. */
import { parentPort } from "node:worker_threads";
import { unpackText } from "./inventory-packing.ts";
import { PartsGiver } from "./shared-parts.ts";

/** Packed contents, one behind the other, and where each ends. */
export interface PackedTogether {
  readonly bytes: Uint8Array;
  readonly ends: readonly number[];
}

const parts = new PartsGiver();

parentPort?.on("message", ({ bytes, ends }: PackedTogether) => {
  parentPort?.postMessage(parts.give(ends.map((end, index) => unpacked(bytes.subarray(ends[index - 1] ?? 0, end)))));
});

/** Whoever wants a content that cannot be read unpacks it again, and is told why. */
function unpacked(body: Uint8Array): string | undefined {
  try {
    return unpackText(body);
  } catch {
    return undefined;
  }
}
