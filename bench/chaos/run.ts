/**
 * `npm run chaos -- --minutes 10 [--database postgresql://…] [--seed 1] [--devices 300]`: three servers on one database under mixed load, killed
 * at random and started again (docs/scale.md). Exit code 1 where anything happened that must not.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createDatabase, postgresPrograms, startPostgres } from "../../test/postgres-servers.ts";
import { printReport } from "./report.ts";
import { runStorm } from "./storm.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    /** a server whose user may make databases; a database of its own is made there */
    database: { type: "string" },
    seed: { type: "string", default: "1" },
    devices: { type: "string", default: "300" },
  },
});
const [minutes, seed, devices] = [Number(values.minutes), Number(values.seed), Number(values.devices)];
if (!(minutes > 0) || !Number.isSafeInteger(seed) || !(Number.isSafeInteger(devices) && devices > 0))
  throw new Error("--minutes, --seed and --devices are numbers");

const [program] = values.database === undefined ? await postgresPrograms() : [];
if (values.database === undefined && program === undefined) throw new Error("no PostgreSQL for this platform: name one with --database");
const postgres = program === undefined ? undefined : await startPostgres(program);
const workFolder = mkdtempSync(join(tmpdir(), "patchgap-chaos-"));
const { url, drop } = await createDatabase(postgres?.url ?? values.database ?? "");
let isFine = false;
try {
  const report = await runStorm({ database: url, workFolder, seconds: minutes * 60, devices, seed });
  console.log(`${program?.name ?? "the database named"}, seed ${seed}\n\n${printReport(report)}`);
  isFine = report.tally.violations.length === 0;
} finally {
  await drop();
  await postgres?.remove();
  if (isFine) rmSync(workFolder, { recursive: true, force: true });
  else console.log(`the servers' log: ${join(workFolder, "patchgap.log")}`);
}
process.exitCode = isFine ? 0 : 1;
