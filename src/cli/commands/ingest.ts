import { type IngestedItem, type IngestTools, ingestInventories } from "../../app/ingest-inventories.ts";
import { DigestsByWords } from "../../app/known-words.ts";
import { openStore, readItems } from "../../compose.ts";
import type { Config } from "../../config/config.ts";
import { ProductError } from "../../domain/errors.ts";
import type { InputProblem } from "../../inventory/format.ts";
import type { CommandContext } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { type IngestReport, IngestTally, printIngestTable } from "../ingest-report.ts";
import type { Io } from "../io.ts";
import { tenantOf } from "../knowledge.ts";
import { printTrouble } from "../messages.ts";
import { printJson } from "../print-json.ts";
import { countLine } from "../progress-line.ts";
import { streamInput } from "../read-input.ts";

/** A tag is for people to type and for programs to filter by. */
const longestTag = 1_024;

/** `patchgap ingest`: stores inventories; a later one of a device replaces the earlier, an older one never does. */
export async function ingest({ config, io, messages, names }: CommandContext): Promise<number> {
  checkUse(config, names);
  const store = await openStore(config);
  const progress = countLine(io, messages.isTalkative, "inventories");
  try {
    const tally = new IngestTally(progress.show);
    const target = { store, tenant: await tenantOf(store, config), knownWords: new DigestsByWords() };
    for (const path of names) await ingestFile(path, target, config, io, tally);
    progress.clear();
    const report = tally.report();
    for (const { message, deviceName: _, deviceId: _id, ...place } of report.problems) messages.error(printTrouble(place, message));
    io.stdout.write(config.json ? printJson(report) : printIngestTable(report));
    const untold = report.problemsInAll - report.problems.length;
    if (untold > 0) messages.error(`${untold} more problems are not listed`);
    if (tally.stored === 0) messages.error("no device could be read");
    return exitCodeFor(report, tally.stored);
  } finally {
    progress.clear();
    await store.close();
  }
}

function checkUse({ tag }: Config, names: readonly string[]): void {
  if (names.length === 0) throw new ProductError("usage", "no file was given", { hint: "Name inventory files, or - for standard input." });
  if (names.filter((path) => path === "-").length > 1) throw new ProductError("usage", "standard input can be read once only");
  for (const each of tag) {
    if (each.trim() === "" || each.length > longestTag) throw new ProductError("usage", `--tag: "${each.slice(0, 40)}" is no tag`);
  }
}

type IngestTarget = Required<Pick<IngestTools, "store" | "tenant" | "knownWords">>;

/** A file that cannot be read is a problem like any other: the others are stored. What the database says ends it. */
async function ingestFile(path: string, target: IngestTarget, config: Config, io: Io, tally: IngestTally): Promise<void> {
  const source = path === "-" ? "standard input" : path;
  const tools = { ...target, now: io.now, ...(config.tag.length === 0 ? {} : { tags: config.tag }) };
  try {
    for await (const item of ingestInventories(
      readItems(streamInput(path, io), source, { ...config, knownWords: target.knownWords }),
      tools,
    ))
      tally.add(item);
  } catch (error) {
    if (!(error instanceof ProductError) || error.code === "database") throw error;
    tally.add(refusedFile(source, error));
  }
}

function refusedFile(source: string, { place, message }: ProductError): IngestedItem {
  const problem: InputProblem = { ...place, source: place.source ?? source, message };
  return { source, outcome: "refused", problems: [problem] };
}

function exitCodeFor({ problemsInAll }: IngestReport, stored: number): number {
  if (stored === 0) return exitCodes.wrongUse;
  return problemsInAll > 0 ? exitCodes.partly : exitCodes.fine;
}
