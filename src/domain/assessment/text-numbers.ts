/** Texts remembered at most; past that the memory starts anew, and the numbers go on. */
const MOST_TEXTS = 20_000;

/** Numbers for long texts that come over and over, to remember things by. A text may come to another number after a long time, two texts never to the same. */
export class TextNumbers {
  readonly #numbers = new Map<string, number>();
  #next = 0;

  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    if (this.#numbers.size >= MOST_TEXTS) this.#numbers.clear();
    this.#numbers.set(text, this.#next);
    return this.#next++;
  }
}
