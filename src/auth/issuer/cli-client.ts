import { defenderResource } from "./audiences.ts";
import { type MintedToken, mintToken } from "./mint-token.ts";
import type { SigningKeys } from "./signing-keys.ts";

/**
 * The client that tokens of `patchgap token` name. No store has it and no client is ever made with it (random ids have other digits), so it cannot
 * ask for tokens and cannot be revoked: whoever can make such a token reads the store's signing keys anyway.
 */
export const cliClientId = "00000000-0000-0000-0000-000000000c11";

/** A token for trying things out, signed by whoever has the store: an hour long, for Defender's usual resource. */
export async function mintCliToken(
  keys: Pick<SigningKeys, "signingKey">,
  { tenantId, roles, now }: { readonly tenantId: string; readonly roles: readonly string[]; readonly now: number },
): Promise<MintedToken> {
  const facts = { tenantId, roles, now, clientId: cliClientId, audience: defenderResource };
  return mintToken(facts, await keys.signingKey());
}
