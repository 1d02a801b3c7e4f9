import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** Garbage is collected when the heap is larger than what was in use after the last time by so many percent; left alone it may be several times as large. */
const growthPercent = 20;
/** More room for new objects than this does not make answers faster. */
const enoughBytes = 8 * 1024 * 1024;
const lookEveryMs = 100;

/**
 * Makes V8 collect garbage early: a server lives long beside others, and some collections more cost little. The room for new objects would grow
 * to 64 MB under load and not shrink again. Its size cannot be set in a process that is running already, so its growth is ended.
 */
export function boundHeap(): void {
  setFlagsFromString(`--heap-growing-percent=${growthPercent}`);
  const timer = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space");
    if (young === undefined || young.space_size < enoughBytes) return;
    setFlagsFromString("--semi-space-growth-factor=1");
    clearInterval(timer);
  }, lookEveryMs);
  timer.unref();
}
