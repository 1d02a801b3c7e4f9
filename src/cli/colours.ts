import type { Io, Output } from "./io.ts";

/** Marks text for a reader at a terminal; the identity everywhere else. */
export interface Colours {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly green: (text: string) => string;
}

/** Colours for an output: only on a terminal, and not where NO_COLOR is set or the terminal is dumb. */
export function coloursFor(output: Output, environment: Io["environment"]): Colours {
  const isColoured = output.isTerminal && !environment["NO_COLOR"] && environment["TERM"] !== "dumb";
  const mark = (on: number, off: number) => (text: string) => (isColoured ? `\x1b[${on}m${text}\x1b[${off}m` : text);
  return { bold: mark(1, 22), dim: mark(2, 22), red: mark(31, 39), yellow: mark(33, 39), green: mark(32, 39) };
}
