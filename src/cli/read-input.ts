import type { Stats } from "node:fs";
import { type FileHandle, lstat, open, stat } from "node:fs/promises";
import { ProductError } from "../domain/errors.ts";
import type { Io } from "./io.ts";

/** What a command reads at most of one input: larger ones are refused before they are in memory. */
export const inputLimit: number = 64 * 1024 * 1024;

/** Reads a named input whole; `-` is standard input. Folders, pipes and devices are refused: they may never end. */
export async function readInput(path: string, io: Io): Promise<Uint8Array> {
  return path === "-" ? readStream(io.stdin()) : readRegularFile(path);
}

/** Reads a named input in pieces, however long it is; `-` is standard input. */
export async function* streamInput(path: string, io: Io): AsyncGenerator<Uint8Array> {
  if (path === "-") {
    yield* io.stdin();
    return;
  }
  const file = await openRegularFile(path);
  try {
    const before = await file.stat();
    yield* file.createReadStream({ highWaterMark: 256 * 1024, autoClose: false });
    checkUnchanged(path, before, await file.stat());
  } catch (error) {
    throw await unreadable(path, error);
  } finally {
    await file.close();
  }
}

async function openRegularFile(path: string): Promise<FileHandle> {
  try {
    // Looked at before it is opened: opening a pipe waits for somebody to write.
    checkKind(path, await stat(path));
    const file = await open(path);
    try {
      checkKind(path, await file.stat());
    } catch (error) {
      await file.close();
      throw error;
    }
    return file;
  } catch (error) {
    throw await unreadable(path, error);
  }
}

async function readRegularFile(path: string): Promise<Uint8Array> {
  const file = await openRegularFile(path);
  try {
    const before = await file.stat();
    if (before.size > inputLimit) throw tooLarge(path);
    const bytes = await file.readFile();
    checkUnchanged(path, before, await file.stat());
    return bytes;
  } catch (error) {
    throw await unreadable(path, error);
  } finally {
    await file.close();
  }
}

function checkKind(path: string, stats: Stats): void {
  if (stats.isFile()) return;
  const what = stats.isDirectory() ? "a folder" : "a pipe or a device";
  throw new ProductError("unreadable-input", `this is ${what}, not a file`, {
    place: { source: path },
    hint: "Name a file, or - for standard input.",
  });
}

function checkUnchanged(path: string, before: Stats, after: Stats): void {
  if (after.size === before.size && after.mtimeMs === before.mtimeMs) return;
  throw new ProductError("unreadable-input", "the file has changed while it was read", { place: { source: path }, hint: "Try again." });
}

async function unreadable(path: string, error: unknown): Promise<unknown> {
  if (error instanceof ProductError) return error;
  const isLink = await lstat(path).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const known: Record<string, string> = {
    ENOENT: isLink ? "the link leads nowhere" : "there is no such file",
    EACCES: "the file may not be read",
    EPERM: "the file may not be read",
    ELOOP: "the link leads to itself",
    ENAMETOOLONG: "the name is too long",
  };
  const message = known[code] ?? `the file cannot be read (${code === "" ? String(error) : code})`;
  return new ProductError("unreadable-input", message, { place: { source: path }, cause: error });
}

async function readStream(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > inputLimit) throw tooLarge("standard input");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(source: string): ProductError {
  return new ProductError("too-large", `larger than ${inputLimit / 1024 / 1024} MB`, {
    place: { source },
    hint: "Split it and try again.",
  });
}
