import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CvrfRows, FixRow, VulnerabilityRow } from "../fixtures/cvrf/build-cvrf.ts";
import { seedVulnerabilities } from "./seed.ts";

/**
 * Our own small documents. A sheet is a text of facts about updates, one update of one product and month a line:
 *
 *     = 2023-Jun 2023-06-13                                    the document and its day
 *     @ Windows 10 Version 22H2 for x64-based Systems          the products of the lines below, one a line
 *     5027215 <5026361 #10.0.19045.3086 CVE-2023-29370         KB, predecessors, fixed build, some of its CVEs
 *     5032304 (SecurityHotpatchUpdate) CVE-2023-36017          another SubType than "Security Update"
 *     4551762 <4540673 CVE-2020-0796@2020-03-12                a CVE published on another day than the document
 */
export function documentsOfSheets(): readonly CvrfRows[] {
  const folder = join(import.meta.dirname, "facts");
  const documents = new Map<string, SheetDocument>();
  const names = readdirSync(folder).filter((name) => name.endsWith(".txt"));
  for (const name of names.sort()) readSheet(readFileSync(join(folder, name), "utf8"), documents);
  return [...documents.values()].map((document) => ({
    id: document.id,
    initialRelease: document.day,
    vulnerabilities: [...document.vulnerabilities.values(), ...(document.id === "2020-Mar" ? seedVulnerabilities : [])],
  }));
}

interface SheetDocument {
  readonly id: string;
  readonly day: string;
  readonly vulnerabilities: Map<string, VulnerabilityRow & { readonly fixes: FixRow[] }>;
}

function readSheet(text: string, documents: Map<string, SheetDocument>): void {
  let document: SheetDocument | undefined;
  let products: string[] = [];
  let isListing = false;
  for (const line of text.split(/\r?\n/).filter(isFact)) {
    if (line.startsWith("= ")) document = documentOf(line, documents);
    else if (line.startsWith("@ ")) products = [...(isListing ? products : []), line.slice(2)];
    else addUpdate(document, products, line);
    isListing = line.startsWith("@ ");
  }
}

/** Empty lines and `-- remarks` are none. */
function isFact(line: string): boolean {
  return line !== "" && !line.startsWith("--");
}

function documentOf(line: string, documents: Map<string, SheetDocument>): SheetDocument {
  const [, id = "", day = ""] = line.split(" ");
  const document = documents.get(id) ?? { id, day, vulnerabilities: new Map() };
  documents.set(id, document);
  return document;
}

function addUpdate(document: SheetDocument | undefined, products: readonly string[], line: string): void {
  const [, kb = "", subType, supersedes, fixedBuild, cves = ""] =
    /^(\d+)(?: \(([^)]+)\))?(?: <(\S+))?(?: #(\S+))?((?: (?:CVE|ADV)\S+)+)$/.exec(line) ?? [];
  if (kb === "" || document === undefined) throw new Error(`no fact: ${line}`);
  for (const entry of cves.trim().split(" ")) {
    const [cve = "", published = document.day] = entry.split("@");
    const known = document.vulnerabilities.get(cve) ?? { cve, published, severity: "Important", fixes: [] };
    document.vulnerabilities.set(cve, known);
    known.fixes.push({
      kb,
      products,
      ...(subType === undefined ? {} : { subType }),
      ...(supersedes === undefined ? {} : { supersedes: supersedes.split(",") }),
      ...(fixedBuild === undefined ? {} : { fixedBuild }),
    });
  }
}
