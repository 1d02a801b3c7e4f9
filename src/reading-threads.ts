import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { ReadPacked } from "./app/read-packed.ts";
import { ProductError } from "./domain/errors.ts";
import type { ReadingAnswer } from "./reading-thread.ts";

/** Threads that read documents from files: parsing is most of an import, and most machines have a core to spare. */
export interface ReadingThreads {
  readonly read: ReadPacked;
  readonly close: () => Promise<void>;
}

/** A small nursery: it costs no time, and a thread takes 60 MB instead of 100. */
const resourceLimits = { maxYoungGenerationSizeMb: 16 };

/** Starts threads; at most as many documents may be asked for at once. */
export function startReadingThreads(count: number): ReadingThreads {
  const file = new URL(`./reading-thread${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);
  const threads = Array.from({ length: count }, () => new Worker(file, { resourceLimits }));
  const idle = [...threads];
  const read: ReadPacked = async (reference) => {
    const thread = idle.pop();
    if (thread === undefined) throw new Error("more readings at once than threads");
    thread.postMessage(reference);
    const [answer] = (await once(thread, "message")) as [ReadingAnswer];
    idle.push(thread);
    if ("reading" in answer) return answer.reading;
    if ("failure" in answer) throw answer.failure;
    const { code, message, place, hint } = answer.refusal;
    throw new ProductError(code, message, { place, ...(hint === undefined ? {} : { hint }) });
  };
  return { read, close: async () => void (await Promise.all(threads.map((thread) => thread.terminate()))) };
}
