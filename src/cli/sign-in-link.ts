import { permissions } from "../auth/permissions.ts";
import type { Sessions } from "../auth/session/sessions.ts";

/** A link that signs in at the page, once. */
export interface SignInLink {
  readonly url: string;
  /** ISO time */
  readonly expiresAt: string;
}

/** Makes one for a tenant. The code stands behind `#`: what is there never leaves the browser by itself, and no log has it. */
export async function newSignInLink(
  sessions: Pick<Sessions, "issueCode">,
  { origin, tenantId, roles = permissions }: { readonly origin: string; readonly tenantId: string; readonly roles?: readonly string[] },
): Promise<SignInLink> {
  const name = permissions.every((permission) => roles.includes(permission)) ? "administrator" : "guest";
  const { secret, expiresAt } = await sessions.issueCode({ tenantId, name, roles });
  return { url: `${origin}/ui/sign-in#${secret}`, expiresAt: new Date(expiresAt).toISOString() };
}
