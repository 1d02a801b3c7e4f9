import type { Caller } from "./caller.ts";

/** Application permissions of Defender's API that patchgap asks for, and its own. */
export type Permission =
  | "Machine.Read.All"
  | "Machine.ReadWrite.All"
  | "Software.Read.All"
  | "Vulnerability.Read.All"
  | "SecurityRecommendation.Read.All"
  | "Score.Read.All"
  /** patchgap's own: hand inventories in */
  | "Inventory.ReadWrite.All";

/** Each with the name it has when a user delegates it. */
const scopes = {
  "Machine.Read.All": "Machine.Read",
  "Machine.ReadWrite.All": "Machine.ReadWrite",
  "Software.Read.All": "Software.Read",
  "Vulnerability.Read.All": "Vulnerability.Read",
  "SecurityRecommendation.Read.All": "SecurityRecommendation.Read",
  "Score.Read.All": "Score.Read",
  "Inventory.ReadWrite.All": "Inventory.ReadWrite",
} satisfies Record<Permission, string>;

/** All of them. */
export const permissions: readonly Permission[] = Object.keys(scopes) as Permission[];

/** The name under which a user delegates a permission: `Machine.Read.All` → `Machine.Read` */
export function scopeOf(permission: Permission): string {
  return scopes[permission];
}

/** Undefined when the caller has one of the permissions, else the message of the 403, which clients take apart. */
export function missingPermission(caller: Pick<Caller, "roles" | "scopes">, anyOf: readonly Permission[]): string | undefined {
  const wanted = anyOf.map(scopeOf);
  if (anyOf.some((permission) => caller.roles.includes(permission))) return undefined;
  if (wanted.some((scope) => caller.scopes.includes(scope))) return undefined;
  if (caller.scopes.length > 0 && caller.roles.length === 0) {
    return `Missing application scopes. API required scopes: ${wanted.join(",")}, application scopes: ${shown(caller.scopes)}.`;
  }
  return `Missing application roles. API required roles: ${anyOf.join(",")}, application roles: ${shown(caller.roles)}.`;
}

/** Only what has the shape of a permission is shown: the rest may be anything. */
function shown(names: readonly string[]): string {
  return names.filter((name) => name.length <= 64 && /^[A-Z][A-Za-z0-9]*(\.[A-Z][A-Za-z0-9]*){1,3}$/.test(name)).join(",");
}
