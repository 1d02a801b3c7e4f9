import type { CatalogStore } from "../stores/store.ts";
import type { Fleet, NumberedCatalog } from "./fleet/fleet.ts";

export interface KeepUpMeans {
  readonly fleet: Fleet;
  readonly store: Pick<CatalogStore, "holdings">;
  /** the newest catalog; undefined before there is one */
  readonly load: () => Promise<NumberedCatalog | undefined>;
  /** told when new knowledge is in force, and when it could not be taken */
  readonly report: (event: { readonly revision: number } | { readonly error: unknown }) => void;
}

/**
 * Looks whether somebody brought new knowledge in, or a day has come that changes answers, and takes it. Call it often: it is cheap. What it answers
 * is kept when a look has ended that began after the call: one that is under way may have looked too early.
 */
export function knowledgeKeeper({ fleet, store, load, report }: KeepUpMeans): () => Promise<void> {
  let seen = Number.NaN;
  let taken = "";
  const look = async (): Promise<void> => {
    const outside = await fleet.store.outsideChanges();
    if (outside !== seen) {
      const held = (await store.holdings()).catalog;
      if (held !== undefined && held.contentHash !== taken) {
        const catalog = await load();
        if (catalog !== undefined) await fleet.take(catalog);
        taken = catalog?.contentHash ?? "";
        report({ revision: fleet.revision });
      }
      seen = outside;
    }
    await fleet.keepUp();
  };
  return oneAfterAnother(async () => {
    try {
      await look();
    } catch (error) {
      report({ error });
    }
  });
}

/** `run` never runs twice at once: all who ask while it runs share the one run that comes after. `run` does not throw. */
function oneAfterAnother(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const begin = (): Promise<void> => {
    next = undefined;
    running = run().then(() => {
      running = undefined;
    });
    return running;
  };
  return () => {
    if (next !== undefined) return next;
    if (running === undefined) return begin();
    next = running.then(begin);
    return next;
  };
}
