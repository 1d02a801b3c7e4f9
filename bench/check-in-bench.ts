import { createReadStream, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { PlannedRequest } from "./load-generator.ts";
import type { Measurement } from "./measurement.ts";
import { rawRate } from "./raw-database.ts";
import type { Served } from "./served.ts";
import { sendLoad, type World } from "./world.ts";

const rounds = 3;
const connections = 64;
const checkInsPerConnection = 80;
/** Raw inserts with a transaction of their own, of which fewer are enough. */
const mostAlone = 1_500;
/** As the bulk import groups its lines. */
const linesTogether = 500;

/**
 * One check-in a request, from many devices at once, each on the disk before it is answered; half of them bring an inventory that is new, half
 * repeat themselves. Beside them raw inserts of the same bodies: grouped as the server grouped them, and each in a transaction of its own.
 */
export async function benchCheckIns(world: World, served: Served): Promise<Measurement[]> {
  const runs: CheckInRun[] = [];
  for (let round = 0; round < rounds; round++) runs.push(await checkInOnce(world, served, round));
  const best = (pick: (run: CheckInRun) => number): number => Math.max(...runs.map(pick));
  const [rate, grouped, alone] = [best((run) => run.rate), best((run) => run.grouped), best((run) => run.alone)];
  const together = Math.round(runs.reduce((sum, run) => sum + run.together, 0) / rounds);
  const baseline = `raw inserts, ${together} a commit, ${Math.round(grouped)}/s`;
  return [
    { name: `check-ins by ${connections} connections, durable`, value: rate, unit: "/s", baseline },
    { name: "  their share of raw inserts grouped alike", value: rate / grouped, unit: "x", baseline },
    { name: "  and of raw inserts of one a commit", value: rate / alone, unit: "x", baseline: `${Math.round(alone)}/s` },
    { name: "  p50", value: Math.min(...runs.map(({ p50 }) => p50)), unit: "ms" },
    { name: "  p99", value: Math.min(...runs.map(({ p99 }) => p99)), unit: "ms" },
  ];
}

interface CheckInRun {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  /** check-ins a commit */
  readonly together: number;
  readonly grouped: number;
  readonly alone: number;
}

async function checkInOnce(world: World, { origin }: Served, round: number): Promise<CheckInRun> {
  const { fleet, headers } = world;
  const first = round * connections * checkInsPerConnection;
  const bodyOf = (number: number): string => (number % 2 === 0 ? fleet.changedLineOf(number, number) : fleet.lineOf(number));
  const requests = Array.from({ length: connections }, (_, connection) =>
    Array.from({ length: checkInsPerConnection }, (_, turn): PlannedRequest => {
      return { path: "/api/inventories", body: bodyOf((first + turn * connections + connection) % fleet.devices) };
    }),
  );
  const bodies = requests.flat().map(({ body = "" }) => body);
  const before = commitsOf(world);
  const posted = { ...headers, "Content-Type": "application/json" };
  const { perSecond, p50, p99 } = await sendLoad(world, { origin, headers: posted, method: "POST", connections: requests });
  const together = Math.max(1, Math.round(bodies.length / (commitsOf(world) - before)));
  const raw = join(world.workFolder, "raw.db");
  const grouped = rawRate(raw, bodies, together);
  return { rate: perSecond, p50, p99, together, grouped, alone: rawRate(raw, bodies.slice(0, mostAlone), 1) };
}

/** How often the fleet changed: once a commit, as long as some device in each brings something new. */
function commitsOf({ data }: World): number {
  const database = new Database(join(data, "patchgap.db"), { readonly: true });
  const changes = database.prepare<[], number>("SELECT value FROM fleet_change").pluck().get();
  database.close();
  return changes ?? 0;
}

/** A whole fleet as one stream of lines, beside raw inserts of the same lines, as many a commit. */
export async function benchBulk(world: World, served: Served): Promise<Measurement[]> {
  const { fleet, workFolder } = world;
  const file = join(workFolder, "fleet.ndjson");
  const lines = Array.from({ length: fleet.devices }, (_, device) => fleet.lineOf(device));
  writeFileSync(file, `${lines.join("\n")}\n`);
  const raw = rawRate(join(workFolder, "raw.db"), lines, linesTogether);
  const started = performance.now();
  const answer = await postFile(world, served, file);
  const rate = (fleet.devices * 1000) / (performance.now() - started);
  if (answer.counts["new"] !== fleet.devices) throw new Error(`not all were stored: ${JSON.stringify(answer.counts)}`);
  const { peakMb } = await served.usage();
  rmSync(file);
  const baseline = `raw inserts, ${linesTogether} a commit, ${Math.round(raw)}/s`;
  return [
    { name: `one stream of ${fleet.devices} inventories`, value: rate, unit: "/s", baseline },
    { name: "  its share of the rate of raw inserts", value: rate / raw, unit: "x", baseline },
    { name: "  peak memory of the server", value: peakMb, unit: "MB" },
  ];
}

function postFile({ headers }: World, { origin }: Served, file: string): Promise<{ readonly counts: Readonly<Record<string, number>> }> {
  return new Promise((resolve, reject) => {
    const type = { "Content-Type": "application/x-ndjson" };
    const sent = request(`${origin}/api/inventories`, { method: "POST", headers: { ...headers, ...type } }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString();
      if (response.statusCode === 200) resolve(JSON.parse(text));
      else reject(new Error(text));
    });
    sent.on("error", reject);
    createReadStream(file, { highWaterMark: 262_144 }).pipe(sent);
  });
}
