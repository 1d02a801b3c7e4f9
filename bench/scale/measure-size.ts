import { mkdirSync, rmSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { permissions } from "../../src/auth/permissions.ts";
import { runChild } from "../child.ts";
import { type Served, serveBareLookup, serveProduct } from "../served.ts";
import { askForToken, type MadeClient } from "../service-bench.ts";
import { type Installation, type Place, program } from "./database.ts";
import type { FleetFile } from "./fleet-file.ts";
import type { KnowledgeFolders } from "./knowledge.ts";
import { loadFleet } from "./load.ts";
import type { PacedResult } from "./paced-requests.ts";
import { type Asked, askAfterChanges, askInTurn, askPaced, checkIns, filteredLists, get, secondsUntil, walk } from "./requests.ts";
import type { Figures, StepKey } from "./steps.ts";

type Values = Partial<Record<StepKey, number>>;

/** Measures every step for one fleet in one database: one server from the load to the last check-in, then a second one that finds it all there. */
export async function measureSize(place: Place, fleet: FleetFile, knowledge: KnowledgeFolders, workFolder: string): Promise<Figures> {
  const folder = join(workFolder, `size-${fleet.devices}-${place.name.replace(/\W/g, "")}`);
  mkdirSync(folder);
  const installation = await place.install(folder, knowledge.older);
  const values: Values = {};
  const tell = (more: Values): void => {
    Object.assign(values, more);
    for (const [name, value] of Object.entries(more))
      process.stderr.write(`${place.name}, ${fleet.devices} devices: ${name} ${value.toFixed(3)}\n`);
  };
  try {
    const client = makeClient(installation);
    tell({ rawRate: await installation.raw(fleet) });
    if (installation.copy !== undefined) tell({ copyRate: await installation.copy(fleet) });
    const headers = await withServer(installation, async (served) => {
      const asked: Asked = { served, headers: await authorised(served, client), fleet, folder };
      await measureServer(asked, installation, knowledge.newest, values, tell);
      return asked.headers;
    });
    tell(await measureDisk(installation, fleet.devices, values.inventories ?? Number.NaN));
    await withServer(installation, async (served) => tell(await measureRestart({ served, headers })));
  } finally {
    await installation.remove();
    rmSync(folder, { recursive: true, force: true });
  }
  return { database: place.name, devices: fleet.devices, values };
}

async function measureServer(
  asked: Asked,
  installation: Installation,
  newest: string,
  values: Values,
  tell: (more: Values) => void,
): Promise<void> {
  const { served, fleet } = asked;
  const [loadSeconds, loadCpuSeconds] = await withCpu(served, () => loadFleet(asked));
  const loadRate = fleet.devices / loadSeconds;
  tell({ loadSeconds, loadCpuSeconds, loadRate, loadShareOfLines: loadRate / (values.rawRate ?? Number.NaN) });
  const rowRate = await installation.rawRows();
  tell({ rowRate, loadShare: loadRate / rowRate });
  tell(await measureSwitch(asked, installation, newest));
  tell({ loadPeakMb: (await served.usage()).peakMb });
  const updates = await askInTurn(asked, ["/api/missingupdates"], 300);
  tell({ missingUpdatesP50: updates.p50, missingUpdatesP99: updates.p99 });
  const list = await askInTurn(asked, filteredLists, 300);
  tell({ listP50: list.p50, listP99: list.p99 });
  const [paced, pacedCpu] = await withCpu(served, async () => askPaced(asked, 1000));
  tell({ missingKbsP50: paced.p50, missingKbsP99: paced.p99, missingKbsCpu: (pacedCpu * 1000) / paced.requests });
  // After it: nothing is warmed up for the one that is held to a limit.
  const bare = await askBare(asked, installation);
  tell({ bareKbsP50: bare.p50, bareKbsP99: bare.p99 });
  const [walked, walkCpuSeconds] = await withCpu(served, () => walk(asked, "/api/machines/MissingKbsByMachine"));
  tell({ walkSeconds: walked.seconds, walkCpuSeconds, walkRows: walked.rows });
  tell({ recount: await askAfterChanges(asked, 7) });
  const [checkedIn, checkInCpu] = await withCpu(served, () => checkIns(asked));
  tell({ checkInRate: checkedIn.perSecond, checkInCpu: (checkInCpu * 1000) / checkedIn.requests });
  tell({ peakMb: (await served.usage()).peakMb, loadAverage: loadavg()[1] ?? Number.NaN });
}

/** What the machine lets a server have that does nothing but find the device, asked in the same way. */
async function askBare(asked: Asked, { database }: Installation): Promise<PacedResult> {
  const served = await serveBareLookup(database);
  try {
    return askPaced({ ...asked, served }, 1000);
  } finally {
    await served.stop();
  }
}

/** What came of it, and the seconds of processor time that it cost the server: on a machine with other work they say more than the clock. */
async function withCpu<T>(served: Served, work: () => Promise<T>): Promise<readonly [T, number]> {
  const before = await served.usage();
  const made = await work();
  return [made, ((await served.usage()).cpuMs - before.cpuMs) / 1000];
}

/** A month's document comes while the server runs. */
async function measureSwitch(asked: Asked, { data, environment }: Installation, newest: string): Promise<Values> {
  const before = await metric(asked, "patchgap_catalog_revision");
  const [catalogSeconds, catalogCpuSeconds] = await withCpu(asked.served, async () => {
    runChild([program, "sync", "--from", newest, "--data", data, "--quiet"], environment);
    return secondsUntil(asked, before + 1);
  });
  return {
    ...{ catalogSeconds, catalogCpuSeconds },
    evaluationSeconds: await metric(asked, "patchgap_evaluation_seconds"),
    evaluations: await metric(asked, "patchgap_evaluations"),
    inventories: await metric(asked, "patchgap_inventories"),
  };
}

async function metric(asked: Asked, name: string): Promise<number> {
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(await get(asked, "/metrics"))?.[1]);
}

async function measureDisk({ disk }: Installation, devices: number, inventories: number): Promise<Values> {
  const { all, tables } = await disk();
  const bytes = (...names: readonly string[]): number => names.reduce((total, name) => total + (tables.get(name) ?? 0), 0);
  return {
    diskMb: all / 1e6,
    deviceBytes: bytes("device", "device_history", "device_past") / devices,
    inventoryBytes: bytes("inventory", "standing") / inventories,
  };
}

async function measureRestart({ served, headers }: Pick<Asked, "served" | "headers">): Promise<Values> {
  const started = performance.now();
  await get({ served, headers }, "/api/missingupdates");
  const restartSeconds = (served.readyMs + performance.now() - started) / 1000;
  return { restartSeconds, idleMb: (await served.usage()).rssMb };
}

function makeClient({ data, environment }: Installation): MadeClient {
  return JSON.parse(
    runChild([program, "client", "add", "bench", "--roles", permissions.join(), "--data", data, "--json"], environment).stdout,
  ) as MadeClient;
}

async function authorised(served: Served, client: MadeClient): Promise<Readonly<Record<string, string>>> {
  return { Authorization: `Bearer ${await askForToken(served, client)}` };
}

async function withServer<T>({ data, environment }: Installation, work: (served: Served) => Promise<T>): Promise<T> {
  const served = await serveProduct(data, environment);
  try {
    return await work(served);
  } finally {
    await served.stop();
  }
}
