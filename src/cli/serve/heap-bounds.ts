import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** Garbage is collected when the heap is larger than what was in use after the last time by so many percent; left alone it may be several times as large. */
const growthPercent = 20;
/** More room for new objects than this does not make answers faster. */
const enoughBytes = 16 * 1024 * 1024;
/** Under load the room may double every few milliseconds. */
const lookEveryMs = 20;

/**
 * Makes V8 collect garbage early: a server lives long beside others, and some collections more cost little. Call it before modules and knowledge are
 * loaded, what it returns when that is done. The room for new objects would grow to 32 MB at once while they are loaded, and to as much under load.
 * Its size cannot be set in a process that is running already, but whether it grows can be. V8 takes room back when nothing happens: it may grow again.
 */
export function boundHeap(): () => void {
  setFlagsFromString(`--heap-growing-percent=${growthPercent}`);
  const letYoungGrow = youngGrowth();
  letYoungGrow(false);
  return () => {
    const timer = setInterval(() => {
      const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space");
      letYoungGrow(young !== undefined && young.space_size < enoughBytes);
    }, lookEveryMs);
    timer.unref();
  };
}

function youngGrowth(): (isAllowed: boolean) => void {
  let was: boolean | undefined;
  return (isAllowed) => {
    if (isAllowed === was) return;
    was = isAllowed;
    setFlagsFromString(`--semi-space-growth-factor=${isAllowed ? 2 : 1}`);
  };
}
