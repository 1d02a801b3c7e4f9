import type { SyncProgress } from "../app/reading-progress.ts";
import type { Io } from "./io.ts";
import { cut } from "./text-layout.ts";
import { visible } from "./visible-text.ts";

const redrawEveryMs = 100;
const clearLine = "\r\x1b[K";

/** One line on a terminal that says how far a sync is and how long it will take; silent where nobody watches. */
export interface ProgressLine {
  readonly show: (progress: SyncProgress) => void;
  readonly clear: () => void;
}

export function progressLine({ stderr, now }: Io, isWanted: boolean): ProgressLine {
  if (!isWanted || !stderr.isTerminal) return { show: () => undefined, clear: () => undefined };
  const started = now().getTime();
  let drawn = Number.NEGATIVE_INFINITY;
  return {
    show: (progress) => {
      const time = now().getTime();
      if (progress.phase === "reading" && time - drawn < redrawEveryMs) return;
      drawn = time;
      stderr.write(clearLine + cut(printProgress(progress, time - started), (stderr.columns ?? 80) - 1));
    },
    clear: () => {
      if (drawn > Number.NEGATIVE_INFINITY) stderr.write(clearLine);
      drawn = Number.NEGATIVE_INFINITY;
    },
  };
}

/** One line on a terminal that says how many there were so far; silent where nobody watches. */
export interface CountLine {
  readonly show: (count: number) => void;
  readonly clear: () => void;
}

/** `noun` is what is counted. */
export function countLine({ stderr, now }: Io, isWanted: boolean, noun: string): CountLine {
  if (!isWanted || !stderr.isTerminal) return { show: () => undefined, clear: () => undefined };
  const started = now().getTime();
  let drawn = started;
  return {
    show: (count) => {
      const time = now().getTime();
      if (time - drawn < redrawEveryMs) return;
      drawn = time;
      const rate = Math.round((count * 1000) / (time - started));
      stderr.write(clearLine + cut(`${count} ${noun}  ${rate} a second`, (stderr.columns ?? 80) - 1));
    },
    clear: () => {
      if (drawn > started) stderr.write(clearLine);
    },
  };
}

/** `reading 34 of 107  61 of 190 MB  32 %  4 s left  cvrf-2019-mar.xml` */
export function printProgress({ phase, documentsDone, documents, bytesDone, bytes, location }: SyncProgress, elapsedMs: number): string {
  if (phase === "compiling") return "compiling the catalog";
  const share = bytes === undefined || bytes === 0 ? documentsDone / documents : bytesDone / bytes;
  const size = bytes === undefined ? "" : `  ${megabytes(bytesDone)} of ${megabytes(bytes)} MB`;
  const left = share > 0 ? `  ${Math.ceil((elapsedMs * (1 - share)) / share / 1000)} s left` : "";
  const name = visible(location.split(/[\\/]/).at(-1) ?? "");
  return `reading ${documentsDone + 1} of ${documents}${size}  ${Math.floor(share * 100)} %${left}  ${name}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0);
}
