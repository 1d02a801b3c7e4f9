/** Chance that falls the same way every time: the sample can be made again, byte for byte. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0 up to, not including, the limit (mulberry32). */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  percent(wanted: number): boolean {
    return this.below(100) < wanted;
  }

  /** The index of a share; shares add up to a hundred. */
  among(shares: readonly number[]): number {
    let left = this.below(100);
    return shares.findIndex((share) => {
      left -= share;
      return left < 0;
    });
  }
}
