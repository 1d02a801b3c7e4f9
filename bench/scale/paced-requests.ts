// Sends requests at a pace that does not wait for answers, in a process of its own: `node bench/scale/paced-requests.ts plan.json`.
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";

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
const agent = new Agent({ keepAlive: true, maxSockets: 256 });
const latencies: number[] = [];
const counted = perSecond * warmUpSeconds;
let refused = 0;
const total = perSecond * (warmUpSeconds + seconds);
const started = performance.now();
const dueAt = (index: number): number => started + (index * 1000) / perSecond;

function send(index: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(origin + paths[index % paths.length], { agent, headers }, (response) => {
      response.resume();
      response.on("end", () => {
        // Nobody is to take a device that cannot be assessed for one that misses nothing: it is answered with 400 or 404.
        const { statusCode = 500 } = response;
        if (statusCode !== 200) refused++;
        if (statusCode > 404) return void reject(new Error(`${paths[index % paths.length]}: ${statusCode}`));
        if (index >= counted) latencies.push(performance.now() - dueAt(index));
        resolve();
      });
    });
    sent.on("error", reject);
    sent.end();
  });
}

const answers: Promise<void>[] = [];
await new Promise<void>((resolve) => {
  const timer = setInterval(() => {
    while (answers.length < total && dueAt(answers.length) <= performance.now()) answers.push(send(answers.length));
    if (answers.length < total) return;
    clearInterval(timer);
    resolve();
  }, 1);
});
await Promise.all(answers);
agent.destroy();
// A few of a fleet are broken; more say that others were asked for than are there.
if (refused > total / 10) throw new Error(`${refused} of ${total} requests were refused`);
latencies.sort((a, b) => a - b);
const share = (part: number): number => latencies[Math.floor(latencies.length * part)] ?? Number.NaN;
console.log(JSON.stringify({ requests: total, p50: share(0.5), p99: share(0.99) } satisfies PacedResult));
