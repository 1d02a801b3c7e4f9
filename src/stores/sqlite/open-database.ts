import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import Database from "better-sqlite3";
import { ProductError } from "../../domain/errors.ts";
import { makeDataFolder, withFolderErrors } from "./data-folder.ts";
import { newerSchema } from "./database-watch.ts";
import { migrations } from "./migrations.ts";
import { withDatabaseErrors } from "./sqlite-errors.ts";

/** "pgap": tells our databases from other people's. */
const applicationId = 0x70_67_61_70;
const busyTimeoutMs = 15_000;
const abandonedAfterMs = 10 * 60_000;

/** Opens the database of a data folder, made new where there is none; `:memory:` for one that is forgotten. */
export function openDatabase(file: string): Database.Database {
  try {
    return open(file);
  } catch (error) {
    // SQLite says that it cannot, and not why.
    if (isRefusal(error)) withFolderErrors(dirname(file), () => accessSync(dirname(file), constants.W_OK));
    throw error;
  }
}

function open(file: string): Database.Database {
  return withDatabaseErrors(file, () => {
    if (file === ":memory:") return migrate(file, configure(new Database(file)));
    if (!existsSync(file)) withFolderErrors(dirname(file), () => create(file));
    return migrate(file, configure(checkOwner(file, new Database(file, { timeout: busyTimeoutMs, fileMustExist: true }))));
  });
}

/** Opens the database of a data folder for somebody who only reads it: it may lie where nothing can be written. */
export function openDatabaseToRead(file: string): Database.Database {
  try {
    return open(file);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return withDatabaseErrors(file, () => withFolderErrors(dirname(file), () => readCopy(file)));
  }
}

function isRefusal(error: unknown): boolean {
  const cause = error instanceof ProductError ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && /^SQLITE_(?:READONLY|CANTOPEN|PERM)/.test(String(cause.code));
}

/**
 * SQLite reads a database in WAL mode only where it can write beside it. A copy in memory that says it has no WAL is read anywhere; it is whole,
 * as the last process that closed the database has emptied the WAL.
 */
function readCopy(file: string): Database.Database {
  if ((statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) {
    throw new ProductError("database", "the database may only be read, and its last changes are not in it yet", {
      place: { source: file },
      hint: "Run `patchgap sync` once where it can be written.",
    });
  }
  const bytes = readFileSync(file);
  if (bytes.length >= 100) bytes.fill(rollbackMode, 18, 20);
  const database = checkOwner(file, new Database(bytes));
  if (version(database) < migrations.length) {
    database.close();
    throw new ProductError("database", "the database was written by an older patchgap, and may only be read", {
      place: { source: file },
      hint: "Run `patchgap sync` once where it can be written.",
    });
  }
  return migrate(file, database);
}

/** Bytes 18 and 19 of the file: 2 asks for a WAL, 1 does not. */
const rollbackMode = 1;

/**
 * Made under another name and linked into place when it is whole: an empty or half-made file is never taken for a database,
 * and of two processes that create at once one wins.
 */
function create(file: string): void {
  makeDataFolder(dirname(file));
  removeAbandoned(file);
  const draft = `${file}.new-${process.pid}`;
  rmSync(draft, { force: true });
  closeSync(openSync(draft, "wx", 0o600));
  migrate(file, configure(new Database(draft, { fileMustExist: true }))).close();
  try {
    linkSync(draft, file);
  } catch {
    // Somebody else was faster, or the file system has no hard links.
    if (!existsSync(file)) renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Drafts of processes that were killed while creating. */
function removeAbandoned(file: string): void {
  const prefix = `${basename(file)}.new-`;
  for (const name of readdirSync(dirname(file)).filter((entry) => entry.startsWith(prefix))) {
    const path = join(dirname(file), name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat !== undefined && Date.now() - stat.mtimeMs > abandonedAfterMs) rmSync(path, { force: true });
  }
}

function configure(database: Database.Database): Database.Database {
  database.pragma("journal_mode = WAL");
  // better-sqlite3 is built with NORMAL, under which a power cut can take back what was committed.
  database.pragma("synchronous = FULL");
  // 64 MB: with SQLite's own 4 MB a batch of a large fleet, whose rows lie on other pages each, is copied into the database file at every commit.
  database.pragma("wal_autocheckpoint = 16000");
  database.pragma("foreign_keys = ON");
  return database;
}

function checkOwner(file: string, database: Database.Database): Database.Database {
  if (database.pragma("application_id", { simple: true }) === applicationId) return database;
  database.close();
  throw new ProductError("database", "the file is not a patchgap database", {
    place: { source: file },
    hint: "Move the file away, or name another folder with --data.",
  });
}

function migrate(file: string, database: Database.Database): Database.Database {
  if (version(database) < migrations.length) {
    database
      .transaction(() => {
        for (const migration of migrations.slice(version(database))) database.exec(migration);
        database.pragma(`application_id = ${applicationId}`);
        database.pragma(`user_version = ${migrations.length}`);
      })
      .immediate();
  }
  if (version(database) === migrations.length) return database;
  const found = version(database);
  database.close();
  throw newerSchema(file, found);
}

function version(database: Database.Database): number {
  return database.pragma("user_version", { simple: true }) as number;
}
