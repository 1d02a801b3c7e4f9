import { defaultTenant } from "../../app/device-id.ts";
import { newReplicaWatch, openStore, type Store } from "../../compose.ts";
import type { RunningServer } from "../../compose-server.ts";
import { databaseVariables } from "../../config/database-variables.ts";
import type { CommandContext } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { tenantOf } from "../knowledge.ts";
import { openServer, settingsOf, untilStopped } from "../serve/run-server.ts";
import { scheduleSync } from "../serve/scheduled-sync.ts";
import { newSignInLink } from "../sign-in-link.ts";

/** `patchgap serve`: answers the API until it is asked to stop. */
export async function serve(context: CommandContext): Promise<number> {
  const { config, io, messages } = context;
  const settings = settingsOf(config);
  const replica = newReplicaWatch();
  const store = await openStore(config, replica);
  try {
    const ofReplica = config.databaseRead === undefined ? {} : { replica };
    const server = await openServer(context, { store, logLevel: config.quiet ? "error" : config.logLevel, ...ofReplica });
    const { catalog } = await store.holdings();
    const [origin = server.origin] = settings.publicUrls;
    io.stdout.write(`patchgap serves ${origin}/api and its description at ${origin}/reference\n`);
    if (await isLinkWanted(context, store)) io.stdout.write(await linkLines(server, store, origin));
    if (catalog === undefined && settings.syncEveryMs === undefined)
      messages.warn("there is no update knowledge yet, and none is fetched (--sync-every 0): data is answered after `patchgap sync`");
    const endSync = scheduleSync({
      ...settings,
      data: config.data,
      environment: databaseVariables(config),
      newest: catalog?.createdAt,
      now: io.now,
      report: ({ exitCode, said }) => {
        if (exitCode === 0) server.app.log.info({ said }, "knowledge was brought up to date");
        else server.app.log.error({ exitCode, said }, "knowledge could not be brought up to date");
      },
    });
    await untilStopped(server, io);
    endSync();
    return exitCodes.fine;
  } finally {
    await store.close();
  }
}

/** On a terminal somebody reads it. Elsewhere it may be kept, so it is printed only as long as nobody else could get in. */
async function isLinkWanted({ config, io }: CommandContext, store: Store): Promise<boolean> {
  if (io.stdout.isTerminal) return true;
  if (config.signIn.length > 0) return false;
  for (const { id } of await store.tenants()) if ((await store.clients.list(id)).length > 0) return false;
  return true;
}

async function linkLines({ sessions }: RunningServer, store: Store, origin: string): Promise<string> {
  const { id } = await tenantOf(store, { tenant: defaultTenant });
  const { url } = await newSignInLink(sessions, { origin, tenantId: id });
  return `To sign in at the page, open this link. It works once, within an hour; \`patchgap sign-in\` prints another:\n\n  ${url}\n\n`;
}
