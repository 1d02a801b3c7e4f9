import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runChild } from "./child.ts";
import type { Measurement } from "./measurement.ts";

const program = fileURLToPath(new URL("../bin/patchgap", import.meta.url));
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The commands as a user meets them, whole processes: `sync` of a folder, loading what it made, `missing` on one inventory. */
export function benchCommands(documents: string, workFolder: string): Measurement[] {
  const data = join(workFolder, "data");
  const rounds = [0, 1, 2, 3].map((round) => {
    const bare = runChild([here("bare-saxes.ts"), documents]);
    const sync = runChild([program, "sync", "--from", documents, "--data", `${data}-${round}`, "--quiet"]);
    return { bare, sync };
  });
  const loads = Array.from({ length: 5 }, () => JSON.parse(runChild([here("load-catalog.ts"), `${data}-0`]).stdout) as { ms: number });
  const inventory = fileURLToPath(new URL("../sample/inventories/sample-desk-02.native.json", import.meta.url));
  const answers = Array.from({ length: 7 }, () =>
    runChild([program, "missing", "--inventory", inventory, "--data", `${data}-0`, "--json"]),
  );
  // The fastest of each: what else the machine does can only add to them.
  const import_ = Math.min(...rounds.map(({ sync }) => sync.ms));
  const bare = Math.min(...rounds.map(({ bare: run }) => run.ms));
  return [
    {
      name: "import of the corpus, compiled and stored",
      value: import_ / bare,
      unit: "x",
      limit: { atMost: 1.5 },
      baseline: `bare saxes pass, ${Math.round(bare)} ms`,
    },
    { name: "  its time", value: import_, unit: "ms" },
    { name: "  its peak memory", value: Math.max(...rounds.map(({ sync }) => sync.peakMb)), unit: "MB", limit: { atMost: 300 } },
    { name: "loading the compiled catalog", value: Math.min(...loads.map(({ ms }) => ms)), unit: "ms", limit: { atMost: 150 } },
    { name: "patchgap missing, whole process", value: Math.min(...answers.map(({ ms }) => ms)), unit: "ms", limit: { atMost: 400 } },
    { name: "  its peak memory", value: Math.max(...answers.map(({ peakMb }) => peakMb)), unit: "MB", limit: { atMost: 150 } },
  ];
}
