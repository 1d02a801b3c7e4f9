/**
 * `npm run bench`: every figure that patchgap holds itself to. Ratios within one run count, absolute times depend on the machine.
 * The real documents beside the project are measured where they are, made-up ones elsewhere.
 * `npm run bench -- scale`: how it grows with the fleet, in `scale/`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { benchCommands } from "./command-bench.ts";
import { corpusFolder, documentsOf } from "./corpus.ts";
import { benchEvaluation } from "./evaluation-bench.ts";
import { benchImport } from "./import-bench.ts";
import { benchIngest } from "./ingest-bench.ts";
import { isWithin, type Measurement } from "./measurement.ts";
import { benchScale } from "./scale/bench-scale.ts";
import { benchService } from "./service-bench.ts";

if (process.argv[2] === "scale") process.exit(await benchScale(process.argv.slice(3)));

const workFolder = mkdtempSync(join(tmpdir(), "patchgap-bench-"));
let measurements: Measurement[] = [];
try {
  const documents = corpusFolder(workFolder);
  console.log(`${documentsOf(documents).length} documents\n`);
  measurements = [
    ...benchCommands(documents, workFolder),
    ...(await readingAlone()),
    ...(await evaluation()),
    ...(await benchIngest(workFolder)),
    ...(await benchService(documents, workFolder)),
  ];
} finally {
  rmSync(workFolder, { recursive: true });
}

async function readingAlone(): Promise<Measurement[]> {
  const reading = await benchImport();
  if (reading === undefined) return [];
  return [
    {
      name: "reading the documents, without the store",
      value: reading.ratio,
      unit: "x",
      baseline: `bare saxes pass, ${Math.round(reading.bareMs)} ms`,
    },
  ];
}

async function evaluation(): Promise<Measurement[]> {
  const { devicesPerSecond, postures } = await benchEvaluation();
  return [
    { name: `evaluation of ${postures} distinct devices, one core`, value: devicesPerSecond, unit: "/s", limit: { atLeast: 40_000 } },
  ];
}

for (const measurement of measurements) {
  const { name, value, unit, limit, baseline } = measurement;
  const bound = limit === undefined ? "" : "atMost" in limit ? `at most ${limit.atMost}` : `at least ${limit.atLeast}`;
  const verdict = limit === undefined ? "" : isWithin(measurement) ? "ok" : "TOO MUCH";
  const figure = `${unit === "x" ? value.toFixed(2) : Math.round(value)} ${unit}`;
  console.log([name.padEnd(46), figure.padStart(12), bound.padStart(16), verdict.padEnd(9), baseline ?? ""].join("  ").trimEnd());
}
process.exitCode = measurements.length > 0 && measurements.every(isWithin) ? 0 : 1;
