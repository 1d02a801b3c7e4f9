import { parseMonth } from "../../app/parse-month.ts";
import { type SyncedDocument, type SyncRequest, type SyncResult, syncCatalog } from "../../app/sync-catalog.ts";
import { checkReleaseHistory, loadKnowledge, noFeed, openFeed, openReaders, openStore, syncTools } from "../../compose.ts";
import type { Config } from "../../config/config.ts";
import { ProductError } from "../../domain/errors.ts";
import { coloursFor } from "../colours.ts";
import type { CommandContext } from "../command.ts";
import { exitCodeOf, exitCodes } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { Messages } from "../messages.ts";
import { printError } from "../messages.ts";
import { printJson } from "../print-json.ts";
import { progressLine } from "../progress-line.ts";
import { readInput } from "../read-input.ts";
import { printSyncReport, syncJson } from "../sync-report.ts";

/** `patchgap sync`: brings update knowledge in. */
export async function sync({ config, io, messages }: CommandContext): Promise<number> {
  const settings = await requestOf(config, io);
  const feed = config.isHistoryAlone ? noFeed : await openFeed(config.from, settings.since);
  const store = await openStore(config);
  const progress = progressLine(io, messages.isTalkative);
  try {
    const result = await syncCatalog(
      { ...settings, feed, openReaders: (documents) => openReaders(config.from, documents), onProgress: progress.show },
      await syncTools(store, io.now),
    );
    progress.clear();
    const catalog = result.catalog === undefined ? undefined : (await loadKnowledge(store)).catalog.summary;
    const summary = catalog === undefined || result.catalog === undefined ? undefined : { revision: result.catalog.revision, ...catalog };
    if (config.isHistoryAlone && summary === undefined) throw historyTooEarly();
    tell(result, messages);
    const style = { colours: coloursFor(io.stdout, io.environment), isBrief: config.quiet };
    io.stdout.write(config.json ? printJson(syncJson(result, summary)) : printSyncReport(result, summary, style));
    return exitCodeFor(result);
  } finally {
    progress.clear();
    await store.close();
  }
}

async function requestOf(config: Config, io: Io): Promise<Omit<SyncRequest, "feed" | "onProgress">> {
  const { allowDowngrade, allowLargeChange, releaseHistory } = config;
  const since = config.since === undefined ? undefined : checkMonth(config.since);
  const history = releaseHistory === undefined ? undefined : await checkReleaseHistory(await readInput(releaseHistory, io), releaseHistory);
  return {
    allowDowngrade,
    allowLargeChange,
    ...(since === undefined ? {} : { since }),
    ...(history === undefined ? {} : { releaseHistory: history }),
  };
}

function checkMonth(text: string): number {
  const month = parseMonth(text);
  if (month === undefined) throw new ProductError("usage", `--since: "${text}" is no month`, { hint: "Write it as 2016-Apr." });
  return month;
}

function historyTooEarly(): ProductError {
  return new ProductError("no-catalog", "a release history adds to update knowledge, and there is none yet", {
    hint: "Bring documents in with the same command: name them with --from.",
  });
}

/** What went wrong goes to standard error and only there: it is seen when the result goes into a file, and not twice on a terminal. */
function tell({ documents }: SyncResult, messages: Messages): void {
  for (const document of documents) {
    tellRefusal(document, messages);
    for (const warning of document.warnings ?? []) messages.debug(`${document.id}: ${warning}`);
  }
}

function tellRefusal({ outcome, error, id, location, remark, isWarning }: SyncedDocument, messages: Messages): void {
  if (error !== undefined) messages.error(printError(error));
  else if (outcome === "held") messages.error(`${id} from ${location} is held: ${remark}`);
  else if (outcome === "older") messages.error(`${id} from ${location} was not taken: ${remark}`);
  else if (isWarning === true) messages.warn(`${id} from ${location}: ${remark}`);
}

/** Nothing taken and nothing known before but failures: the failure's own code; some of it: done in part. */
function exitCodeFor({ documents }: SyncResult): number {
  const refused = documents.filter(({ outcome }) => outcome === "failed" || outcome === "held" || outcome === "older");
  if (refused.length === 0) return exitCodes.fine;
  const [first] = refused;
  const isAllFailed = refused.length === documents.length && refused.every((document) => document.error?.code === first?.error?.code);
  return isAllFailed && first?.error !== undefined ? exitCodeOf[first.error.code] : exitCodes.partly;
}
