import { ProductError } from "../../domain/errors.ts";
import type { Encoding } from "./document-kind.ts";

/** Small pieces of mostly ASCII take one byte a character and die young. */
const pieceLength = 32 * 1024;

/** Decodes a document piece by piece and refuses what is not well-formed in its encoding. */
export class DocumentText {
  readonly #source: string;
  readonly #encoding: Encoding;
  readonly #decoder: TextDecoder;
  readonly #line: () => number;
  /** the beginning of a character that the next bytes end */
  #rest: Uint8Array = new Uint8Array(0);

  /** `line` tells how far the text given out has been read, for messages */
  constructor(source: string, encoding: Encoding, line: () => number) {
    this.#source = source;
    this.#encoding = encoding;
    this.#decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
    this.#line = line;
  }

  /** The text of these bytes as far as its characters are complete. */
  *decode(bytes: Uint8Array): Generator<string> {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    let from = 0;
    while (from < all.length) {
      const to = this.#completeUntil(all, from, Math.min(from + pieceLength, all.length));
      if (to === from) break;
      yield this.#decode(all.subarray(from, to));
      from = to;
    }
    this.#rest = all.slice(from);
  }

  /** @throws ProductError where the last character is cut off */
  end(): void {
    if (this.#encoding !== "utf-8") this.#refuseUnless(() => this.#decoder.decode(), this.#rest);
    else if (this.#rest.length > 0) this.#decode(this.#rest);
  }

  /** UTF-8 is decoded without the decoder's own streaming, which is slower and gives two bytes a character. */
  #decode(piece: Uint8Array): string {
    return this.#refuseUnless(() => this.#decoder.decode(piece, { stream: this.#encoding !== "utf-8" }), piece);
  }

  #refuseUnless(decode: () => string, piece: Uint8Array): string {
    try {
      return decode();
    } catch (error) {
      const line = this.#line() + this.#linesBeforeTrouble(piece);
      const message = `not well-formed ${this.#encoding.toUpperCase()}`;
      throw new ProductError("unreadable-input", message, { place: { source: this.#source, line }, cause: error });
    }
  }

  #linesBeforeTrouble(piece: Uint8Array): number {
    let lines = 0;
    for (let from = 0; from < piece.length && this.#encoding === "utf-8"; lines++) {
      const newline = piece.indexOf(0x0a, from);
      const to = newline < 0 ? piece.length : newline + 1;
      try {
        this.#decoder.decode(piece.subarray(from, to));
      } catch {
        return lines;
      }
      from = to;
    }
    return 0;
  }

  #completeUntil(bytes: Uint8Array, from: number, end: number): number {
    return this.#encoding === "utf-8" ? completeUtf8(bytes, from, end) : end;
  }
}

/** Where the last complete character before `end` ends; in what is no UTF-8 that is `end` itself. */
function completeUtf8(bytes: Uint8Array, from: number, end: number): number {
  for (let start = end - 1; start >= Math.max(from, end - 4); start--) {
    const byte = bytes[start] ?? 0;
    const isContinuation = (byte & 0xc0) === 0x80;
    if (!isContinuation) return start + lengthByFirstByte(byte) > end ? start : end;
  }
  return end;
}

function lengthByFirstByte(byte: number): number {
  if (byte < 0x80) return 1;
  if (byte < 0xe0) return 2;
  return byte < 0xf0 ? 3 : 4;
}
