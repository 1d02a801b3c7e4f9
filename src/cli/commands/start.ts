import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { assessInventories } from "../../app/assess-inventories.ts";
import type { MissingReport } from "../../app/missing-report.ts";
import { syncCatalog } from "../../app/sync-catalog.ts";
import { loadKnowledge, openFeed, openPassingStore, packageFolder, readDevices, syncTools } from "../../compose.ts";
import { coloursFor } from "../colours.ts";
import type { CommandContext } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { printMissingTable } from "../missing-table.ts";
import { printJson } from "../print-json.ts";
import { readInput } from "../read-input.ts";

/** The sample is looked at as of the day its newest document was last revised. */
const sampleDay = "2026-03-31";

const nextSteps = `This was sample data. With your own, from this folder:

  node bin/patchgap sync                        from Microsoft (about 200 MB), or
  node bin/patchgap sync --from FOLDER          from CVRF documents that you have
  systeminfo > pc.txt                           on a Windows device
  node bin/patchgap missing --inventory pc.txt  what that device is missing

There is no service yet: see docs/cli.md for what there is.
`;

/** `patchgap start`: until there is a service, shows on the bundled sample what patchgap answers. Writes nothing to the disk. */
export async function start({ config, io }: CommandContext): Promise<number> {
  const report = await evaluateSample(io);
  if (config.json) {
    io.stdout.write(printJson(report));
    return exitCodes.fine;
  }
  const width = Math.max(60, Math.min(io.stdout.columns ?? 120, 200));
  io.stdout.write("Sample data: made-up devices, a few CVEs of a few products.\n\n");
  io.stdout.write(printMissingTable(report, { width, colours: coloursFor(io.stdout, io.environment), isExplained: false, age: "" }));
  io.stdout.write(`\n${nextSteps}`);
  return exitCodes.fine;
}

async function evaluateSample(io: Io): Promise<MissingReport> {
  const folder = join(packageFolder, "sample");
  const store = await openPassingStore();
  try {
    await syncCatalog({ feed: await openFeed(join(folder, "documents")) }, await syncTools(store, io.now));
    const files = (await readdir(join(folder, "inventories"))).sort().map((name) => join(folder, "inventories", name));
    const inputs = await Promise.all(files.map(async (source) => ({ source, bytes: await readInput(source, io) })));
    const { devices } = await readDevices(inputs, { merge: false });
    return assessInventories(devices, await loadKnowledge(store), { asOf: sampleDay });
  } finally {
    await store.close();
  }
}
