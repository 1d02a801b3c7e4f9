import type { Day } from "../windows/day.ts";
import type { Catalog } from "./catalog.ts";

/** The days between which no answer under a catalog changes by time alone. */
export interface ChangeDays {
  /** the last day up to the one asked for on which something was published, released or withdrawn; the day itself where there is none */
  readonly since: Day;
  /** the first such day after it; infinity for none */
  readonly until: Day;
}

/** Time changes an answer only on days on which the catalog has something happen: between two of them yesterday's answers are today's. */
export function changeDays({ content }: Catalog, day: Day): ChangeDays {
  let since = Number.NEGATIVE_INFINITY;
  let until = Number.POSITIVE_INFINITY;
  const look = (other: Day): void => {
    if (other <= day) since = Math.max(since, other);
    else until = Math.min(until, other);
  };
  for (const { released } of content.kbs) look(released);
  for (const { published } of content.cves) look(published);
  for (const [, withdrawn] of content.withdrawn) look(withdrawn);
  return { since: Number.isFinite(since) ? since : day, until };
}
