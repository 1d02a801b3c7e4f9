import type { Stats } from "node:fs";
import { type FileHandle, lstat, open, readdir, realpath, stat } from "node:fs/promises";
import { basename, isAbsolute, join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { ProductError } from "../../domain/errors.ts";
import type { DocumentReference, FeedDocument, UpdateFeed } from "../feed.ts";
import { refuseOtherDocument } from "./asked-document.ts";
import { CvrfReader } from "./cvrf-reader.ts";
import { documentIdInFileName } from "./document-id.ts";
import { kindOf } from "./document-kind.ts";
import { gunzipTrouble } from "./read-cvrf.ts";

const documentName = /\.(?:xml|json)(?:\.gz)?$/i;

/** Zlib's own 16 KiB would hand over twelve thousand pieces for the documents of ten years. */
const pieceLength = 256 * 1024;

/** MSRC documents in a folder, or one file of any name: the feed of closed networks. What a file holds is told by its content. */
export function msrcFiles(path: string): UpdateFeed {
  return {
    name: path,
    list: async () => ((await statOf(path)).isDirectory() ? await listFolder(path) : [await referenceTo(path)]),
    read: readFileDocument,
  };
}

async function listFolder(folder: string): Promise<DocumentReference[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw notReadable(folder, error);
  });
  const references: DocumentReference[] = [];
  for (const name of names.filter((name) => documentName.test(name)).sort()) {
    const path = join(folder, name);
    if (await isFileInside(folder, path)) references.push(await referenceTo(path));
  }
  if (references.length > 0) return references;
  throw new ProductError("file", "no MSRC documents in this folder", {
    place: { source: folder },
    hint: "documents are files named *.xml, *.json, *.xml.gz or *.json.gz",
  });
}

/** A link may point to another file of the folder, not out of it; pipes and devices are no files. */
async function isFileInside(folder: string, path: string): Promise<boolean> {
  const entry = await lstat(path);
  if (!entry.isSymbolicLink()) return entry.isFile();
  const target = await realpath(path).catch(() => undefined);
  if (target === undefined) return false;
  const inside = relative(await realpath(folder), target);
  const leavesFolder = inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside);
  return !leavesFolder && (await stat(target)).isFile();
}

async function referenceTo(path: string): Promise<DocumentReference> {
  const entry = await statOf(path);
  if (!entry.isFile()) throw new ProductError("file", "neither a file nor a folder", { place: { source: path } });
  const id = documentIdInFileName(basename(path));
  return { location: path, bytes: entry.size, ...(id === undefined ? {} : { id }) };
}

async function statOf(path: string): Promise<Stats> {
  return await stat(path).catch((error: unknown) => {
    throw notReadable(path, error);
  });
}

async function readFileDocument({ location, id }: DocumentReference): Promise<FeedDocument> {
  const reader = new CvrfReader(location);
  const read = async (pieces: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const piece of pieces) reader.write(piece);
  };
  try {
    const file = await open(location);
    const gzip = await isGzip(file);
    const bytes = file.createReadStream({ start: 0, highWaterMark: pieceLength });
    if (gzip) await pipeline(bytes, createGunzip({ chunkSize: pieceLength }), read);
    else await pipeline(bytes, read);
  } catch (error) {
    throw readTrouble(location, error);
  }
  const found = reader.end();
  refuseOtherDocument(found.document.id, id, location);
  return found;
}

async function isGzip(file: FileHandle): Promise<boolean> {
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return kindOf(buffer.subarray(0, bytesRead)).kind === "gzip";
  } catch (error) {
    await file.close();
    throw error;
  }
}

function readTrouble(location: string, error: unknown): ProductError {
  if (error instanceof ProductError) return error;
  return codeOf(error).startsWith("Z_") ? gunzipTrouble(error, location) : notReadable(location, error);
}

function notReadable(path: string, error: unknown): ProductError {
  const code = codeOf(error);
  const message = code === "ENOENT" ? "there is no such file or folder" : `cannot be read (${code})`;
  return new ProductError("file", message, { place: { source: path }, cause: error });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown error";
}
