/** More than this of one document is noise, or an attack on the disk. */
const kept = 200;

/** What is odd in one document: the first of it in full, the rest counted. */
export class WarningList {
  readonly #warnings: string[] = [];
  #count = 0;

  /** Notes that something at `place` (`Vulnerability[3].Remediation[2]`) is odd. Texts of the wire must come through `quoted`. */
  add(place: string, oddity: string): void {
    this.#count++;
    if (this.#warnings.length < kept) this.#warnings.push(`${place}: ${oddity}`);
  }

  /** The warnings in order; a last line says how many more there were. */
  list(): readonly string[] {
    const more = this.#count - this.#warnings.length;
    return more === 0 ? this.#warnings : [...this.#warnings, `and ${more} more warnings`];
  }
}

/** A text of the wire for use in a message: quoted, cut to 60 characters, control characters escaped. */
export function quoted(text: string): string {
  const cut = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return JSON.stringify(cut.replace(/[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g, "\ufffd"));
}
