import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { ProductError } from "../../domain/errors.ts";

/** What the system's codes mean to somebody who has named a data folder. */
const meanings: Readonly<Record<string, string>> = {
  EACCES: "the data folder may not be read and written",
  EPERM: "the data folder may not be read and written",
  ENOENT: "the data folder cannot be made there",
  EROFS: "the data folder is on a file system that is read-only",
  ENOSPC: "there is no space left for the data folder",
  EDQUOT: "there is no space left for the data folder",
  ENAMETOOLONG: "the name of the data folder is too long",
  ELOOP: "the data folder is a link that leads to itself",
};

/** Whether a database is there; @throws ProductError `file` where that cannot be seen, or the data folder is none. */
export function hasDatabase(file: string): boolean {
  const folder = dirname(file);
  return withFolderErrors(folder, () => isFolder(folder) && statSync(file, { throwIfNoEntry: false }) !== undefined);
}

/** Makes a folder and those above it, one by one: where none can be made (`/proc`), Node.js' own way of making several never ends. */
export function makeDataFolder(folder: string): void {
  withFolderErrors(folder, () => makeFolder(folder));
}

/** Runs something in the data folder and turns what the system throws into a ProductError that names the folder. */
export function withFolderErrors<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) throw error;
    const meaning = meanings[String(error.code)] ?? `the data folder cannot be used (${error.code})`;
    throw new ProductError("file", meaning, {
      place: { source: folder },
      hint: "Check its permissions, or name another folder with --data.",
      cause: error,
    });
  }
}

function makeFolder(folder: string): void {
  if (isFolder(folder)) return;
  const above = dirname(folder);
  if (above !== folder) makeFolder(above);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have been faster.
    if (!isFolder(folder)) throw error;
  }
}

function isFolder(path: string): boolean {
  const found = lookAt(path);
  if (found === undefined || found.isDirectory()) return found !== undefined;
  throw new ProductError("file", "this is not a folder", { place: { source: path }, hint: "Name a folder with --data." });
}

function lookAt(path: string): ReturnType<typeof statSync> {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // Something above is a file: that is found, and named, when its turn comes.
    if (error instanceof Error && "code" in error && error.code === "ENOTDIR") return undefined;
    throw error;
  }
}
