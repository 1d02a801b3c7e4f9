/** Steps back by more than this are taken as the clock being put right. */
const largestStepBackMs = 2 * 60 * 60_000;

/**
 * A wall clock that does not run backwards: a token that has expired stays expired when the machine's clock is set back. Only a large step
 * back is believed, or a clock that was once a year ahead would refuse every token until the next start.
 */
export function steadyClock(now: () => number): () => number {
  let latest = Number.NEGATIVE_INFINITY;
  return () => {
    const reading = now();
    if (reading > latest || latest - reading > largestStepBackMs) latest = reading;
    return latest;
  };
}
