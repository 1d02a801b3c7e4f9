import { Worker } from "node:worker_threads";
import type { StoredContent } from "./fleet-store.ts";
import { packedContent } from "./inventory-packing.ts";
import { type GivenText, PartsTaker, type TakenContents } from "./shared-parts.ts";
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

/** Fewer are read, and unpacked, before a thread has been asked for them. */
export const manyInventories = 100;
/** A thread that nobody needs for so long ends, and with it goes what it has in common with us. */
const usualIdleMs = 5_000;
/** It holds the texts of what one job asks for, twice, and of what they have in common (see `PartsGiver`). */
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 64 };

interface Job {
  readonly packed: readonly PackedInventory[];
  readonly resolve: (contents: readonly StoredContent[]) => void;
}

/** The thread starts when it is first needed. Where it fails, or cannot be started, that costs time only: what it was given is unpacked here. */
export function openUnpacker(idleMs: number = usualIdleMs): Unpacker {
  const alive = new Set<UnpackingThread>();
  let current: UnpackingThread | undefined;
  let isClosed = false;

  const start = (): UnpackingThread | undefined => {
    try {
      const thread: UnpackingThread = new UnpackingThread(idleMs, () => {
        if (current === thread) current = undefined;
      });
      alive.add(thread);
      void thread.gone.then(() => alive.delete(thread));
      return thread;
    } catch {
      return undefined;
    }
  };
  const unpack: Unpacker["unpack"] = async (packed) => {
    if (isClosed || packed.length < manyInventories) return packed.map(here);
    current ??= start();
    return current?.unpack(packed) ?? packed.map(here);
  };
  const close = async (): Promise<void> => {
    isClosed = true;
    await Promise.all([...alive].map((thread) => thread.end()));
  };
  return { unpack, close };
}

function here({ digest, body }: PackedInventory): StoredContent {
  return packedContent(digest, body);
}

/** A thread from its start to its end, and what it has handed over. */
class UnpackingThread {
  readonly #worker: Worker;
  readonly #jobs: Job[] = [];
  readonly #parts = new PartsTaker();
  readonly #idleMs: number;
  readonly #over: () => void;
  readonly #gone = Promise.withResolvers<void>();
  #idle: NodeJS.Timeout | undefined;

  /** `over` is told when it takes nothing more. @throws Error where no thread can be started */
  constructor(idleMs: number, over: () => void) {
    const script = new URL(`./unpacking-thread${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);
    this.#idleMs = idleMs;
    this.#over = over;
    this.#worker = new Worker(script, { resourceLimits })
      .on("message", (texts: readonly GivenText[]) => this.#take(texts))
      .on("error", () => this.#giveUp())
      .on("exit", () => {
        this.#giveUp();
        this.#gone.resolve();
      });
  }

  /** It has ended. */
  get gone(): Promise<void> {
    return this.#gone.promise;
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
    this.#giveUp();
    await this.#worker.terminate();
  }

  #take(texts: readonly GivenText[]): void {
    const job = this.#jobs.shift();
    // What comes when it was given up already is nobody's any more.
    if (job === undefined) return;
    job.resolve(storedContents(job.packed, texts, this.#parts));
    if (this.#jobs.length > 0) return;
    this.#worker.unref();
    this.#idle = setTimeout(() => void this.end(), this.#idleMs).unref();
  }

  /** Nobody gives it anything from here on, and nobody waits for it in vain. */
  #giveUp(): void {
    clearTimeout(this.#idle);
    this.#over();
    for (const { packed, resolve } of this.#jobs.splice(0)) resolve(packed.map(here));
  }
}

/** Texts are parsed when the first of their contents is asked for: whoever reads many lets others have their turn meanwhile. */
function storedContents(packed: readonly PackedInventory[], texts: readonly GivenText[], parts: PartsTaker): readonly StoredContent[] {
  let from = 0;
  const given = texts.flatMap((some) => {
    const taken = parts.take(some);
    const own = packed.slice(from, from + some.count);
    from += some.count;
    return own.map((one, index) => handedOver(one, taken, index));
  });
  return [...given, ...packed.slice(from).map(here)];
}

function handedOver(packed: PackedInventory, taken: TakenContents, index: number): StoredContent {
  return {
    digest: packed.digest,
    get content() {
      return taken()[index] ?? here(packed).content;
    },
  };
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
