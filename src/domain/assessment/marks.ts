/**
 * Numbers that were met, to count what is distinct. All are forgotten at once and nothing is made anew, so one serves for thousands of counts: each is begun
 * and ended before the next.
 */
export class Marks {
  #rounds = new Uint32Array(0);
  #round = 0;

  /** Begins anew with numbers below `size`. */
  begin(size: number): void {
    if (size > this.#rounds.length) this.#rounds = new Uint32Array(size);
    this.#round++;
  }

  /** Whether a number is met for the first time. */
  isNew(number: number): boolean {
    if (this.#rounds[number] === this.#round) return false;
    this.#rounds[number] = this.#round;
    return true;
  }
}
