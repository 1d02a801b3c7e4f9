import type { InputProblem } from "./format.ts";
import { LIMITS } from "./limits.ts";

/** Collects what could not be read of one source; a hostile file cannot fill the memory with its faults. */
export class ProblemList {
  readonly source: string;
  readonly #told: InputProblem[] = [];
  #untold = 0;

  constructor(source: string) {
    this.source = source;
  }

  add(message: string, place: { readonly line?: number; readonly field?: string } = {}): void {
    if (this.#told.length < LIMITS.problems) this.#told.push({ source: this.source, ...place, message });
    else this.#untold++;
  }

  get count(): number {
    return this.#told.length + this.#untold;
  }

  toArray(): readonly InputProblem[] {
    if (this.#untold === 0) return this.#told;
    return [...this.#told, { source: this.source, message: `${this.#untold} more problems of the same source are not listed` }];
  }
}
