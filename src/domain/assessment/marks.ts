/** The last that an element of the array can hold. */
const lastRound = 0xffff_ffff;

/** Numbers that were met, to count what is distinct. All are forgotten at once and nothing is made anew, so one serves for thousands of counts, one after the other. */
export class Marks {
  #rounds = new Uint32Array(0);
  #round: number;

  /** @param begun how many counts there were */
  constructor(begun = 0) {
    this.#round = begun;
  }

  /** Begins anew with numbers below `size`. */
  begin(size: number): void {
    if (size > this.#rounds.length) this.#rounds = new Uint32Array(size);
    if (this.#round === lastRound) {
      this.#rounds.fill(0);
      this.#round = 0;
    }
    this.#round++;
  }

  /** Whether a number is met for the first time. */
  isNew(number: number): boolean {
    if (this.#rounds[number] === this.#round) return false;
    this.#rounds[number] = this.#round;
    return true;
  }
}
