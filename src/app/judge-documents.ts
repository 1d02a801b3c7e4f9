import type { UpdateDocument } from "../domain/catalog/document.ts";
import type { StoredDocument } from "../stores/store.ts";
import { type CompareRevisions, compareContents } from "./document-order.ts";
import { findLargeChange } from "./large-change.ts";

/** A document that was read and waits to be judged. */
export interface Candidate {
  readonly record: StoredDocument;
  readonly body: Uint8Array;
}

/**
 * `older`: refused, the store holds a newer self. `surpassed`: another one of the same run is newer.
 * `held`: the change is so large that a person has to confirm it.
 */
export interface Judgement {
  readonly outcome: "new" | "updated" | "unchanged" | "older" | "surpassed" | "held";
  /** what a reader has to know about it */
  readonly remark?: string;
  /** the outcome is fine, the remark is a warning nonetheless */
  readonly isWarning?: boolean;
}

/** How the judge sees documents: everything it asks for is asked for rarely. */
export interface JudgeTools {
  readonly compareRevisions: CompareRevisions;
  readonly unpack: (candidate: Candidate) => UpdateDocument;
  /** the self of a document that the store holds */
  readonly readHeld: (id: string) => Promise<UpdateDocument | undefined>;
  readonly allowDowngrade: boolean;
  readonly allowLargeChange: boolean;
}

/** MSRC's documents have had up to some hundred revisions; a number far above blocks every true one that follows. */
const largestUsualRevision = 1000;

/** Judges all candidates of a run against what is held: one at most per document id is taken, whatever their order. */
export async function judgeDocuments(
  candidates: readonly Candidate[],
  held: ReadonlyMap<string, StoredDocument>,
  tools: JudgeTools,
): Promise<Map<Candidate, Judgement>> {
  const judgements = new Map<Candidate, Judgement>();
  for (const rivals of groupById(candidates)) {
    const best = rivals.reduce((champion, rival) => (compare(rival, champion, tools) > 0 ? rival : champion));
    for (const candidate of rivals) {
      judgements.set(candidate, candidate === best ? await judge(best, held, tools) : judgeLoser(candidate, best));
    }
  }
  return judgements;
}

/** Whether a candidate so judged is to be written. */
export function isTaken(judgement: Judgement | undefined): boolean {
  return judgement?.outcome === "new" || judgement?.outcome === "updated";
}

function groupById(candidates: readonly Candidate[]): Iterable<Candidate[]> {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const group = groups.get(candidate.record.id);
    if (group === undefined) groups.set(candidate.record.id, [candidate]);
    else group.push(candidate);
  }
  return groups.values();
}

function compare(a: Candidate, b: Candidate, tools: JudgeTools): number {
  if (a.record.contentDigest === b.record.contentDigest) return 0;
  const digests = [a.record.contentDigest, b.record.contentDigest] as const;
  return tools.compareRevisions(a.record, b.record) || compareContents(tools.unpack(a), tools.unpack(b), digests);
}

function judgeLoser(loser: Candidate, best: Candidate): Judgement {
  if (loser.record.contentDigest === best.record.contentDigest)
    return { outcome: "unchanged", remark: `the same as ${best.record.source}` };
  return { outcome: "surpassed", remark: `${best.record.source} holds revision ${best.record.revision} of it` };
}

async function judge(candidate: Candidate, heldRecords: ReadonlyMap<string, StoredDocument>, tools: JudgeTools): Promise<Judgement> {
  const { record } = candidate;
  const held = heldRecords.get(record.id);
  if (held === undefined) return { outcome: "new", ...revisionWarning(record) };
  if (held.contentDigest === record.contentDigest) return { outcome: "unchanged" };
  const former = await tools.readHeld(record.id);
  const next = tools.unpack(candidate);
  const order =
    tools.compareRevisions(record, held) ||
    (former === undefined ? 1 : compareContents(next, former, [record.contentDigest, held.contentDigest]));
  if (order < 0 && !tools.allowDowngrade) return { outcome: "older", ...olderRemark(record, held) };
  const largeChange = tools.allowLargeChange || former === undefined ? undefined : findLargeChange(former, next);
  if (largeChange !== undefined) return { outcome: "held", remark: `${largeChange}; --allow-large-change takes it nonetheless` };
  return { outcome: "updated", ...updateRemark(record, held) };
}

function revisionWarning(record: StoredDocument): Partial<Judgement> {
  if (Number.parseInt(record.revision, 10) <= largestUsualRevision) return {};
  return { remark: `revision ${record.revision} is implausible; true ones will need --allow-downgrade`, isWarning: true };
}

function olderRemark(record: StoredDocument, held: StoredDocument): Partial<Judgement> {
  const what =
    record.revision === held.revision
      ? `another revision ${held.revision}, released ${held.currentRelease}, is held`
      : `older than imported: revision ${held.revision} is held, this is ${record.revision}`;
  return { remark: `${what}; --allow-downgrade takes it nonetheless` };
}

function updateRemark(record: StoredDocument, held: StoredDocument): Partial<Judgement> {
  if (record.revision === held.revision) {
    return { remark: `the same revision ${record.revision} with another content: the one released later is kept`, isWarning: true };
  }
  const warning = revisionWarning(record);
  return warning.remark === undefined ? { remark: `revision ${held.revision} before` } : warning;
}
