/**
 * `npm run bench`: every figure that patchgap holds itself to. Ratios within one run count, absolute times depend on the machine.
 * `PATCHGAP_BENCH_DOCUMENTS` names a folder of real CVRF documents (.xml or .xml.gz); without it a made-up corpus is measured.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { benchCommands } from "./command-bench.ts";
import { corpusFolder, documentsOf } from "./corpus.ts";
import { isWithin, type Measurement } from "./measurement.ts";

const workFolder = mkdtempSync(join(tmpdir(), "patchgap-bench-"));
let measurements: Measurement[] = [];
try {
  const documents = corpusFolder(process.env["PATCHGAP_BENCH_DOCUMENTS"], workFolder);
  console.log(`${documentsOf(documents).length} documents\n`);
  measurements = [...benchCommands(documents, workFolder)];
} finally {
  rmSync(workFolder, { recursive: true });
}

for (const measurement of measurements) {
  const { name, value, unit, limit, baseline } = measurement;
  const bound = limit === undefined ? "" : "atMost" in limit ? `at most ${limit.atMost}` : `at least ${limit.atLeast}`;
  const verdict = limit === undefined ? "" : isWithin(measurement) ? "ok" : "TOO MUCH";
  const figure = `${unit === "x" ? value.toFixed(2) : Math.round(value)} ${unit}`;
  console.log([name.padEnd(46), figure.padStart(12), bound.padStart(16), verdict.padEnd(9), baseline ?? ""].join("  ").trimEnd());
}
process.exitCode = measurements.length > 0 && measurements.every(isWithin) ? 0 : 1;
