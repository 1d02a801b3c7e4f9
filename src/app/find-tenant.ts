import type { Tenant } from "../stores/device-store.ts";

/** The tenant of that id or alias, letter case aside, as a command or an address names it. */
export function findTenant(tenants: readonly Tenant[], idOrAlias: string): Tenant | undefined {
  const wanted = idOrAlias.toLowerCase();
  return tenants.find(({ id }) => id.toLowerCase() === wanted) ?? tenants.find(({ alias }) => alias === wanted);
}
