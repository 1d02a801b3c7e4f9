import { mintCliToken } from "../../auth/issuer/cli-client.ts";
import { SigningKeys } from "../../auth/issuer/signing-keys.ts";
import type { CommandContext } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { tenantOf, withStoreToWrite } from "../knowledge.ts";
import { printJson } from "../print-json.ts";
import { readRoles } from "../read-roles.ts";

/** `patchgap token`: a token for trying things out, signed with the key of the data folder, which the server there believes. */
export async function token({ config, io, messages }: CommandContext): Promise<number> {
  const roles = readRoles(config);
  const now = (): number => io.now().getTime();
  const { tenant, minted } = await withStoreToWrite(config, async (store) => {
    const tenant = await tenantOf(store, config);
    const keys = new SigningKeys({ store: store.signingKeys, now });
    return { tenant, minted: await mintCliToken(keys, { tenantId: tenant.id, roles, now: now() }) };
  });
  const expiresAt = new Date(minted.expiresAt * 1000).toISOString();
  io.stdout.write(config.json ? printJson({ token: minted.token, expiresAt, tenantId: tenant.id, roles }) : `${minted.token}\n`);
  if (io.stdout.isTerminal) messages.info(`It is for tenant ${tenant.alias}, good until ${expiresAt}, and cannot be revoked.`);
  return exitCodes.fine;
}
