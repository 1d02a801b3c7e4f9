import { copyFileSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { runChild } from "../child.ts";
import { documentsOf } from "../corpus.ts";
import { program } from "./database.ts";

/** Data folders without devices: one knows all documents, the other all but the newest, which is there to come. */
export interface KnowledgeFolders {
  readonly whole: string;
  readonly older: string;
  readonly newest: string;
}

/** Reads the documents twice: with the newest, which fleets are drawn from, and without it. */
export function makeKnowledge(documents: string, workFolder: string): KnowledgeFolders {
  const files = documentsOf(documents);
  const newest = newestDocument(files);
  const olderDocuments = join(workFolder, "older-documents");
  mkdirSync(olderDocuments);
  for (const file of files) if (file !== newest) copyFileSync(file, join(olderDocuments, basename(file)));
  const [whole, older] = [join(workFolder, "whole"), join(workFolder, "older")];
  runChild([program, "sync", "--from", documents, "--data", whole, "--quiet"]);
  runChild([program, "sync", "--from", olderDocuments, "--data", older, "--quiet"]);
  return { whole, older, newest };
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** By the month in its name, or by the number there. */
export function newestDocument(files: readonly string[]): string {
  const place = (file: string): number => {
    const name = basename(file);
    const [, year, month = ""] = /(\d{4})-([A-Z][a-z]{2})/.exec(name) ?? [];
    return year === undefined ? Number(/\d+/.exec(name)?.[0] ?? -1) : Number(year) * 12 + months.indexOf(month);
  };
  return [...files].sort((a, b) => place(b) - place(a))[0] ?? "";
}
