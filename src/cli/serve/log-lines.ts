/** Log lines on their way out. */
export interface LogLines {
  readonly write: (line: string) => void;
  /** writes what waits, now */
  readonly flush: () => void;
}

/** More are not held back. */
const mostWaiting = 1000;

const longestWaitMs = 10;

/** Writes lines that come shortly after each other together: a write for each would cost as much as the answer it tells of. */
export function logLines(write: (text: string) => void): LogLines {
  let waiting: string[] = [];
  const flush = (): void => {
    const text = waiting.join("");
    waiting = [];
    if (text !== "") write(text);
  };
  return {
    write: (line) => {
      if (waiting.push(line) === 1) setTimeout(flush, longestWaitMs);
      if (waiting.length >= mostWaiting) flush();
    },
    flush,
  };
}
