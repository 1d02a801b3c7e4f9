import { ProductError } from "../../domain/errors.ts";
import { cvrfLimits } from "./cvrf-limits.ts";

const quote = 0x22;
const backslash = 0x5c;

/** By byte: how much deeper it leads, and how many values more it announces. */
const deeper = new Int8Array(256);
const more = new Int8Array(256);
for (const opening of "[{") deeper[opening.charCodeAt(0)] = 1;
for (const closing of "]}") deeper[closing.charCodeAt(0)] = -1;
for (const announcing of "[{,") more[announcing.charCodeAt(0)] = 1;

/**
 * Refuses JSON that is nested too deeply or has too many values before it is parsed: `[[[[…` of 64 MiB would take gigabytes.
 * Looks at brackets and commas outside of strings only; whether they are well-formed is the parser's business.
 */
export function refuseJsonOutOfBounds(bytes: Uint8Array, source: string): void {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === quote) at = endOfString(bytes, at + 1);
    depth += deeper[byte] ?? 0;
    values += more[byte] ?? 0;
    if (depth > cvrfLimits.depth || values > cvrfLimits.elements) throw outOfBounds(depth, source);
  }
}

/** Where the quote that ends a string is; the end of all where there is none. */
function endOfString(bytes: Uint8Array, start: number): number {
  let end = bytes.indexOf(quote, start);
  while (end >= 0 && isEscaped(bytes, end, start)) end = bytes.indexOf(quote, end + 1);
  return end < 0 ? bytes.length : end;
}

function isEscaped(bytes: Uint8Array, at: number, start: number): boolean {
  let backslashes = 0;
  while (at - 1 - backslashes >= start && bytes[at - 1 - backslashes] === backslash) backslashes++;
  return backslashes % 2 === 1;
}

function outOfBounds(depth: number, source: string): ProductError {
  const what = depth > cvrfLimits.depth ? `nested deeper than ${cvrfLimits.depth}` : `more than ${cvrfLimits.elements} values`;
  return new ProductError("too-large", `${what}: no real document has that`, { place: { source } });
}
