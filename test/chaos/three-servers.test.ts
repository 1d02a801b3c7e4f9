import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { printReport } from "../../bench/chaos/report.ts";
import { runStorm } from "../../bench/chaos/storm.ts";
import type { Tally } from "../../bench/chaos/tally.ts";
import { postgresServers } from "../a-postgres.ts";
import { createDatabase } from "../postgres-servers.ts";

const [postgres] = postgresServers;

const finished = (tally: Tally): number => tally.of("walk of machines", "finished") + tally.of("walk of MissingKbsByMachine", "finished");
const killed = (tally: Tally): number => tally.of("kills", "servers killed");
const isEnough = (tally: Tally): boolean =>
  killed(tally) >= 4 && finished(tally) >= 10 && tally.revisions.length >= 2 && tally.of("check-ins", "200") >= 50;

test.skipIf(postgres === undefined)(
  "three servers killed at random: no acknowledged check-in is lost, no 5xx but 503 with Retry-After, no walk mixes two revisions",
  async () => {
    const workFolder = mkdtempSync(join(tmpdir(), "patchgap-chaos-"));
    const { url, drop } = await createDatabase(postgres?.url ?? "");
    try {
      const report = await runStorm({ database: url, workFolder, seconds: 20, devices: 150, seed: 7, isEnough });
      const { tally } = report;
      expect(tally.violations, printReport(report)).toEqual([]);
      expect(isEnough(tally), printReport(report)).toBe(true);
      expect(tally.of("looked for afterwards", "there")).toBeGreaterThanOrEqual(3 * 150);
    } finally {
      await drop();
      rmSync(workFolder, { recursive: true, force: true });
    }
  },
  300_000,
);
