import type { DeviceStore, Tenant } from "../stores/device-store.ts";
import { findTenant } from "./find-tenant.ts";

/** An unknown tenant makes nobody read the store more often than this. */
const leastPauseMs = 1000;

/** The tenants, from memory: none is ever taken away, so what is known stays true. */
export class TenantDirectory {
  readonly #store: Pick<DeviceStore, "tenants">;
  readonly #now: () => number;
  #byId: ReadonlyMap<string, Tenant> = new Map();
  #readAt: number = Number.NEGATIVE_INFINITY;

  constructor(store: Pick<DeviceStore, "tenants">, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** the tenant of an id that is known */
  peek(id: string): Tenant | undefined {
    return this.#byId.get(id);
  }

  /** whether a tenant exists; one that is not known may have been added since */
  async has(id: string): Promise<boolean> {
    if (!this.#byId.has(id)) await this.refresh();
    return this.#byId.has(id);
  }

  /** the id of a tenant, by id or alias */
  async find(idOrAlias: string): Promise<string | undefined> {
    const known = findTenant([...this.#byId.values()], idOrAlias);
    if (known !== undefined) return known.id;
    await this.refresh();
    return findTenant([...this.#byId.values()], idOrAlias)?.id;
  }

  async refresh(): Promise<void> {
    if (this.#now() - this.#readAt < leastPauseMs) return;
    this.#readAt = this.#now();
    this.#byId = new Map((await this.#store.tenants()).map((tenant) => [tenant.id, tenant]));
  }
}
