import { openStore } from "../../compose.ts";
import { databaseVariables } from "../../config/database-variables.ts";
import type { CommandContext } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { openServer, settingsOf, untilStopped } from "../serve/run-server.ts";
import { scheduleSync } from "../serve/scheduled-sync.ts";

/** `patchgap serve`: answers the API until it is asked to stop. */
export async function serve(context: CommandContext): Promise<number> {
  const { config, io, messages } = context;
  const settings = settingsOf(config);
  const store = await openStore(config);
  try {
    const server = await openServer(context, { store, logLevel: config.quiet ? "error" : config.logLevel });
    const { catalog } = await store.holdings();
    const [origin = server.origin] = settings.publicUrls;
    io.stdout.write(`patchgap serves ${origin}/api and its description at ${origin}/\n`);
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
