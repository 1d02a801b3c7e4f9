import { ProductError } from "../domain/errors.ts";
import { LIMITS } from "./limits.ts";

/** One row of a delimited text, with the line on which it begins. */
export interface DelimitedRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Reads RFC 4180: cells in quotes may hold separators, line ends and doubled quotes. Blank lines are no rows.
 * @throws ProductError `unreadable-input` where a quote is never closed, with the line on which it opens
 */
export function readDelimited(text: string, separator: string, source: string, firstLine = 1): DelimitedRow[] {
  const reader = new RowReader(text, separator, source, firstLine);
  const rows: DelimitedRow[] = [];
  for (let row = reader.next(); row !== undefined; row = reader.next()) {
    if (row.cells.length === 1 && row.cells[0]?.trim() === "") continue;
    if (rows.length >= LIMITS.textLines)
      throw new ProductError("too-large", `more than ${LIMITS.textLines} rows`, { place: { source, line: row.line } });
    rows.push(row);
  }
  return rows;
}

class RowReader {
  readonly #text: string;
  readonly #separator: string;
  readonly #source: string;
  #at = 0;
  #line: number;

  constructor(text: string, separator: string, source: string, firstLine: number) {
    this.#text = text;
    this.#separator = separator;
    this.#source = source;
    this.#line = firstLine;
  }

  next(): DelimitedRow | undefined {
    if (this.#at >= this.#text.length) return undefined;
    const line = this.#line;
    const cells = [this.#cell()];
    while (this.#text[this.#at] === this.#separator) {
      this.#at++;
      cells.push(this.#cell());
    }
    this.#skipLineEnd();
    return { line, cells };
  }

  #cell(): string {
    const quoted = this.#text[this.#at] === '"' ? this.#quotedCell() : "";
    const start = this.#at;
    while (this.#at < this.#text.length && !this.#endsCell(this.#text[this.#at])) this.#at++;
    return quoted + this.#text.slice(start, this.#at);
  }

  #quotedCell(): string {
    const opened = this.#line;
    const parts: string[] = [];
    for (let from = this.#at + 1; ; ) {
      const quote = this.#text.indexOf('"', from);
      if (quote < 0) {
        throw new ProductError("unreadable-input", "a quote is opened here and never closed", {
          place: { source: this.#source, line: opened },
        });
      }
      const part = this.#text.slice(from, quote);
      this.#line += part.split("\n").length - 1;
      parts.push(part);
      this.#at = quote + 1;
      if (this.#text[this.#at] !== '"') return parts.join('"');
      from = quote + 2;
    }
  }

  #endsCell(char: string | undefined): boolean {
    return char === this.#separator || char === "\n" || char === "\r";
  }

  #skipLineEnd(): void {
    if (this.#text[this.#at] === "\r") this.#at++;
    if (this.#text[this.#at] === "\n") this.#at++;
    this.#line++;
  }
}
