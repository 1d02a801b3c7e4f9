/** What is needed of an update to place it on its line. */
export interface Placed {
  readonly kb: string;
  /** month of the document with most of its rows */
  readonly month: number;
  readonly revision: number | null;
  readonly supersedes: readonly string[];
}

/**
 * The month an update ranks in. Where the document of its release is absent, its few rewritten rows stand in later documents
 * (KB5066835 of October 2025 in November and December): it cannot be later than an update that replaces it.
 * A replacing update is believed only where revisions agree, or, without revisions, where its number is the higher one.
 */
export function rankMonths(updates: readonly Placed[]): ReadonlyMap<string, number> {
  const byKb = new Map(updates.map((update) => [update.kb, update]));
  const months = new Map(updates.map((update) => [update.kb, update.month]));
  const queue = [...updates].sort((a, b) => b.month - a.month || (a.kb < b.kb ? -1 : 1));
  for (const update of queue) {
    const month = months.get(update.kb) ?? update.month;
    for (const kb of update.supersedes) {
      const older = byKb.get(kb);
      if (older === undefined || (months.get(kb) ?? 0) <= month || !isOlder(older, update)) continue;
      months.set(kb, month);
      queue.push(older);
    }
  }
  return months;
}

function isOlder(a: Placed, b: Placed): boolean {
  if (a.revision !== null && b.revision !== null) return a.revision < b.revision;
  return Number(a.kb) < Number(b.kb);
}
