import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sharedFile } from "../test/shared-data.ts";
import type { BareAnswers } from "./bare-server.ts";
import type { LoadPlan, LoadResult, PlannedRequest } from "./load-generator.ts";
import type { Measurement } from "./measurement.ts";
import { median } from "./measurement.ts";
import { type Served, serveBare, type Usage } from "./served.ts";
import { randomNumbers, sendLoad, type World } from "./world.ts";

const connections = 16;
const rounds = 4;
const seconds = 3;
const pathOf = (id: string): string => `/api/machines/${id}/getmissingkbs`;

/** The missing KBs of a device chosen at random, beside a bare server that sends the same bytes: the same requests, in turns. */
export async function benchAnswers(world: World, served: Served): Promise<Measurement[]> {
  const bare = await serveBare(await writeAnswers(world, served));
  const plan: Omit<LoadPlan, "origin"> = { headers: world.headers, method: "GET", connections: randomDevices(world), seconds };
  const runs: { readonly product: Asked; readonly bare: Asked }[] = [];
  for (let round = 0; round <= rounds; round++)
    runs.push({
      bare: await ask(world, bare, { ...plan, origin: bare.origin }),
      product: await ask(world, served, { ...plan, origin: served.origin }),
    });
  await bare.stop();
  const counted = runs.slice(1);
  const rate = Math.max(...counted.map(({ product }) => product.perSecond));
  const bareRate = Math.max(...counted.map((run) => run.bare.perSecond));
  const baseline = `bare node:http, ${Math.round(bareRate)}/s`;
  return [
    { name: `getmissingkbs, ${world.fleet.devices} devices, one core`, value: rate, unit: "/s", baseline },
    { name: "  its share of a bare server", value: rate / bareRate, unit: "x", limit: { atLeast: 0.4 }, baseline },
    {
      name: "  its time of the processor beside it",
      value: median(counted.map(({ product }) => product.cpuMs)) / median(counted.map((run) => run.bare.cpuMs)),
      unit: "x",
      baseline: `bare node:http, ${(median(counted.map((run) => run.bare.cpuMs)) * 1000).toFixed(0)} us an answer`,
    },
    { name: "  p50", value: Math.min(...counted.map(({ product }) => product.p50)), unit: "ms" },
    { name: "  p99", value: Math.min(...counted.map(({ product }) => product.p99)), unit: "ms" },
  ];
}

interface Asked extends LoadResult {
  /** of the server, an answer */
  readonly cpuMs: number;
}

async function ask(world: World, served: Served, plan: LoadPlan): Promise<Asked> {
  const before = await served.usage();
  const result = await sendLoad(world, plan);
  const { cpuMs } = await served.usage();
  return { ...result, cpuMs: (cpuMs - before.cpuMs) / result.requests };
}

function randomDevices({ fleet }: World): readonly (readonly PlannedRequest[])[] {
  const random = randomNumbers(7);
  return Array.from({ length: connections }, () =>
    Array.from({ length: 1_500 }, () => ({ path: pathOf(fleet.idOf(random(fleet.devices))) })),
  );
}

/** What the server answers for some hundred devices, with its headers. */
async function writeAnswers({ fleet, headers, workFolder }: World, { origin }: Served): Promise<string> {
  const random = randomNumbers(11);
  const answers: { readonly headers: Record<string, string>; readonly body: string }[] = [];
  for (let count = 0; count < 500; count++) {
    const response = await fetch(origin + pathOf(fleet.idOf(random(fleet.devices))), {
      headers: { ...headers, "Accept-Encoding": "identity" },
    });
    answers.push({ headers: Object.fromEntries(response.headers), body: await response.text() });
  }
  const { date: _date, connection: _kept, "keep-alive": _long, "content-length": _length, ...own } = answers[0]?.headers ?? {};
  const file = join(workFolder, "answers.json");
  writeFileSync(file, JSON.stringify({ headers: own, bodies: answers.map(({ body }) => body) } satisfies BareAnswers));
  return file;
}

/** What a server that has just started takes for reading a whole fleet in every way, in time and memory. */
export async function benchReading(world: World, served: Served): Promise<Measurement[]> {
  const atStart = await served.usage();
  const pages = await benchPages(world, served);
  const sweep = await sendLoad(world, { origin: served.origin, headers: world.headers, method: "GET", connections: everyDevice(world) });
  const swept = await served.usage();
  const rows = await walk(world, served, "/api/machines/MissingKbsByMachine");
  const walked = await served.usage();
  const machines = await walk(world, served, "/api/machines");
  await walk(world, served, "/api/vulnerabilities");
  const last = await served.usage();
  const collected = await served.usageWithoutGarbage();
  const knowledge = sharedFile("data/msrc-cvrf") === undefined ? "made-up documents" : "all real documents";
  return [
    { name: "from the start of the server to ready", value: served.readyMs, unit: "ms" },
    ...pages,
    { name: "walk of MissingKbsByMachine", value: rows.ms, unit: "ms", baseline: `${rows.rows} rows on ${rows.pages} pages` },
    { name: "  rows", value: (rows.rows * 1000) / rows.ms, unit: "/s" },
    { name: "walk of machines", value: machines.ms, unit: "ms", baseline: `${machines.rows} rows on ${machines.pages} pages` },
    memory("memory of the server at the start", atStart, knowledge),
    memory("  after getmissingkbs of each device", swept, `${Math.round(sweep.perSecond)}/s`),
    memory("  after the walk of MissingKbsByMachine", walked),
    memory("  after the lists of machines and CVEs", last),
    memory("  and without garbage", collected),
    { name: "  at most", value: last.peakMb, unit: "MB", limit: { atMost: 300 } },
  ];
}

function memory(name: string, { rssMb, heapMb }: Usage, what?: string): Measurement {
  return { name, value: rssMb, unit: "MB", baseline: `${Math.round(heapMb)} MB in the heap${what === undefined ? "" : `; ${what}`}` };
}

function everyDevice({ fleet }: World): readonly (readonly PlannedRequest[])[] {
  const share = Math.floor(fleet.devices / connections);
  return Array.from({ length: connections }, (_, connection) =>
    Array.from({ length: share }, (_, turn) => ({ path: pathOf(fleet.idOf(connection * share + turn)) })),
  );
}

interface Walked {
  readonly ms: number;
  readonly rows: number;
  readonly pages: number;
}

interface ListPage {
  readonly value: readonly unknown[];
  readonly "@odata.nextLink"?: string;
}

async function walk({ headers }: World, { origin }: Served, path: string): Promise<Walked> {
  const started = performance.now();
  let [rows, pages] = [0, 0];
  for (let next: string | undefined = origin + path; next !== undefined; pages++) {
    const response: Response = await fetch(next, { headers });
    if (!response.ok) throw new Error(await response.text());
    const page = (await response.json()) as ListPage;
    rows += page.value.length;
    next = page["@odata.nextLink"];
  }
  return { ms: performance.now() - started, rows, pages };
}

/** First pages, asked for one after the other. */
async function benchPages({ fleet, headers }: World, { origin }: Served): Promise<Measurement[]> {
  const random = randomNumbers(13);
  const filter = encodeURIComponent("osPlatform eq 'Windows11' and startswith(computerDnsName,'pc-01') and exposureLevel ne 'None'");
  const kinds: readonly (readonly [name: string, times: number, path: () => string])[] = [
    ["a page of machines with $filter, 100 rows", 60, () => `/api/machines?$top=100&$filter=${filter}`],
    ["the missing updates of the fleet", 20, () => "/api/missingupdates"],
    [
      "machinesVulnerabilities of one machine",
      60,
      () =>
        `/api/vulnerabilities/machinesVulnerabilities?$filter=${encodeURIComponent(`machineId eq '${fleet.idOf(random(fleet.devices))}'`)}`,
    ],
  ];
  const measurements: Measurement[] = [];
  for (const [name, times, path] of kinds) {
    const latencies: number[] = [];
    for (let time = 0; time < times; time++) {
      const started = performance.now();
      const response = await fetch(origin + path(), { headers });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`${name}: ${response.status}`);
      latencies.push(performance.now() - started);
    }
    const sorted = latencies.slice(1).sort((a, b) => a - b);
    const share = (part: number): number => sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
    measurements.push({
      name,
      value: share(0.5),
      unit: "ms",
      baseline: `first ${(latencies[0] ?? 0).toFixed(0)} ms, p99 ${share(0.99).toFixed(0)} ms`,
    });
  }
  return measurements;
}
