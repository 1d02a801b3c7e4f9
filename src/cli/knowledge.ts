import type { Knowledge } from "../app/assess-inventories.ts";
import { defaultTenant } from "../app/device-id.ts";
import { findTenant } from "../app/find-tenant.ts";
import { loadKnowledge, openExistingStore, openStore, type Store } from "../compose.ts";
import type { Config } from "../config/config.ts";
import { nearestNames } from "../config/nearest-name.ts";
import { emptyCatalog } from "../domain/catalog/catalog.ts";
import { ProductError } from "../domain/errors.ts";
import type { Tenant } from "../stores/device-store.ts";

/** So many tenants are named where another was asked for; of more only those most like it. */
const mostNamed = 20;

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

/** Knowledge, and the alias of the tenant that is asked for. */
export interface KnowledgeForTenant extends KnowledgeAtHand {
  readonly tenant: string;
}

/** The same from the data folder, which may not be there at all: then nobody can say whether the tenant exists. */
export async function knowledgeAtHand(config: Config): Promise<KnowledgeForTenant> {
  let tenant = config.tenant ?? defaultTenant;
  const known = await orNoKnowledge(() =>
    withStore(config, async (store) => {
      tenant = (await tenantOf(store, config)).alias;
      return knowledgeOf(store);
    }),
  );
  return { ...known, tenant };
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

/** Works with the store of the data folder, which is made where there is none. */
export async function withStoreToWrite<T>(config: Config, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(config);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** The tenant that the command line speaks for; @throws ProductError `usage` where it does not exist */
export async function tenantOf(store: Pick<Store, "tenants">, { tenant = defaultTenant }: Pick<Config, "tenant">): Promise<Tenant> {
  const tenants = await store.tenants();
  const found = findTenant(tenants, tenant);
  if (found !== undefined) return found;
  const aliases = tenants.map(({ alias }) => alias);
  const named = aliases.length <= mostNamed ? aliases : nearestNames(tenant, aliases, mostNamed);
  const hint = named.length === 0 ? "`patchgap tenant list` lists all." : `Known: ${named.join(", ")}.`;
  throw new ProductError("usage", `there is no tenant ${tenant}`, { hint });
}

async function orNoKnowledge(load: () => Promise<KnowledgeAtHand>): Promise<KnowledgeAtHand> {
  try {
    return await load();
  } catch (error) {
    if (!(error instanceof ProductError) || error.code !== "no-catalog") throw error;
    return { knowledge: { revision: 0, catalog: emptyCatalog() }, trouble: error };
  }
}
