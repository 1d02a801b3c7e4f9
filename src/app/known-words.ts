import { hash } from "node:crypto";
import type { KnownWords } from "../inventory/format.ts";

/** What is remembered of so many distinct contents takes some 17 MB (measured: 165 bytes each). */
const mostKnown = 100_000;

/**
 * The digests of contents by the words that said them: devices that have the same mostly say it in the same words, and then neither is read nor hashed anew.
 * Whoever says them: neither tenant nor knowledge changes what words say.
 */
export class DigestsByWords implements KnownWords {
  readonly #digests = new Map<string, string>();
  readonly #most: number;

  constructor(most: number = mostKnown) {
    this.#most = most;
  }

  /** SHA-256: nobody makes other words with the same key, as long as they are well-formed (a lone surrogate and U+FFFD are the same bytes). */
  keyOf(words: string): string {
    return hash("sha256", words, "latin1");
  }

  has(key: string): boolean {
    return this.#digests.has(key);
  }

  get(key: string): string | undefined {
    return this.#digests.get(key);
  }

  set(key: string, digest: string): void {
    if (this.#digests.size >= this.#most && !this.#digests.has(key)) this.#digests.clear();
    this.#digests.set(key, digest);
  }
}
