import { ProductError } from "../domain/errors.ts";
import { LIMITS } from "./limits.ts";

/**
 * Splits a text into its lines, whatever ends them (CRLF, LF, a lone CR, or the CR CR LF of redirected wmic).
 * @throws ProductError `too-large` before a text of endless short lines costs memory
 */
export function splitLines(text: string, source: string): string[] {
  let lines = 1;
  for (let at = text.search(/[\r\n]/); at < text.length && at >= 0; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x0a || (code === 0x0d && text.charCodeAt(at + 1) !== 0x0a)) lines++;
  }
  if (lines > LIMITS.textLines) {
    throw new ProductError("too-large", `more than ${LIMITS.textLines} lines`, { place: { source, line: LIMITS.textLines } });
  }
  return text.split(/\r\n|\r|\n/);
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
