import { parseBuild } from "../windows/build.ts";
import { parseVersion } from "../windows/version.ts";

/**
 * The revision a fixed build stands for on its product, from all spellings of a row. The branch in it is ignored:
 * 20H2 rows carry 19041, 25H2 rows 26100, and where the branch is mistyped (17784, 22000 for 22621) the revision is right all the same.
 */
export function revisionOf(fixedBuilds: ReadonlyMap<string, number>): number | null {
  return mostFrequent(fixedBuilds, (text) => parseBuild(text)?.revision);
}

/** An application's fixed version (`15.0.4326.1`, .NET's `9.0.14`), the most frequent readable one; `1.000` and the like of IE rows are none. */
export function applicationVersionOf(fixedBuilds: ReadonlyMap<string, number>): string | null {
  return mostFrequent(fixedBuilds, (text) => {
    const version = parseVersion(text);
    return version !== undefined && version.length >= 3 ? version.join(".") : undefined;
  });
}

/**
 * The file build of a .NET update on its version's series: 4.8.1 counts from 9000, everything before below that.
 * Seen: `4.8.04690.02`, `4.8.4644.0`, `10.0.04614.06`, `04590.04`, `3.5.04057.05`; operating system builds stand there too and are none.
 */
export function netFileBuildOf(fixedBuilds: ReadonlyMap<string, number>, versions: readonly string[]): number | null {
  const is481 = versions.includes("4.8.1");
  const build = mostFrequent(fixedBuilds, (text) => {
    if (parseBuild(text) !== undefined) return undefined;
    const match = /^(?:\d{1,2}\.\d\.)?0?(\d{4})(?:\.\d{1,4})?$/.exec(text);
    const number = Number(match?.[1]);
    const fits = is481 ? number >= 9000 : number >= 3000 && number < 9000;
    return match !== null && fits ? number : undefined;
  });
  return build;
}

/** The value most spellings agree on, ties to the lower text so that the order of documents never matters. */
function mostFrequent<Value extends string | number>(
  texts: ReadonlyMap<string, number>,
  read: (text: string) => Value | undefined,
): Value | null {
  const votes = new Map<Value, number>();
  for (const [text, occurrences] of texts) {
    const value = read(text);
    if (value !== undefined) votes.set(value, (votes.get(value) ?? 0) + occurrences);
  }
  let best: Value | null = null;
  for (const [value, number] of votes) {
    const most = best === null ? 0 : (votes.get(best) ?? 0);
    if (best === null || number > most || (number === most && value < best)) best = value;
  }
  return best;
}

/**
 * Marks typing errors in a line's revisions, given in order of release (null: unknown): a revision above that of a later update cannot be true.
 * Keeps the longest rising run and turns the rest into null.
 */
export function withoutTypingErrors(revisions: readonly (number | null)[]): (number | null)[] {
  const tails: number[] = [];
  const previous = new Array<number>(revisions.length).fill(-1);
  for (const [index, revision] of revisions.entries()) {
    if (revision === null) continue;
    const at = lowerBound(tails, (tail) => (revisions[tail] ?? 0) < revision);
    previous[index] = at === 0 ? -1 : (tails[at - 1] ?? -1);
    tails[at] = index;
  }
  const kept = new Set<number>();
  for (let index = tails.at(-1) ?? -1; index >= 0; index = previous[index] ?? -1) kept.add(index);
  return revisions.map((revision, index) => (kept.has(index) ? revision : null));
}

function lowerBound(items: readonly number[], isBelow: (item: number) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBelow(items[middle] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}
