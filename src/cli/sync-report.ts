import type { CatalogSummary } from "../app/missing-report.ts";
import type { SyncedDocument, SyncResult } from "../app/sync-catalog.ts";
import { printPlace } from "../domain/errors.ts";
import type { Colours } from "./colours.ts";
import { pad, widthOf } from "./text-layout.ts";
import { visible } from "./visible-text.ts";

const outcomes = ["new", "updated", "unchanged", "surpassed", "older", "held", "failed"] as const;
type Outcome = (typeof outcomes)[number];

export interface SyncReportStyle {
  readonly colours: Colours;
  /** the closing lines only */
  readonly isBrief: boolean;
}

/** What a sync did, for people: a line for each document, the counts, the catalog. Why one was refused is said beside it, as a message. */
export function printSyncReport(result: SyncResult, catalog: CatalogSummary | undefined, { colours, isBrief }: SyncReportStyle): string {
  const idWidth = Math.max(0, ...result.documents.map((document) => widthOf(visible(nameOf(document))))) + 2;
  const lines = isBrief ? [] : result.documents.map((document) => printDocument(document, idWidth, colours));
  const closing = [printCounts(result), isBrief ? "" : printOddities(result), printHistory(result), printCatalog(result, catalog)];
  return `${[...lines, ...closing.filter((line) => line !== "")].join("\n")}\n`;
}

/** The same for programs. */
export function syncJson(result: SyncResult, catalog: CatalogSummary | undefined): unknown {
  return {
    documents: result.documents.map(({ error, isWarning: _, ...document }) => ({
      ...document,
      ...(error === undefined ? {} : { error: { code: error.code, message: error.message, place: printPlace(error.place) } }),
    })),
    counts: countOutcomes(result),
    isNewRevision: result.isNewRevision,
    ...(result.releaseHistory === undefined ? {} : { releaseHistory: result.releaseHistory }),
    catalog: catalog === undefined ? null : { ...catalog, contentHash: result.catalog?.contentHash },
  };
}

function printDocument(document: SyncedDocument, idWidth: number, colours: Colours): string {
  const { outcome, revision, currentRelease, remark, isWarning, warnings = [], location } = document;
  const isTold = isWarning === true || outcome === "held" || outcome === "older";
  const colour = { new: colours.green, updated: colours.green, held: colours.yellow, older: colours.yellow, failed: colours.red }[
    outcome as string
  ];
  const word = pad(outcome, 11, "right");
  const facts = [
    revision === undefined ? "" : `revision ${visible(revision)} of ${visible(currentRelease?.slice(0, 10) ?? "")}`,
    warnings.length === 0 || outcome === "unchanged" ? "" : oddities(warnings.length),
    remark === undefined || isTold ? "" : visible(remark),
    outcome === "failed" || visible(nameOf(document)) === visible(location) ? "" : visible(location.split(/[\\/]/).at(-1) ?? ""),
  ];
  return `${(colour ?? colours.dim)(word)}${pad(visible(nameOf(document)), idWidth, "right")}${facts.filter((fact) => fact !== "").join(", ")}`.trimEnd();
}

function nameOf({ id, location }: SyncedDocument): string {
  return id ?? location.split(/[\\/]/).at(-1) ?? location;
}

function printCounts(result: SyncResult): string {
  const counts = countOutcomes(result);
  const parts = outcomes.filter((outcome) => (counts[outcome] ?? 0) > 0).map((outcome) => `${counts[outcome]} ${outcome}`);
  if (parts.length > 0) return `${parts.join(", ")}.`;
  return result.releaseHistory === undefined ? "Nothing has changed." : "";
}

/** Documents that were held already have been told of when they came. */
function printOddities({ documents }: SyncResult): string {
  const odd = documents.filter(({ outcome }) => outcome !== "unchanged").reduce((sum, { warnings = [] }) => sum + warnings.length, 0);
  return odd === 0 ? "" : `${oddities(odd)} in what was read: --log-level debug shows ${odd === 1 ? "it" : "them"}, again at any time.`;
}

function oddities(number: number): string {
  return `${number} ${number === 1 ? "oddity" : "oddities"}`;
}

function printHistory({ releaseHistory }: SyncResult): string {
  if (releaseHistory === undefined) return "";
  return { taken: "Release history taken.", unchanged: "Release history unchanged.", "not-taken": "Release history not taken." }[
    releaseHistory
  ];
}

function printCatalog({ isNewRevision }: SyncResult, catalog: CatalogSummary | undefined): string {
  if (catalog === undefined) return "There is no catalog yet.";
  const { revision, documents, newest, absent } = catalog;
  const gaps = absent.length === 0 ? "no month absent" : `absent: ${absent.join(", ")}`;
  return `Catalog revision ${revision} (${isNewRevision ? "new" : "as before"}): ${documents} ${documents === 1 ? "document" : "documents"}, the newest ${newest ?? "none"}, ${gaps}.`;
}

function countOutcomes({ documents }: SyncResult): Partial<Record<Outcome, number>> {
  const counts: Partial<Record<Outcome, number>> = {};
  for (const { outcome } of documents) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
