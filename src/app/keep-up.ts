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

/** Looks whether somebody brought new knowledge in, or a day has come that changes answers, and takes it. Call it often: it is cheap. */
export function knowledgeKeeper({ fleet, store, load, report }: KeepUpMeans): () => Promise<void> {
  let seen = Number.NaN;
  let taken = "";
  let isRunning = false;
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
  return async () => {
    if (isRunning) return;
    isRunning = true;
    try {
      await look();
    } catch (error) {
      report({ error });
    } finally {
      isRunning = false;
    }
  };
}
