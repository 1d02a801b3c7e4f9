// Sends requests over kept connections, in a process of its own: `node bench/load-generator.ts plan.json`.
import { readFileSync } from "node:fs";
import autocannon from "autocannon";

/** What is sent. */
export interface LoadPlan {
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly method: "GET" | "POST";
  /** for each connection its requests, which it sends in turn */
  readonly connections: readonly (readonly PlannedRequest[])[];
  /** absent: each request is sent once */
  readonly seconds?: number;
}

export interface PlannedRequest {
  readonly path: string;
  readonly body?: string;
}

/** What came back. */
export interface LoadResult {
  readonly requests: number;
  readonly perSecond: number;
  /** ms */
  readonly p50: number;
  readonly p99: number;
}

const plan = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as LoadPlan;
const { origin, method, connections, seconds, headers } = plan;
const waiting = [...connections];
const latencies: number[] = [];
let [started, ended] = [0, 0];
const options: autocannon.Options = {
  url: origin,
  connections: connections.length,
  ...(seconds === undefined ? { amount: connections.flat().length } : { duration: seconds }),
  timeout: 60,
  setupClient: (client) => client.setRequests((waiting.shift() ?? []).map((request) => ({ ...request, method, headers }))),
};
await new Promise((resolve, reject) => {
  const run = autocannon(options, (error, result) => {
    const { errors, non2xx, statusCodeStats } = result;
    if (error != null || errors > 0 || non2xx > 0) reject(error ?? new Error(`${errors} errors, ${JSON.stringify(statusCodeStats)}`));
    else resolve(result);
  });
  run.on("start", () => {
    started = performance.now();
  });
  run.on("response", (_client, _status, _bytes, ms) => {
    latencies.push(ms);
    ended = performance.now();
  });
});
latencies.sort((a, b) => a - b);
const share = (part: number): number => latencies[Math.floor(latencies.length * part)] ?? Number.NaN;
const answer: LoadResult = {
  requests: latencies.length,
  perSecond: (latencies.length * 1000) / (ended - started),
  p50: share(0.5),
  p99: share(0.99),
};
console.log(JSON.stringify(answer));
