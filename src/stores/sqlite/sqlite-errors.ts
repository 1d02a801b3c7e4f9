import { ProductError } from "../../domain/errors.ts";

/** Runs work on the database; what fails becomes an error of ours. */
export type Guarded = <T>(work: () => T) => Promise<T>;

/** What SQLite's result codes mean to the owner of the database, and what to do about them. */
const meanings: readonly (readonly [code: RegExp, meaning: string, hint: string])[] = [
  [/^SQLITE_NOTADB/, "is not a database", "Move the file away, or name another folder with --data."],
  [/^SQLITE_CORRUPT/, "is damaged", "Move the file away and run `patchgap sync` again, or restore a copy."],
  [/^SQLITE_BUSY|^SQLITE_LOCKED/, "is locked by another process", "Wait until the other patchgap has finished, then try again."],
  [/^SQLITE_FULL/, "cannot grow: the disk is full", "Free some space and try again; nothing was changed."],
  [/^SQLITE_READONLY|^SQLITE_PERM|^SQLITE_AUTH/, "cannot be written", "Check the permissions of the data folder."],
  [/^SQLITE_CANTOPEN/, "cannot be opened", "Check that the data folder exists and may be read and written."],
  [/^SQLITE_IOERR/, "cannot be read or written", "The disk or the network share reports an error."],
];

/** Runs something on the database and turns what SQLite throws into a ProductError that names the file. */
export function withDatabaseErrors<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asProductError(file, error);
  }
}

function asProductError(file: string, error: unknown): unknown {
  if (error instanceof ProductError || !(error instanceof Error)) return error;
  if (error instanceof TypeError && error.message === "The database connection is not open")
    return new ProductError("database", "the database was closed", { place: { source: file }, cause: error });
  const code = "code" in error ? String(error.code) : "";
  const known = meanings.find(([pattern]) => pattern.test(code));
  if (known === undefined && !code.startsWith("SQLITE_")) return error;
  const [, meaning, hint] = known ?? [undefined, `reports "${error.message}"`, undefined];
  return new ProductError("database", `the database ${meaning}`, {
    place: { source: file },
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  });
}
