import { existsSync } from "node:fs";
import { assessInventories, type Knowledge } from "../../app/assess-inventories.ts";
import type { MissingReport } from "../../app/missing-report.ts";
import { describeAge } from "../../app/stale-knowledge.ts";
import { loadKnowledge, openExistingStore, readDevices } from "../../compose.ts";
import type { Config } from "../../config/config.ts";
import { emptyCatalog } from "../../domain/catalog/catalog.ts";
import { ProductError } from "../../domain/errors.ts";
import { coloursFor } from "../colours.ts";
import type { CommandContext } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { type Messages, printTrouble } from "../messages.ts";
import { printMissingCsv } from "../missing-csv.ts";
import { printMissingTable } from "../missing-table.ts";
import { printJson } from "../print-json.ts";
import { readInput } from "../read-input.ts";
import { visible } from "../visible-text.ts";

interface Input {
  readonly source: string;
  readonly bytes: Uint8Array;
}

type Devices = Awaited<ReturnType<typeof readDevices>>;

/** `patchgap missing`: evaluates inventories without storing them. */
export async function missing({ config, io, messages, names }: CommandContext): Promise<number> {
  checkUse(config, names);
  const { devices, problems } = await readAll(config, io);
  for (const { message, ...place } of problems) messages.error(printTrouble(place, message));
  if (devices.length === 0) {
    messages.error("no device could be read");
    return exitCodes.wrongUse;
  }
  const { knowledge, trouble } = await currentKnowledge(config);
  const asOf = config.asOf ?? io.now().toISOString().slice(0, 10);
  const explain = typeof config.explain === "boolean" ? [] : config.explain;
  const report = assessInventories(devices, knowledge, { asOf, includeSuperseded: config.includeSuperseded, explain });
  io.stdout.write(printReport(report, describeAge(knowledge.catalog, asOf), config, io));
  if (trouble !== undefined) throw trouble;
  return exitCodeFor(report, problems.length, config, messages);
}

/** Before the first sync every device gets its `unknown`, and the command then says what to do. */
async function currentKnowledge(config: Config): Promise<{ readonly knowledge: Knowledge; readonly trouble?: ProductError }> {
  try {
    const store = await openExistingStore(config);
    try {
      return { knowledge: await loadKnowledge(store) };
    } finally {
      store.close();
    }
  } catch (error) {
    if (!(error instanceof ProductError) || error.code !== "no-catalog") throw error;
    return { knowledge: { revision: 0, catalog: emptyCatalog() }, trouble: error };
  }
}

function checkUse(config: Config, names: readonly string[]): void {
  const files = names.filter((name) => existsSync(name));
  if (files.length > 0) {
    throw new ProductError("usage", `${files.join(", ")}: a file is named with an option`, { hint: `Use --inventory ${files.join(" ")}` });
  }
  if (names.length > 0) {
    throw new ProductError("usage", `stored devices (${names.join(", ")}) cannot be asked for yet`, {
      hint: "Name inventory files with --inventory FILE.",
    });
  }
  if (config.inventory.length === 0) {
    throw new ProductError("usage", "no inventory was given", { hint: "Name files with --inventory FILE, or - for standard input." });
  }
  if (config.inventory.filter((path) => path === "-").length > 1) throw new ProductError("usage", "standard input can be read once only");
  if (config.json && config.csv) throw new ProductError("usage", "--json and --csv exclude each other");
}

/** A file that cannot be read is a problem like any other: the devices of the others get their answer. */
async function readAll(config: Config, io: Io): Promise<Devices> {
  const inputs: Input[] = [];
  const refusals: ProductError[] = [];
  for (const path of config.inventory) {
    await orRefusal(refusals, async () => {
      inputs.push({ source: path === "-" ? "standard input" : path, bytes: await readInput(path, io) });
    });
  }
  if (config.merge || config.inventory.length === 1) {
    for (const refusal of refusals) throw refusal;
    return readDevices(inputs, config);
  }
  const { devices, problems } = await readReadable(inputs, refusals, config);
  return { devices, problems: [...refusals.map(({ place, message }) => ({ ...place, source: place.source ?? "", message })), ...problems] };
}

async function readReadable(inputs: readonly Input[], refusals: ProductError[], config: Config): Promise<Devices> {
  try {
    return await readDevices(inputs, config);
  } catch (error) {
    if (!(error instanceof ProductError)) throw error;
    return readDevices(await withoutUnreadable(inputs, refusals, config), config);
  }
}

async function withoutUnreadable(inputs: readonly Input[], refusals: ProductError[], config: Config): Promise<Input[]> {
  const readable: Input[] = [];
  for (const input of inputs) {
    await orRefusal(refusals, async () => {
      await readDevices([input], config);
      readable.push(input);
    });
  }
  return readable;
}

async function orRefusal(refusals: ProductError[], read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof ProductError)) throw error;
    refusals.push(error);
  }
}

function printReport(report: MissingReport, age: string, config: Config, io: Io): string {
  if (config.json) return printJson(report);
  if (config.csv) return io.stdout.isTerminal ? printMissingCsv(report).split("\r\n").map(visible).join("\n") : printMissingCsv(report);
  const width = Math.max(60, Math.min(io.stdout.columns ?? 120, 200));
  return printMissingTable(report, { width, colours: coloursFor(io.stdout, io.environment), isExplained: config.explain !== false, age });
}

/** Under --fail-on-missing a device that cannot be judged is no good news either; what is known to be missing outweighs what is not known. */
function exitCodeFor(report: MissingReport, problems: number, { failOnMissing }: Config, messages: Messages): number {
  if (problems > 0)
    messages.warn(`${problems} ${problems === 1 ? "part" : "parts"} of the input could not be read; the answer covers the rest`);
  if (failOnMissing && report.devices.some((device) => (device.missing?.length ?? 0) > 0)) return exitCodes.somethingMissing;
  const isUnclear = failOnMissing && report.devices.some((device) => device.missing === null);
  return problems > 0 || isUnclear ? exitCodes.partly : exitCodes.fine;
}
