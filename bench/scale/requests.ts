import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { runChild } from "../child.ts";
import type { LoadPlan, LoadResult } from "../load-generator.ts";
import type { Served } from "../served.ts";
import { randomNumbers } from "../world.ts";
import { batchesOf, type FleetFile, idOf } from "./fleet-file.ts";
import type { PacedPlan, PacedResult } from "./paced-requests.ts";

/** A server with a fleet, and what every request to it carries. */
export interface Asked {
  readonly served: Served;
  readonly headers: Readonly<Record<string, string>>;
  readonly fleet: FleetFile;
  readonly folder: string;
}

/** Compressing is left to whoever asks for it. */
const plain = { "Accept-Encoding": "identity" };

/** The text of an answer that has to be 200. */
export async function get({ served, headers }: Pick<Asked, "served" | "headers">, path: string): Promise<string> {
  const response = await fetch(served.origin + path, { headers: { ...headers, ...plain } });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return text;
}

/** Half, and all but one in a hundred, of requests that were sent one after the other. */
export interface Latencies {
  readonly p50: number;
  readonly p99: number;
}

/** Sends paths one after the other, in turn. */
export async function askInTurn(asked: Asked, paths: readonly string[], times: number): Promise<Latencies> {
  for (const path of paths) await get(asked, path);
  const latencies: number[] = [];
  for (let time = 0; time < times; time++) latencies.push(await timed(() => get(asked, paths[time % paths.length] ?? "")));
  return sharesOf(latencies);
}

/** Filters that a page or a script sends: a hundred devices of a system, a group, a risk. */
export const filteredLists: readonly string[] = [
  "osPlatform eq 'Windows11' and startswith(computerDnsName,'pc-00') and exposureLevel ne 'None'",
  "machineTags/any(tag: tag eq 'group:oslo') and riskScore eq 'High'",
  "osPlatform eq 'WindowsServer2022' and exposureLevel in ('Medium','High')",
  "healthStatus eq 'Active' and version eq '23H2'",
].map((filter) => `/api/machines?$top=100&$filter=${encodeURIComponent(filter)}`);

/** What the first request for the missing updates takes after a device brought something new: the fleet is counted again. */
export async function askAfterChanges(asked: Asked, times: number): Promise<number> {
  const latencies: number[] = [];
  const lines = await firstLines(asked.fleet, times);
  for (const [index, line] of lines.entries()) {
    await post(asked, changed(line, `r${index}`));
    latencies.push(await timed(() => get(asked, "/api/missingupdates")));
  }
  return sharesOf(latencies).p50;
}

async function post({ served, headers }: Asked, body: string): Promise<void> {
  const sent = { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body };
  const response = await fetch(`${served.origin}/api/inventories`, sent);
  if (!response.ok) throw new Error(await response.text());
  await response.arrayBuffer();
}

/** The missing KBs of devices chosen at random, as many a second whatever the answers take. */
export function askPaced({ served, headers, fleet, folder }: Asked, perSecond: number): PacedResult {
  const random = randomNumbers(7);
  const paths = Array.from({ length: 20_000 }, () => `/api/machines/${idOf(random(fleet.devices))}/getmissingkbs`);
  const plan: PacedPlan = { origin: served.origin, headers, paths, perSecond, warmUpSeconds: 3, seconds: 15 };
  return runPlan<PacedResult>(folder, "paced-requests.ts", plan);
}

/** One check-in a request, from 64 connections; half of them bring something that is new, half repeat themselves. */
export async function checkIns({ served, headers, fleet, folder }: Asked): Promise<LoadResult> {
  const connections = 64;
  const lines = await firstLines(fleet, connections * 80);
  const each = Math.floor(lines.length / connections);
  const bodies = lines.map((line, index) => (index % 2 === 0 ? changed(line, `c${index}`) : line));
  const plan: LoadPlan = {
    origin: served.origin,
    headers: { ...headers, "Content-Type": "application/json" },
    method: "POST",
    connections: Array.from({ length: connections }, (_, connection) =>
      bodies.slice(connection * each, (connection + 1) * each).map((body) => ({ path: "/api/inventories", body })),
    ),
  };
  return runPlan<LoadResult>(folder, "../load-generator.ts", plan);
}

function runPlan<Result>(folder: string, script: string, plan: object): Result {
  const file = join(folder, "plan.json");
  writeFileSync(file, JSON.stringify(plan));
  return JSON.parse(runChild([fileURLToPath(new URL(script, import.meta.url)), file]).stdout) as Result;
}

async function firstLines(fleet: FleetFile, count: number): Promise<readonly string[]> {
  for await (const lines of batchesOf(fleet, count)) return lines;
  return [];
}

/** The same device with something on it that no other has. */
function changed(line: string, version: string): string {
  const inventory = JSON.parse(line) as { readonly software: readonly object[] };
  return JSON.stringify({ ...inventory, software: [...inventory.software, { name: "Notepad++ (64-bit x64)", version }] });
}

export interface Walked {
  readonly seconds: number;
  readonly rows: number;
}

/** Every page of a list. The rows are counted in the text: reading them takes the time of whoever reads them. */
export async function walk(asked: Asked, path: string): Promise<Walked> {
  const started = performance.now();
  let rows = 0;
  for (let next: string | undefined = path; next !== undefined; ) {
    const text = await get(asked, next);
    for (let at = text.indexOf('"deviceId":'); at >= 0; at = text.indexOf('"deviceId":', at + 1)) rows++;
    const link = /"@odata\.nextLink":("(?:[^"\\]|\\.)*")}$/.exec(text.slice(-4000))?.[1];
    next = link === undefined ? undefined : (JSON.parse(link) as string).slice(asked.served.origin.length);
  }
  return { seconds: (performance.now() - started) / 1000, rows };
}

/** Looking more often would be a load of its own: every look takes the server some milliseconds. */
const lookEveryMs = 100;

/** Seconds until no call answers under another catalog than the one of that revision any more. */
export async function secondsUntil(asked: Asked, revision: number): Promise<number> {
  const started = performance.now();
  const paths = ["/api/missingupdates", "/api/machines?$top=1", `/api/machines/${idOf(0)}/getmissingkbs`];
  const ends = await Promise.all(
    paths.map(async (path) => {
      for (;;) {
        const response = await fetch(asked.served.origin + path, { headers: { ...asked.headers, ...plain } });
        await response.arrayBuffer();
        if (response.headers.get("X-Patchgap-Catalog")?.startsWith(`revision=${revision};`) === true) return performance.now();
        await wait(lookEveryMs);
      }
    }),
  );
  return (Math.max(...ends) - started) / 1000;
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await act();
  return performance.now() - started;
}

function sharesOf(latencies: readonly number[]): Latencies {
  const sorted = [...latencies].sort((a, b) => a - b);
  const share = (part: number): number => sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
  return { p50: share(0.5), p99: share(0.99) };
}
