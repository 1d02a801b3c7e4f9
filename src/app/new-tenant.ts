import { randomUUID } from "node:crypto";
import { ProductError } from "../domain/errors.ts";
import type { Tenant } from "../stores/device-store.ts";

const longestAlias = 64;
/** Microsoft's sign-in service means something else by these. */
const reserved: readonly string[] = ["common", "organizations", "consumers"];

/** A tenant as somebody wants it; @throws ProductError `usage` where it could not stand in an address, or could be taken for another */
export function newTenant(alias: string, id: string = randomUUID()): Tenant {
  if (!isUuid(id)) throw new ProductError("usage", `"${id}" is no UUID`, { hint: `Write it as ${randomUUID()}.` });
  if (!/^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/.test(alias) || alias.length > longestAlias) {
    throw new ProductError("usage", `"${alias}" cannot be an alias`, {
      hint: `An alias has up to ${longestAlias} small letters a to z, digits, and between them . _ -: it stands in addresses.`,
    });
  }
  if (isUuid(alias)) throw new ProductError("usage", `"${alias}" cannot be an alias: it is an id`, { hint: "Give the id with --id." });
  if (reserved.includes(alias))
    throw new ProductError("usage", `"${alias}" cannot be an alias: clients mean no tenant in particular by it`);
  if (alias === "ui") throw new ProductError("usage", `"${alias}" cannot be an alias: the page has its views under that name`);
  return { id: id.toLowerCase(), alias };
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
}
