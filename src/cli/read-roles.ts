import { permissions } from "../auth/permissions.ts";
import type { Config } from "../config/config.ts";
import { nearestName } from "../config/nearest-name.ts";
import { ProductError } from "../domain/errors.ts";

/** The permissions asked for, each once; @throws ProductError `usage` for none and for one that does not exist: it would open nothing, and nobody would see why */
export function readRoles({ roles }: Pick<Config, "roles">): readonly string[] {
  const names = roles.flatMap((text) => text.split(/[\s,;]+/)).filter((name) => name !== "");
  if (names.length === 0)
    throw new ProductError("usage", "no role was given", { hint: `Give --roles with some of ${permissions.join(", ")}.` });
  for (const name of names) checkRole(name);
  return [...new Set(names)];
}

function checkRole(name: string): void {
  if (permissions.some((permission) => permission === name)) return;
  const nearest = nearestName(name, permissions);
  throw new ProductError("usage", `there is no role ${name}`, {
    hint: nearest === undefined ? `Roles: ${permissions.join(", ")}.` : `Did you mean ${nearest}?`,
  });
}
