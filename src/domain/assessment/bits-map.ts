import type { Bits } from "./bits.ts";

interface Entry<T> {
  readonly bits: Bits;
  readonly value: T;
  readonly next: Entry<T> | undefined;
}

/**
 * Remembers things by sets of one size, which must not change any more. Found by a hash of their words: a text of these to find them by took ten times as
 * long, and a fleet asks some hundred thousand times.
 */
export class BitsMap<T> {
  readonly #byHash = new Map<number, Entry<T>>();
  #size = 0;

  get(bits: Bits): T | undefined {
    let entry = this.#byHash.get(hashOf(bits));
    while (entry !== undefined && !isSame(entry.bits, bits)) entry = entry.next;
    return entry?.value;
  }

  /** Of a set that is not known yet. */
  add(bits: Bits, value: T): void {
    const hash = hashOf(bits);
    this.#byHash.set(hash, { bits, value, next: this.#byHash.get(hash) });
    this.#size++;
  }

  get size(): number {
    return this.#size;
  }

  clear(): void {
    this.#byHash.clear();
    this.#size = 0;
  }
}

/** Odd, and near the golden ratio of 2^32: a bit of a word reaches those above it, and some below by the shift. */
const FACTOR = 0x9e3779b1;

function hashOf(bits: Bits): number {
  let hash = bits.length;
  for (const word of bits) {
    hash = Math.imul(hash ^ word, FACTOR);
    hash ^= hash >>> 15;
  }
  return hash;
}

function isSame(a: Bits, b: Bits): boolean {
  for (let word = 0; word < a.length; word++) if (a[word] !== b[word]) return false;
  return a.length === b.length;
}
