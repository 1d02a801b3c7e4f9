// Sends requests at a pace that does not wait for answers, in a process of its own: `node bench/scale/paced-requests.ts plan.json`.
import { readFileSync } from "node:fs";
import { KeptConnection, requestFor } from "./kept-connection.ts";

/** What is sent, in turn. */
export interface PacedPlan {
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly paths: readonly string[];
  readonly perSecond: number;
  /** not counted */
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** What came back; times are from when a request was due, not from when it could be sent, in ms. */
export interface PacedResult {
  /** with those that warm up */
  readonly requests: number;
  readonly p50: number;
  readonly p99: number;
}

const { origin, headers, paths, perSecond, warmUpSeconds, seconds } = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as PacedPlan;
const server = new URL(origin);
const requests = paths.map((path) => requestFor(server, path, headers));
const mostConnections = 256;
const connections: KeptConnection[] = [];
const idle: KeptConnection[] = [];
/** those that are due while every connection has one, by number */
const waiting: number[] = [];
const latencies: number[] = [];
const counted = perSecond * warmUpSeconds;
const total = perSecond * (warmUpSeconds + seconds);
let refused = 0;
let answered = 0;
const ended = Promise.withResolvers<void>();
const started = performance.now();
const dueAt = (index: number): number => started + (index * 1000) / perSecond;

/** Asks on a connection until nothing is due any more. */
async function ask(connection: KeptConnection, first: number): Promise<void> {
  for (let index: number | undefined = first; index !== undefined; index = waiting.shift()) {
    const at = index % paths.length;
    const status = await connection.get(requests[at] as Buffer);
    if (index >= counted) latencies.push(performance.now() - dueAt(index));
    // Nobody is to take a device that cannot be assessed for one that misses nothing: it is answered with 400 or 404.
    if (status !== 200) refused++;
    if (!(status <= 404)) throw new Error(`${paths[at]}: ${status}`);
    answered++;
  }
  idle.push(connection);
  if (answered === total) ended.resolve();
}

function anotherConnection(): KeptConnection | undefined {
  if (connections.length === mostConnections) return undefined;
  const another = new KeptConnection(server);
  connections.push(another);
  return another;
}

function send(index: number): void {
  const free = idle.pop() ?? anotherConnection();
  if (free === undefined) return void waiting.push(index);
  ask(free, index).catch(ended.reject);
}

let sent = 0;
const timer = setInterval(() => {
  while (sent < total && dueAt(sent) <= performance.now()) send(sent++);
  if (sent === total) clearInterval(timer);
}, 1);
await ended.promise;
for (const connection of connections) connection.close();
// A few of a fleet are broken; more say that others were asked for than are there.
if (refused > total / 10) throw new Error(`${refused} of ${total} requests were refused`);
latencies.sort((a, b) => a - b);
const share = (part: number): number => latencies[Math.floor(latencies.length * part)] ?? Number.NaN;
console.log(JSON.stringify({ requests: total, p50: share(0.5), p99: share(0.99) } satisfies PacedResult));
