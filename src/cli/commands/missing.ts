import { existsSync } from "node:fs";
import { assessInventories } from "../../app/assess-inventories.ts";
import type { MissingReport } from "../../app/missing-report.ts";
import { describeAge } from "../../app/stale-knowledge.ts";
import { readDevices } from "../../compose.ts";
import type { Config } from "../../config/config.ts";
import { ProductError } from "../../domain/errors.ts";
import { coloursFor } from "../colours.ts";
import type { CommandContext } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { type KnowledgeForTenant, knowledgeAtHand, knowledgeOf, tenantOf, withStore } from "../knowledge.ts";
import { type Messages, printTrouble } from "../messages.ts";
import { printMissingCsv } from "../missing-csv.ts";
import { printMissingTable } from "../missing-table.ts";
import { checkForm, dayAskedFor, printAs } from "../print-report.ts";
import { readInput } from "../read-input.ts";
import { readStored } from "../stored-devices.ts";

interface Input {
  readonly source: string;
  readonly bytes: Uint8Array;
}

type Devices = Awaited<ReturnType<typeof readDevices>>;

/** `patchgap missing`: evaluates inventories without storing them, or stored devices. */
export async function missing({ config, io, messages, names }: CommandContext): Promise<number> {
  checkUse(config, names);
  if (names.length > 0) return answerStored(names, config, io, messages);
  const { devices, problems } = await readAll(config, io);
  for (const { message, ...place } of problems) messages.error(printTrouble(place, message));
  if (devices.length === 0) {
    messages.error("no device could be read");
    return exitCodes.wrongUse;
  }
  return answer({ devices, problems }, await knowledgeAtHand(config), config, io, messages);
}

async function answerStored(names: readonly string[], config: Config, io: Io, messages: Messages): Promise<number> {
  const { devices, known } = await orFilesMeant(names, () =>
    withStore(config, async (store) => {
      const { id, alias } = await tenantOf(store, config);
      return { devices: await readStored(store, id, names), known: { ...(await knowledgeOf(store)), tenant: alias } };
    }),
  );
  return answer({ devices, problems: [] }, known, config, io, messages);
}

/** Who names a file where a device is asked for is told the option. */
async function orFilesMeant<T>(names: readonly string[], read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const files = names.filter((name) => existsSync(name));
    if (!(error instanceof ProductError) || error.code === "database" || files.length === 0) throw error;
    throw new ProductError("usage", `${files.join(", ")}: a file is named with an option`, {
      hint: `Use --inventory ${files.join(" ")}`,
      cause: error,
    });
  }
}

function answer(
  { devices, problems }: Devices,
  { knowledge, trouble, tenant }: KnowledgeForTenant,
  config: Config,
  io: Io,
  messages: Messages,
): number {
  const asOf = dayAskedFor(config, io);
  const explain = typeof config.explain === "boolean" ? [] : config.explain;
  const report = assessInventories(devices, knowledge, { asOf, includeSuperseded: config.includeSuperseded, explain, tenant });
  io.stdout.write(printReport(report, describeAge(knowledge.catalog, asOf), config, io));
  if (trouble !== undefined) throw trouble;
  return exitCodeFor(report, problems.length, config, messages);
}

function checkUse(config: Config, names: readonly string[]): void {
  checkForm(config);
  if (names.length > 0) {
    if (config.inventory.length === 0) return;
    throw new ProductError("usage", `stored devices (${names.join(", ")}) and --inventory exclude each other`);
  }
  if (config.inventory.length === 0) {
    throw new ProductError("usage", "no device and no inventory was given", {
      hint: "Name stored devices, or files with --inventory FILE; - is standard input.",
    });
  }
  if (config.inventory.filter((path) => path === "-").length > 1) throw new ProductError("usage", "standard input can be read once only");
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
  const width = Math.max(60, Math.min(io.stdout.columns ?? 120, 200));
  const style = { width, colours: coloursFor(io.stdout, io.environment), isExplained: config.explain !== false, age };
  return printAs(report, config, io, { csv: printMissingCsv, table: (each) => printMissingTable(each, style) });
}

/** Under --fail-on-missing a device that cannot be judged is no good news either; what is known to be missing outweighs what is not known. */
function exitCodeFor(report: MissingReport, problems: number, { failOnMissing }: Config, messages: Messages): number {
  if (problems > 0)
    messages.warn(`${problems} ${problems === 1 ? "part" : "parts"} of the input could not be read; the answer covers the rest`);
  if (failOnMissing && report.devices.some((device) => (device.missing?.length ?? 0) > 0)) return exitCodes.somethingMissing;
  const isUnclear = failOnMissing && report.devices.some((device) => device.missing === null);
  return problems > 0 || isUnclear ? exitCodes.partly : exitCodes.fine;
}
