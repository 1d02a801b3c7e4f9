import type { KnownDocument } from "./feed.ts";

/** What orders two states of one document: the revision number, then the release it is current to. */
export type DocumentRevision = Pick<KnownDocument, "revision" | "currentRelease">;

/**
 * Orders two states of one document, older first: revision numbers part by part as numbers (`1.10` after `1.9`, `5` equal to `5.0`),
 * then the current release. Zero means that neither is newer.
 */
export function compareRevisions(a: DocumentRevision, b: DocumentRevision): number {
  const byNumber = compareRevisionNumbers(a.revision, b.revision);
  if (byNumber !== 0) return byNumber;
  if (a.currentRelease === b.currentRelease) return 0;
  return a.currentRelease < b.currentRelease ? -1 : 1;
}

/** Orders two revision numbers as `isRevisionNumber` allows them. */
export function compareRevisionNumbers(a: string, b: string): number {
  const left = a.split(".").map(Number);
  const right = b.split(".").map(Number);
  for (let part = 0; part < Math.max(left.length, right.length); part++) {
    const difference = (left[part] ?? 0) - (right[part] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}

/** Plain ASCII digits, with dots between them: not `-1`, `1e9`, `０５` or nothing. */
export function isRevisionNumber(text: string): boolean {
  return /^[0-9]{1,9}(?:\.[0-9]{1,9}){0,3}$/.test(text);
}
