import { ProductError } from "../domain/errors.ts";
import { LIMITS } from "./limits.ts";

/**
 * Splits a text into its lines, whatever ends them (CRLF, LF, a lone CR, or the CR CR LF of redirected wmic).
 * @throws ProductError `too-large` before a text of endless short lines costs memory
 */
export function splitLines(text: string, source: string): string[] {
  if (countLines(text) > LIMITS.textLines) {
    throw new ProductError("too-large", `more than ${LIMITS.textLines} lines`, { place: { source, line: LIMITS.textLines } });
  }
  return text.split(/\r\n|\r|\n/);
}

/** Counts lines as splitLines splits them, without the memory that they would cost. */
export function countLines(text: string): number {
  let lines = 1;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x0a || (code === 0x0d && text.charCodeAt(at + 1) !== 0x0a)) lines++;
  }
  return lines;
}

/** Cuts the padding of a column off; everything else, however odd, belongs to the value. */
export function trimPadding(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isPadding(text.charCodeAt(start))) start++;
  while (end > start && isPadding(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isPadding(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
