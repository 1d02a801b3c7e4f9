import { permissions } from "../permissions.ts";
import type { Person } from "../session/sessions.ts";
import type { ProviderSettings } from "./provider-settings.ts";
import { SignInRefusal } from "./sign-in-refusal.ts";

/** Claims of an ID token that was verified. */
export type Claims = Readonly<Record<string, unknown>>;

const longestName = 256;

/** Whom an ID token names: for which tenant, and with which of our roles. @throws SignInRefusal that says which claim was expected */
export function personOfClaims(claims: Claims, settings: ProviderSettings): Person {
  const { rolesClaim } = settings;
  const given = claimOf(claims, rolesClaim);
  const listed: readonly unknown[] = Array.isArray(given) ? given : [given];
  const roles = permissions.filter((permission) => listed.includes(permission));
  if (roles.length > 0) return { tenantId: tenantOf(claims, settings), name: nameOf(claims), roles };
  throw new SignInRefusal(
    403,
    `You are known, but may do nothing here: a list with some of ${permissions.join(", ")} was expected in the claim "${rolesClaim}" of your ID token.`,
  );
}

function tenantOf(claims: Claims, { tenantId, tenantClaim }: ProviderSettings): string {
  if (tenantClaim === undefined) return tenantId ?? "";
  const named = claimOf(claims, tenantClaim);
  if (typeof named === "string" && named !== "" && (tenantId === undefined || named === tenantId)) return named;
  throw new SignInRefusal(403, `Your tenant was expected in the claim "${tenantClaim}" of your ID token.`);
}

function nameOf(claims: Claims): string {
  const texts = ["name", "preferred_username", "email", "sub"].map((name) => claimOf(claims, name));
  const name = texts.find((text) => typeof text === "string" && text.trim() !== "");
  return String(name ?? "").slice(0, longestName);
}

/** Never what every object has. */
function claimOf(claims: Claims, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}
