import { Sessions } from "../../auth/session/sessions.ts";
import type { Config } from "../../config/config.ts";
import { readServerSettings } from "../../config/server-settings.ts";
import { ProductError } from "../../domain/errors.ts";
import type { CommandContext } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { tenantOf, withStoreToWrite } from "../knowledge.ts";
import { printJson } from "../print-json.ts";
import { readRoles } from "../read-roles.ts";
import { newSignInLink } from "../sign-in-link.ts";

/** `patchgap sign-in`: a link to the page that signs in once, for the server of the data folder. */
export async function signIn({ config, io, messages }: CommandContext): Promise<number> {
  const origin = originOf(config);
  const roles = config.roles.length === 0 ? {} : { roles: readRoles(config) };
  const { tenant, link } = await withStoreToWrite(config, async (store) => {
    const tenant = await tenantOf(store, config);
    const sessions = new Sessions(store.sessions, () => io.now().getTime());
    return { tenant, link: await newSignInLink(sessions, { origin, tenantId: tenant.id, ...roles }) };
  });
  io.stdout.write(config.json ? printJson({ ...link, tenantId: tenant.id }) : `${link.url}\n`);
  if (io.stdout.isTerminal) messages.info(`It signs in to tenant ${tenant.alias}, once, until ${link.expiresAt}.`);
  return exitCodes.fine;
}

/** Where browsers find the server, by the settings that it has too. */
function originOf(config: Config): string {
  const { publicUrls, listen, tls } = readServerSettings(config);
  const [publicUrl] = publicUrls;
  if (publicUrl !== undefined) return publicUrl;
  if (listen.port === 0)
    throw new ProductError("usage", "nobody can tell at which port the server listens", { hint: "Give its address with --public-url." });
  const host = listen.host.includes(":") ? `[${listen.host}]` : listen.host;
  return new URL(`${tls === undefined ? "http" : "https"}://${host}:${listen.port}`).origin;
}
