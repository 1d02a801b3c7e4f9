import { mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { permissions } from "../../src/auth/permissions.ts";
import { randomNumbers } from "../world.ts";
import { checkAfterwards } from "./aftermath.ts";
import { type Ask, askWith } from "./client.ts";
import { type GrowingKnowledge, growingKnowledge } from "./knowledge.ts";
import { Ledger } from "./ledger.ts";
import { firstCheckIns, mixedLoad } from "./load.ts";
import { runProgram } from "./program.ts";
import { type StormServer, startServer } from "./servers.ts";
import { Tally } from "./tally.ts";

const serverCount = 3;
/** Changes of the catalog, a month each, are spread over the storm; there are not more months. */
const mostChanges = 24;
const leastBetweenChangesMs = 7_000;
const leastBetweenKillsMs = 1_500;
const moreBetweenKillsMs = 4_000;
const mostDownMs = 2_000;
/** for the second server to be up again, a tenth of a second each */
const mostWaits = 150;

/** A storm as it is wished for. */
export interface StormPlan {
  /** an empty database */
  readonly database: string;
  /** an empty folder */
  readonly workFolder: string;
  readonly seconds: number;
  readonly devices: number;
  readonly seed: number;
  /** it goes on, up to four times as long, until this has happened */
  readonly isEnough?: (tally: Tally) => boolean;
}

/** What all clients share. */
export interface Storm {
  readonly tally: Tally;
  readonly ledger: Ledger;
  readonly servers: readonly StormServer[];
  readonly ask: Ask;
  readonly random: (below: number) => number;
  readonly anyServer: () => StormServer;
  readonly isOver: () => boolean;
}

/** What came of a storm. */
export interface StormReport {
  readonly tally: Tally;
  readonly seconds: number;
  readonly devices: number;
  readonly acknowledgements: number;
}

/** Three servers on one database under mixed load, killed at random and started again; afterwards everything acknowledged is looked for. */
export async function runStorm({ database, workFolder, seconds, devices, seed, isEnough = () => true }: StormPlan): Promise<StormReport> {
  mkdirSync(workFolder, { recursive: true });
  const log = openSync(join(workFolder, "patchgap.log"), "a", 0o600);
  const tally = new Tally();
  const random = randomNumbers(seed);
  const knowledge = growingKnowledge({ database, workFolder, log, tally, random: randomNumbers(seed + 1) });
  await knowledge.begin();
  const token = await runProgram(database, ["token", "--roles", permissions.join(), "--data", join(workFolder, "token")], log);
  const servers: StormServer[] = [];
  try {
    for (let index = 0; index < serverCount; index++)
      servers.push(await startServer(`server-${index + 1}`, { database, workFolder, log, tally }));
    await Promise.all(servers.map(({ untilReady }) => untilReady()));
    const ledger = new Ledger();
    const started = performance.now();
    const isOver = (): boolean => {
      const passed = performance.now() - started;
      return passed > seconds * 4000 || (passed > seconds * 1000 && isEnough(tally));
    };
    const anyServer = (): StormServer => servers[random(serverCount)] as StormServer;
    const storm: Storm = { tally, ledger, servers, ask: askWith(token.trim(), tally), random, anyServer, isOver };
    await firstCheckIns(storm, devices);
    await Promise.all([mixedLoad(storm), killAtRandom(storm, randomNumbers(seed + 2)), change(storm, knowledge, seconds)]);
    const lasted = (performance.now() - started) / 1000;
    await Promise.all(servers.map(({ untilReady }) => untilReady()));
    await checkAfterwards(storm);
    return { tally, seconds: lasted, devices: ledger.size, acknowledgements: ledger.acknowledgements };
  } finally {
    await Promise.all(servers.map(({ stop }) => stop()));
  }
}

/** Most of the time one server, sometimes two or all of them at once. */
async function killAtRandom(storm: Storm, random: (below: number) => number): Promise<void> {
  while (!storm.isOver()) {
    await pause(leastBetweenKillsMs + random(moreBetweenKillsMs));
    await untilWorthKilling(storm, random);
    // One that is being started again is not started twice.
    await Promise.all(killTogether(storm, random));
  }
}

/** Most of the time there is somebody left to be killed at work; now and then one is killed while it starts. */
async function untilWorthKilling({ servers }: Storm, random: (below: number) => number): Promise<void> {
  for (let tries = 0; tries < mostWaits; tries++) {
    if (random(30) === 0 || servers.filter(({ isUp }) => isUp).length > 1) return;
    await pause(100);
  }
}

function killTogether({ servers, tally }: Storm, random: (below: number) => number): readonly Promise<void>[] {
  const chance = random(20);
  const count = chance === 0 ? 3 : chance < 4 ? 2 : 1;
  const first = random(serverCount);
  tally.count("kills", `${count} at once`);
  return Array.from({ length: count }, (_, index) => {
    const server = servers[(first + index) % serverCount] as StormServer;
    tally.count("kills", "servers killed");
    tally.count("kills", server.isUp ? "of them serving" : "of them starting");
    return server.killAndRestart(random(mostDownMs));
  });
}

async function change({ isOver }: Storm, { grow }: GrowingKnowledge, seconds: number): Promise<void> {
  const everyMs = Math.max(leastBetweenChangesMs, (seconds * 1000) / mostChanges);
  while (!isOver()) {
    const until = performance.now() + everyMs;
    while (!isOver() && performance.now() < until) await pause(200);
    if (!isOver()) await grow();
  }
}
