import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { SaxesParser } from "saxes";
import { msrcFiles } from "../src/feeds/msrc/msrc-files.ts";
import { sharedFile } from "../test/shared-data.ts";

/** What reading every real document costs beside a parser that does nothing with them. */
export interface ImportBench {
  readonly documents: number;
  readonly decodedBytes: number;
  /** decoding and a saxes pass without handlers; decompression is not counted */
  readonly bareMs: number;
  /** the feed's whole work: decompression, digest, decoding, parsing, translation */
  readonly readMs: number;
  readonly ratio: number;
  /** the highest the process had, this bench's own copy of each document included */
  readonly peakRssMiB: number;
  readonly fixes: number;
}

/** Reads all real documents twice, bare and for use, document by document so that both see the same machine; undefined without them. */
export async function benchImport(): Promise<ImportBench | undefined> {
  const folder = sharedFile("data/msrc-cvrf");
  if (folder === undefined) return undefined;
  const feed = msrcFiles(folder);
  const references = await feed.list([]);
  const sum = { decodedBytes: 0, bareMs: 0, readMs: 0, fixes: 0 };
  for (const reference of references) {
    sum.bareMs += bareMs(gunzipSync(readFileSync(reference.location)));
    const start = performance.now();
    const { document, bytes } = await feed.read(reference);
    sum.readMs += performance.now() - start;
    sum.decodedBytes += bytes;
    for (const vulnerability of document.vulnerabilities) sum.fixes += vulnerability.fixes.length;
  }
  const peakRssMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  return { documents: references.length, ...sum, ratio: sum.readMs / sum.bareMs, peakRssMiB };
}

function bareMs(bytes: Uint8Array): number {
  const start = performance.now();
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  new SaxesParser({ position: false }).write(text).close();
  return performance.now() - start;
}

if (import.meta.main) {
  const bench = await benchImport();
  console.log(bench === undefined ? "no real documents beside the project: nothing measured" : bench);
}
