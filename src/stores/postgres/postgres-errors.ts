import { type ErrorCode, ProductError } from "../../domain/errors.ts";

interface Meaning {
  readonly code: ErrorCode;
  readonly says: string;
  readonly hint?: string;
}

const again = "Try again in a moment.";
const tooSlow: Meaning = { code: "busy", says: "took too long to answer", hint: "Ask for less at a time, or raise --database-timeout." };
const away: Meaning = {
  code: "database",
  says: "cannot be reached",
  hint: "Check that the server runs, and host, port and TLS in --database.",
};

/** What SQLSTATEs and the driver's own codes mean to the owner of the database, the first that fits. */
const meanings: readonly (readonly [code: RegExp, meaning: Meaning])[] = [
  [/^(?:ECONN|EPIPE|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|ENOENT|08)/, away],
  [/^57P0[123]$/, { code: "database", says: "is shutting down or starting", hint: again }],
  [/^(?:57014|25P03|57P05)$/, tooSlow],
  [/^(?:40001|40P01|55P03)$/, { code: "busy", says: "is busy with other changes of the same", hint: again }],
  [
    /^53300$/,
    { code: "busy", says: "takes no more connections", hint: "Raise max_connections there, or lower --database-connections here." },
  ],
  [/^53100$|^ENOSPC$/, { code: "database", says: "cannot grow: its disk is full", hint: "Free some space there; nothing was changed." }],
  [/^53/, { code: "busy", says: "is out of memory or other means", hint: again }],
  [/^25006$/, { code: "database", says: "may only be read", hint: "Name the primary, not a replica, with --database." }],
  [/^28/, { code: "database", says: "refuses this user or password", hint: "Check user and password in --database." }],
  [/^3D000$/, { code: "database", says: "does not exist on that server", hint: "Create it: `createdb --encoding UTF8 NAME`." }],
  [/^42501$/, { code: "database", says: "does not allow this user to do that", hint: "Make the user the owner of the database." }],
  [/^42P01$|^42703$/, { code: "database", says: "lacks a table or column that patchgap made", hint: "Restore a copy of the database." }],
  [/^XX00[12]$/, { code: "database", says: "is damaged", hint: "Restore a copy of the database." }],
];

const pooled: Meaning = {
  code: "database",
  says: "takes no settings for a connection",
  hint: "Behind a pooler in transaction mode, use --database-statements unnamed.",
};

/** Messages that bear no code, or one that says too little. */
const messages: readonly (readonly [message: RegExp, meaning: Meaning])[] = [
  [/unsupported startup parameter|prepared statement .* (?:already exists|does not exist)/, pooled],
  [/^Cannot use a pool after calling end/, { code: "database", says: "was closed" }],
  [/^timeout exceeded when trying to connect/, { code: "busy", says: "has no connection to spare", hint: again }],
  [/^Query read timeout/, tooSlow],
  [/Connection terminated|connection error|not queryable|timeout expired|does not support SSL|ended the connection/i, away],
];

/** A failure of the driver as one of ours; what is none of its failures stays as it is. */
export function asProductError(place: string, error: unknown): unknown {
  if (error instanceof ProductError || !(error instanceof Error)) return error;
  const code = codeOf(error);
  const meaning = messages.find(([pattern]) => pattern.test(error.message))?.[1] ?? meanings.find(([pattern]) => pattern.test(code))?.[1];
  if (meaning === undefined && !isSqlState(code)) return error;
  const { code: ours, says, hint } = meaning ?? { code: "database" as const, says: `reports "${error.message}"`, hint: undefined };
  return new ProductError(ours, `the database ${says}`, {
    place: { source: place },
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Serialisation failures and deadlocks: the transaction was taken back, and may be tried again. */
export function isTakenBack(error: unknown): boolean {
  return /^(?:40001|40P01)$/.test(codeOf(error));
}

/** The connection is gone, and with it the transaction, unless it was being committed. */
export function isConnectionLost(error: unknown): boolean {
  const isSaid = error instanceof Error && /Connection terminated unexpectedly|connection error|not queryable/i.test(error.message);
  return isSaid || /^(?:ECONNRESET|EPIPE|57P0[12]|08006|08003)$/.test(codeOf(error));
}

/** The server did not say anything in time, and may still be at work. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof Error && /^Query read timeout/.test(error.message);
}

/** The connection may only read: by a setting that it began with and keeps, or because its server is not the primary any more. A new one may do more. */
export function isReadOnly(error: unknown): boolean {
  return codeOf(error) === "25006";
}

/** The server says that a statement took too long. */
export function isTooLong(error: unknown): boolean {
  return codeOf(causeOf(error)) === "57014";
}

/** So long was waited for a statement that nobody else should be asked. */
export function isGivenUp(error: unknown): boolean {
  return isTooLong(error) || isUnanswered(causeOf(error));
}

function causeOf(error: unknown): unknown {
  return error instanceof ProductError ? error.cause : error;
}

/** SQLSTATE, or what the operating system says; of several addresses that were tried, the first one's. */
export function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

function isSqlState(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code);
}
