import { Worker } from "node:worker_threads";
import type { InventoryContent } from "../domain/fleet/inventory-content.ts";
import type { StoredContent } from "./fleet-store.ts";
import { packedContent } from "./inventory-packing.ts";
import { PartsTaker } from "./shared-parts.ts";
import type { PackedTogether } from "./unpacking-thread.ts";

/** An inventory as the database has it. */
export interface PackedInventory {
  readonly digest: string;
  readonly body: Uint8Array;
}

/** Unpacks the contents of inventories: many at a time beside everything else, as inflating them is an eighth of what looking at a fleet takes. */
export interface Unpacker {
  /** In their order; one that cannot be read says so when it is asked for. */
  readonly unpack: (packed: readonly PackedInventory[]) => Promise<readonly StoredContent[]>;
  readonly close: () => Promise<void>;
}

/** Fewer are unpacked where they are, when they are asked for. */
const fewest = 100;
/** A thread that nobody needs for so long ends, and with it goes what it has in common with us. */
const idleMs = 5_000;
/** It holds some hundred inventories at a time, and the text of what they have in common. */
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 64 };

interface Job {
  readonly packed: readonly PackedInventory[];
  readonly resolve: (contents: readonly StoredContent[]) => void;
}

/** The thread starts when it is first needed. One that fails costs time only: what it was given is unpacked here. */
export function openUnpacker(): Unpacker {
  let thread: UnpackingThread | undefined;
  let isClosed = false;
  const unpack: Unpacker["unpack"] = (packed) => {
    if (isClosed || packed.length < fewest) return Promise.resolve(packed.map(here));
    thread ??= new UnpackingThread(() => {
      thread = undefined;
    });
    return thread.unpack(packed);
  };
  const close = async (): Promise<void> => {
    isClosed = true;
    await thread?.end();
  };
  return { unpack, close };
}

function here({ digest, body }: PackedInventory): StoredContent {
  return packedContent(digest, body);
}

function stored(packed: PackedInventory, content: InventoryContent | undefined): StoredContent {
  return content === undefined ? here(packed) : { digest: packed.digest, content };
}

/** A thread from its start to its end, and what it has handed over. */
class UnpackingThread {
  readonly #worker: Worker;
  readonly #jobs: Job[] = [];
  readonly #parts = new PartsTaker();
  readonly #ended: () => void;
  #idle: NodeJS.Timeout | undefined;

  constructor(ended: () => void) {
    const script = new URL(`./unpacking-thread${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);
    this.#ended = ended;
    this.#worker = new Worker(script, { resourceLimits })
      .on("message", (text: string) => this.#take(text))
      .on("error", () => this.#giveUp())
      .on("exit", () => this.#giveUp());
  }

  unpack(packed: readonly PackedInventory[]): Promise<readonly StoredContent[]> {
    clearTimeout(this.#idle);
    this.#worker.ref();
    const together = packTogether(packed);
    return new Promise((resolve) => {
      this.#jobs.push({ packed, resolve });
      this.#worker.postMessage(together, [together.bytes.buffer as ArrayBuffer]);
    });
  }

  async end(): Promise<void> {
    clearTimeout(this.#idle);
    this.#giveUp();
    await this.#worker.terminate();
  }

  #take(text: string): void {
    const [job] = this.#jobs;
    const contents = job && this.#contentsOf(text, job.packed.length);
    if (contents === undefined) return void this.end();
    this.#jobs.shift()?.resolve(contents.map((content, index) => stored(job?.packed[index] as PackedInventory, content)));
    if (this.#jobs.length > 0) return;
    this.#worker.unref();
    this.#idle = setTimeout(() => void this.end(), idleMs).unref();
  }

  /** Undefined: one of them is damaged in a way that tells on the others. Each by itself says what is the matter with it. */
  #contentsOf(text: string, count: number): ReturnType<PartsTaker["take"]> | undefined {
    try {
      const contents = this.#parts.take(text);
      return contents.length === count ? contents : undefined;
    } catch {
      return undefined;
    }
  }

  /** Nobody gives it anything from here on, and nobody waits for it in vain. */
  #giveUp(): void {
    this.#ended();
    for (const { packed, resolve } of this.#jobs.splice(0)) resolve(packed.map(here));
  }
}

/** In bytes of their own, which go to the thread without being copied again. */
function packTogether(packed: readonly PackedInventory[]): PackedTogether {
  const ends: number[] = [];
  let length = 0;
  for (const { body } of packed) {
    length += body.length;
    ends.push(length);
  }
  const bytes = new Uint8Array(length);
  for (const [index, { body }] of packed.entries()) bytes.set(body, ends[index - 1] ?? 0);
  return { bytes, ends };
}
