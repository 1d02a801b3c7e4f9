/** Every way in which patchgap refuses something, as a closed set: tables from code to exit code and HTTP status are complete by type. */
export type ErrorCode =
  /** wrong options or arguments */
  | "usage"
  /** an inventory, a document or another input that cannot be read as what it claims to be */
  | "unreadable-input"
  /** an input larger than the documented limits */
  | "too-large"
  /** a file or folder that is not there or may not be read */
  | "file"
  /** MSRC or a mirror cannot be reached or answers nonsense */
  | "network"
  /** the database cannot be opened, read or written */
  | "database"
  /** more is asked for than can be answered now: it may be asked again */
  | "busy"
  /** there is no update knowledge yet */
  | "no-catalog";

/** Where in an input something is wrong; every part is optional, lines count from 1. */
export interface Place {
  readonly source?: string;
  readonly line?: number;
  readonly field?: string;
}

/** An expected failure: says what was wrong, where, and what to do; `code` is stable, the wording is not. */
export class ProductError extends Error {
  override readonly name: string = "ProductError";
  readonly code: ErrorCode;
  readonly place: Place;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, facts: { place?: Place; hint?: string; cause?: unknown } = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.place = facts.place ?? {};
    this.hint = facts.hint;
  }
}

/** Renders the place of an error as `file:line (field)`, or an empty string when nothing is known. */
export function printPlace(place: Place): string {
  const line = place.line === undefined ? "" : `:${place.line}`;
  const field = place.field === undefined ? "" : ` (${place.field})`;
  return `${place.source ?? ""}${line}${field}`;
}
