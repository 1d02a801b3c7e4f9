import type { Knowledge } from "../app/assess-inventories.ts";
import { defaultTenant } from "../app/device-id.ts";
import { loadKnowledge, openExistingStore, type Store } from "../compose.ts";
import type { Config } from "../config/config.ts";
import { emptyCatalog } from "../domain/catalog/catalog.ts";
import { ProductError } from "../domain/errors.ts";
import type { Tenant } from "../stores/device-store.ts";

/** Update knowledge, and before the first sync none of it and why. */
export interface KnowledgeAtHand {
  readonly knowledge: Knowledge;
  /** absent: there is a catalog */
  readonly trouble?: ProductError;
}

/** Nothing is known before the first sync: every device is `unknown` then, and the command says what to do when it has answered. */
export async function knowledgeOf(store: Store): Promise<KnowledgeAtHand> {
  return orNoKnowledge(async () => ({ knowledge: await loadKnowledge(store) }));
}

/** The same from the data folder, which may not be there at all. */
export async function knowledgeAtHand(config: Config): Promise<KnowledgeAtHand> {
  return orNoKnowledge(() => withStore(config, knowledgeOf));
}

/** Works with the store of the data folder; @throws ProductError `no-catalog` where there is none */
export async function withStore<T>(config: Config, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openExistingStore(config);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** The tenant that the command line speaks for. */
export async function tenantOf(store: Pick<Store, "tenants">): Promise<Tenant> {
  const tenant = (await store.tenants()).find(({ alias }) => alias === defaultTenant);
  if (tenant === undefined) throw new ProductError("database", `the database is damaged: it has no tenant ${defaultTenant}`);
  return tenant;
}

async function orNoKnowledge(load: () => Promise<KnowledgeAtHand>): Promise<KnowledgeAtHand> {
  try {
    return await load();
  } catch (error) {
    if (!(error instanceof ProductError) || error.code !== "no-catalog") throw error;
    return { knowledge: { revision: 0, catalog: emptyCatalog() }, trouble: error };
  }
}
