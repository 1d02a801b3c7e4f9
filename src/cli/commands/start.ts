import { defaultTenant } from "../../app/device-id.ts";
import { findTenant } from "../../app/find-tenant.ts";
import { mintCliToken } from "../../auth/issuer/cli-client.ts";
import { permissions } from "../../auth/permissions.ts";
import { openSampleStore, type Store } from "../../compose.ts";
import type { RunningServer } from "../../compose-server.ts";
import type { CommandContext } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { hasRealData, loadSample, sampleTime } from "../load-sample.ts";
import { openServer, settingsOf, untilStopped } from "../serve/run-server.ts";
import { newSignInLink } from "../sign-in-link.ts";
import { serve } from "./serve.ts";

/** `patchgap start`: serves what is there; where nothing is, the bundled sample, with a line to try. */
export async function start(context: CommandContext): Promise<number> {
  const { config, io, messages } = context;
  if (await hasRealData(config)) return serve(context);
  const store = await openSampleStore(config);
  try {
    messages.info("No data yet: loading the bundled sample.");
    const { documents, devices } = await loadSample(store, io);
    const logLevel = config.logLevel === "info" ? "warn" : config.logLevel;
    const server = await openServer(context, { store, fleetNow: () => new Date(sampleTime), logLevel, isSample: true });
    await server.lookForKnowledge();
    const [origin = server.origin] = settingsOf(config).publicUrls;
    io.stdout.write(await welcome(server, store, { now: io.now().getTime(), origin, documents, devices }));
    await untilStopped(server, io);
    return exitCodes.fine;
  } finally {
    await store.close();
  }
}

async function welcome(
  server: RunningServer,
  store: Store,
  {
    now,
    origin,
    documents,
    devices,
  }: { readonly now: number; readonly origin: string; readonly documents: number; readonly devices: number },
): Promise<string> {
  const tenantId = findTenant(await store.tenants(), defaultTenant)?.id ?? "";
  const { token } = await mintCliToken(server.keys, { tenantId, roles: permissions, now });
  const { url } = await newSignInLink(server.sessions, { origin, tenantId });
  const { id, name } = await deviceToShow(server, tenantId);
  return `patchgap serves ${server.origin}/api and its description at ${server.origin}/reference

This is SAMPLE DATA: ${devices} made-up devices and ${documents} shortened update documents, as of ${sampleTime.slice(0, 10)}.

To look around in a browser, open this link. It signs in once, within an hour; the next \`npm start\` prints another:

  ${url}

Which updates is ${name} missing? The token is good for an hour, for everything:

  curl -H "Authorization: Bearer ${token}" ${server.origin}/api/machines/${id}/getmissingkbs

The same for the whole fleet: /api/missingupdates, /api/machines, /api/vulnerabilities, /api/machines/MissingKbsByMachine

With data of your own, from this folder, after Ctrl-C:

  node bin/patchgap sync                 update knowledge from Microsoft (about 200 MB), or --from a folder with CVRF documents
  node bin/patchgap ingest pc.txt        what \`systeminfo > pc.txt\` wrote on a Windows device, or POST it to /api/inventories
  npm start                              serves it; the sample is not shown any more
`;
}

/** One that misses something is worth looking at. */
async function deviceToShow({ fleet }: RunningServer, tenantId: string): Promise<{ readonly id: string; readonly name: string }> {
  const { devices } = await fleet.store.listDevices(tenantId, { view: await fleet.view(), limit: 1000 });
  const shown = devices.find(({ standing }) => standing?.riskScore === "High") ?? devices[0];
  return { id: shown?.deviceId ?? "", name: shown?.name ?? "" };
}
