import type { CatalogSummary } from "../app/missing-report.ts";
import type { SyncedDocument, SyncResult } from "../app/sync-catalog.ts";
import { printPlace } from "../domain/errors.ts";
import type { Colours } from "./colours.ts";
import { printError } from "./messages.ts";
import { pad, widthOf } from "./text-layout.ts";
import { visible } from "./visible-text.ts";

const outcomes = ["new", "updated", "unchanged", "surpassed", "older", "held", "failed"] as const;
type Outcome = (typeof outcomes)[number];

/** What a sync did, for people: a line for each document, the counts, the catalog. */
export function printSyncReport(result: SyncResult, catalog: CatalogSummary | undefined, colours: Colours): string {
  const idWidth = Math.max(0, ...result.documents.map((document) => widthOf(visible(nameOf(document))))) + 2;
  const lines = result.documents.map((document) => printDocument(document, idWidth, colours));
  return `${[...lines, printCounts(result), printCatalog(result, catalog)].join("\n")}\n`;
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
    catalog: catalog === undefined ? null : { ...catalog, contentHash: result.catalog?.contentHash },
  };
}

function printDocument(document: SyncedDocument, idWidth: number, colours: Colours): string {
  const { outcome, revision, currentRelease, remark, error, warnings = [], location } = document;
  const colour = { new: colours.green, updated: colours.green, held: colours.yellow, older: colours.yellow, failed: colours.red }[
    outcome as string
  ];
  const word = pad(outcome, 11, "right");
  const facts = [
    revision === undefined ? "" : `revision ${visible(revision)} of ${visible(currentRelease?.slice(0, 10) ?? "")}`,
    warnings.length === 0 || outcome === "unchanged" ? "" : `${warnings.length} oddities`,
    remark === undefined ? "" : visible(remark),
    error === undefined ? "" : visible(printError(error)),
    outcome === "failed" || visible(nameOf(document)) === visible(location) ? "" : visible(location.split(/[\\/]/).at(-1) ?? ""),
  ];
  return `${(colour ?? colours.dim)(word)}${pad(visible(nameOf(document)), idWidth, "right")}${facts.filter((fact) => fact !== "").join(", ")}`;
}

function nameOf({ id, location }: SyncedDocument): string {
  return id ?? location.split(/[\\/]/).at(-1) ?? location;
}

function printCounts(result: SyncResult): string {
  const counts = countOutcomes(result);
  const parts = outcomes.filter((outcome) => (counts[outcome] ?? 0) > 0).map((outcome) => `${counts[outcome]} ${outcome}`);
  return `${parts.length === 0 ? "Nothing has changed" : parts.join(", ")}.`;
}

function printCatalog({ isNewRevision }: SyncResult, catalog: CatalogSummary | undefined): string {
  if (catalog === undefined) return "There is no catalog yet.";
  const { revision, documents, newest, absent } = catalog;
  const gaps = absent.length === 0 ? "no month absent" : `absent: ${absent.join(", ")}`;
  return `Catalog revision ${revision} (${isNewRevision ? "new" : "as before"}): ${documents} documents, the newest ${newest ?? "none"}, ${gaps}.`;
}

function countOutcomes({ documents }: SyncResult): Partial<Record<Outcome, number>> {
  const counts: Partial<Record<Outcome, number>> = {};
  for (const { outcome } of documents) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
