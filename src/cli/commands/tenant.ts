import { newTenant } from "../../app/new-tenant.ts";
import type { Store } from "../../compose.ts";
import { ProductError } from "../../domain/errors.ts";
import type { Tenant } from "../../stores/device-store.ts";
import { coloursFor } from "../colours.ts";
import { printColumns } from "../columns.ts";
import type { CommandContext } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { withStoreToWrite } from "../knowledge.ts";
import { printJson } from "../print-json.ts";
import { visible } from "../visible-text.ts";

/** `patchgap tenant list`: the tenants, ordered by alias. */
export async function tenantList({ config, io }: CommandContext): Promise<number> {
  const tenants = await withStoreToWrite(config, async (store) => store.tenants());
  const columns = [
    { head: "Alias", cell: ({ alias }: Tenant) => visible(alias), isElastic: true },
    { head: "Tenant id", cell: ({ id }: Tenant) => visible(id) },
  ];
  const style = { width: io.stdout.columns, head: coloursFor(io.stdout, io.environment).dim };
  io.stdout.write(config.json ? printJson({ tenants: tenants.map(tenantJson) }) : `${printColumns(tenants, columns, style).join("\n")}\n`);
  return exitCodes.fine;
}

/** `patchgap tenant add ALIAS`: a new tenant, which sees no other's devices. */
export async function tenantAdd({ config, io, names: [alias = ""] }: CommandContext): Promise<number> {
  const tenant = newTenant(alias, config.id);
  await withStoreToWrite(config, async (store) => {
    if (!(await store.addTenant(tenant))) throw await taken(tenant, store);
  });
  io.stdout.write(config.json ? printJson(tenantJson(tenant)) : `Tenant ${tenant.alias} has the id ${tenant.id}.\n`);
  return exitCodes.fine;
}

function tenantJson({ id, alias }: Tenant): { readonly tenantId: string; readonly alias: string } {
  return { tenantId: id, alias };
}

async function taken({ id, alias }: Tenant, store: Store): Promise<ProductError> {
  const holder = (await store.tenants()).find((tenant) => tenant.alias === alias || tenant.id === id);
  const what = holder?.alias === alias ? `a tenant ${alias} exists` : `the id ${id} belongs to the tenant ${holder?.alias}`;
  return new ProductError("usage", `${what} already`, { hint: "`patchgap tenant list` lists all." });
}
