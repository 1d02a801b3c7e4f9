import { createHash } from "node:crypto";
import { type Dirent, readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

/** A file of the page, packed as browsers take it. */
export interface PageFile {
  readonly type: string;
  readonly plain: Buffer;
  /** absent where packing would not make it smaller */
  readonly packed: { readonly br?: Buffer; readonly gzip?: Buffer };
  /** changes with the content */
  readonly etag: string;
}

/** The files of the built page by their path below it: `index.html`, `assets/index-B1c2.js`. What is not in it cannot be asked for. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".txt": "text/plain; charset=utf-8",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
};

const worthPackingBytes = 512;

/** Reads the built page; empty where it was not built. Files of types that a page does not need, source maps for one, are passed over. */
export function readPageFiles(folder: string): PageFiles {
  return new Map(
    filesBelow(folder).flatMap((path) => {
      const type = types[extname(path).toLowerCase()];
      return type === undefined ? [] : [[relative(folder, path).split(sep).join("/"), readPageFile(path, type)] as const];
    }),
  );
}

function filesBelow(folder: string): readonly string[] {
  return entriesOf(folder)
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

function readPageFile(path: string, type: string): PageFile {
  const plain = readFileSync(path);
  const etag = `W/"${createHash("sha256").update(plain).digest("base64url").slice(0, 22)}"`;
  return { type, plain, etag, packed: isText(type) && plain.length >= worthPackingBytes ? packed(plain) : {} };
}

function isText(type: string): boolean {
  return /^text\/|json|svg/.test(type);
}

function packed(plain: Buffer): PageFile["packed"] {
  return { br: brotliCompressSync(plain), gzip: gzipSync(plain, { level: 9 }) };
}
