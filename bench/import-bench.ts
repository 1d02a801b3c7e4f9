/**
 * What reading every real document costs beside a parser that does nothing with them: `node bench/import-bench.ts`.
 * Each side has a process of its own, for two ways of using saxes in one process slow each other down.
 */
import { msrcFiles } from "../src/feeds/msrc/msrc-files.ts";
import { sharedFile } from "../test/shared-data.ts";
import { runChild } from "./child.ts";

/** One run of both sides, start of the process included. */
export interface ImportBench {
  /** decompression, decoding and a saxes pass */
  readonly bareMs: number;
  /** decompression, digest, decoding, reading and translation: all that the feed does */
  readonly readMs: number;
  readonly ratio: number;
  /** in MB of 1,000,000 bytes */
  readonly peakMb: number;
  /** what the reading found: documents, fixes with a KB and distinct KBs */
  readonly found: string;
}

/** Reads all real documents bare and for use, one after the other; undefined where they are not there. */
export async function benchImport(): Promise<ImportBench | undefined> {
  const folder = sharedFile("data/msrc-cvrf");
  if (folder === undefined) return undefined;
  const bare = runChild([`${import.meta.dirname}/bare-saxes.ts`, folder]);
  const read = runChild([import.meta.filename, folder]);
  return { bareMs: bare.ms, readMs: read.ms, ratio: read.ms / bare.ms, peakMb: read.peakMb, found: read.stdout.trim() };
}

/** The side that is measured. */
async function readAll(folder: string): Promise<string> {
  const feed = msrcFiles(folder);
  const references = await feed.list([]);
  const kbs = new Set<string>();
  let fixes = 0;
  for (const reference of references) {
    const { document } = await feed.read(reference);
    for (const fix of document.vulnerabilities.flatMap((vulnerability) => vulnerability.fixes)) {
      fixes++;
      kbs.add(fix.kb);
    }
  }
  return `${references.length} documents, ${fixes} fixes, ${kbs.size} KBs`;
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder !== undefined) console.log(await readAll(folder));
  else console.log((await benchImport()) ?? "no real documents beside the project: nothing is measured");
}
