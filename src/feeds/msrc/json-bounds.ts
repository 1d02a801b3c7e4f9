import { ProductError } from "../../domain/errors.ts";
import { cvrfLimits } from "./cvrf-limits.ts";

const quote = 0x22;
const backslash = 0x5c;
const between = 2;

/** What a byte does: a bracket goes one deeper or back, a comma comes between two values. */
const steps = new Int8Array(256);
for (const opening of "[{") steps[opening.charCodeAt(0)] = 1;
for (const closing of "]}") steps[closing.charCodeAt(0)] = -1;
steps[",".charCodeAt(0)] = between;

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
    const step = steps[byte] ?? 0;
    if (step === 0) continue;
    depth += step === between ? 0 : step;
    if (step !== -1) values++;
    if (depth > cvrfLimits.depth) throw tooLarge(`nested deeper than ${cvrfLimits.depth}`, source);
    if (values > cvrfLimits.elements) throw tooLarge(`more than ${cvrfLimits.elements} values`, source);
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

function tooLarge(message: string, source: string): ProductError {
  return new ProductError("too-large", `${message}: no real document has that`, { place: { source } });
}
