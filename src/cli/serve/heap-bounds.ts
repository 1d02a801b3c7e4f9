import { getHeapSpaceStatistics, type HeapSpaceInfo, setFlagsFromString } from "node:v8";

/** Garbage is collected when the heap is larger than what was in use after the last time by so many percent, or something between; left alone it may be several times as large. */
const [littlePercent, roomyPercent] = [20, 60];
/** More room for new objects than this does not make answers faster. */
const enoughBytes = 16 * 1024 * 1024;
/** The process may take so many times what is in use, and as much as the program takes by itself, before garbage is collected early; never more than the last. */
const [ofHeap, ofProgramBytes, mostBytes] = [2.5, 100e6, 410e6];
/** The heap may not grow so far that the process comes to more than this: beside it there are new objects and whatever is not given back at once. */
const ceilingBytes = 460e6;
/** Under load the room may double every few milliseconds. */
const lookEveryMs = 20;
/** Asking how large the process is takes a tenth of a millisecond: only every so many looks. */
const looksASize = 5;
/** What is in use, nearly: the least that was found when the size was asked for so many times. Some garbage is collected within that time, or there is none. */
const sizesTogether = 50;

/**
 * Makes V8 collect garbage early: a server lives long beside others. Each collection goes through all that is in use, so while the process is small for
 * what it holds there are fewer of them. Call it before modules and knowledge are loaded, what it returns when that is done. The room for new objects would
 * grow to 32 MB at once while they are loaded, and to as much under load. Its size cannot be set in a process that is running already, but whether it grows
 * can be. V8 takes room back when nothing happens: it may grow again.
 */
export function boundHeap(): () => void {
  const [setPercent, setGrowth] = [flag("heap-growing-percent"), flag("semi-space-growth-factor")];
  const inUse = leastOf(sizesTogether);
  let looks = 0;
  setPercent(littlePercent);
  setGrowth(1);
  const look = (): void => {
    const spaces = getHeapSpaceStatistics();
    const young = spaces.find(({ space_name: name }) => name === "new_space");
    setGrowth(young !== undefined && young.space_size < enoughBytes ? 2 : 1);
    if (looks++ % looksASize !== 0) return;
    const usedBytes = sumOf(spaces, "space_used_size");
    const sizes = { processBytes: process.memoryUsage.rss(), heapBytes: sumOf(spaces, "physical_space_size"), usedBytes };
    setPercent(growthPercent(sizes, inUse(usedBytes)));
  };
  return () => {
    const timer = setInterval(look, lookEveryMs);
    timer.unref();
  };
}

/** Below that a process is small for what it holds. */
export function roomyBytes(inUseBytes: number): number {
  return Math.min(mostBytes, ofProgramBytes + ofHeap * inUseBytes);
}

/** What a process takes, its heap as part of it, and what of the heap is not free: garbage is not known as such until it is collected. */
export interface Sizes {
  readonly processBytes: number;
  readonly heapBytes: number;
  readonly usedBytes: number;
}

/**
 * By how many percent the heap may grow until garbage is collected again. V8 asks once, when it has collected: in a heap that is filling up, three fifths
 * of all that is in use by then would be more than a server may take.
 */
export function growthPercent({ processBytes, heapBytes, usedBytes }: Sizes, inUseBytes: number): number {
  if (processBytes >= roomyBytes(inUseBytes)) return littlePercent;
  const leftBytes = ceilingBytes - (processBytes - heapBytes) - usedBytes;
  return Math.max(littlePercent, Math.min(roomyPercent, Math.floor((100 * leftBytes) / usedBytes)));
}

function sumOf(spaces: readonly HeapSpaceInfo[], size: "space_used_size" | "physical_space_size"): number {
  return spaces.reduce((sum, space) => sum + space[size], 0);
}

function flag(name: string): (value: number) => void {
  let was: number | undefined;
  return (value) => {
    if (value === was) return;
    was = value;
    setFlagsFromString(`--${name}=${value}`);
  };
}

/** The least of the last numbers: at least so many, and at most twice as many. */
function leastOf(count: number): (value: number) => number {
  let [before, now, values] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0];
  return (value) => {
    if (values === count) [before, now, values] = [now, Number.POSITIVE_INFINITY, 0];
    values++;
    now = Math.min(now, value);
    return Math.min(before, now);
  };
}
