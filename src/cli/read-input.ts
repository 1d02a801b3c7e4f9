import type { Stats } from "node:fs";
import { open } from "node:fs/promises";
import { ProductError } from "../domain/errors.ts";
import type { Io } from "./io.ts";

/** What a command reads at most of one input: larger ones are refused before they are in memory. */
export const inputLimit: number = 64 * 1024 * 1024;

/** Reads a named input whole; `-` is standard input. Folders, pipes and devices are refused: they may never end. */
export async function readInput(path: string, io: Io): Promise<Uint8Array> {
  return path === "-" ? readStream(io.stdin()) : readRegularFile(path);
}

async function readRegularFile(path: string): Promise<Uint8Array> {
  const { lstat, stat } = await import("node:fs/promises");
  try {
    // Looked at before it is opened: opening a pipe waits for somebody to write.
    checkStats(path, await stat(path));
    const file = await open(path);
    try {
      const before = await file.stat();
      checkStats(path, before);
      const bytes = await file.readFile();
      const after = await file.stat();
      if (after.size === before.size && after.mtimeMs === before.mtimeMs) return bytes;
      throw new ProductError("unreadable-input", "the file has changed while it was read", { place: { source: path }, hint: "Try again." });
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof ProductError) throw error;
    const isLink = await lstat(path).then(
      (stats) => stats.isSymbolicLink(),
      () => false,
    );
    throw unreadable(path, error, isLink);
  }
}

function checkStats(path: string, stats: Stats): void {
  const place = { source: path };
  if (!stats.isFile()) {
    const what = stats.isDirectory() ? "a folder" : "a pipe or a device";
    throw new ProductError("unreadable-input", `this is ${what}, not a file`, { place, hint: "Name a file, or - for standard input." });
  }
  if (stats.size > inputLimit) throw tooLarge(path);
}

function unreadable(path: string, error: unknown, isLink: boolean): ProductError {
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
