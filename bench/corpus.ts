import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { cvrfXml } from "../test/fixtures/cvrf/build-cvrf.ts";
import { sharedFile } from "../test/shared-data.ts";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** The builds that made-up documents have updates for. */
export const madeUpBuilds: readonly number[] = [19045, 22621, 22631, 26100];
const systems = madeUpBuilds.flatMap((build) =>
  ["x64", "ARM64"].map((bits) => ({ build, name: `${names(build)} for ${bits}-based Systems` })),
);

/** The folder of documents to measure with: the real ones beside the project, or made-up ones of two years. */
export function corpusFolder(workFolder: string): string {
  const real = sharedFile("data/msrc-cvrf");
  if (real !== undefined) return real;
  const folder = join(workFolder, "documents");
  mkdirSync(folder);
  for (let month = 0; month < 24; month++) writeFileSync(join(folder, `made-up-${month}.xml.gz`), gzipSync(madeUpDocument(month)));
  return folder;
}

export function documentsOf(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /[.]xml([.]gz)?$/.test(name))
    .map((name) => join(folder, name));
}

/** A month with a hundred CVEs, each fixed by every system's cumulative update; month 0 is January 2024. */
export function madeUpDocument(month: number): string {
  const year = 2024 + Math.floor(month / 12);
  const day = `${year}-${String((month % 12) + 1).padStart(2, "0")}-10`;
  return cvrfXml({
    id: madeUpMonth(month),
    initialRelease: day,
    vulnerabilities: Array.from({ length: 100 }, (_, index) => ({
      cve: `CVE-${year}-${20_000 + month * 100 + index}`,
      severity: "Important",
      fixes: systems.map(({ build, name }) => ({
        kb: madeUpKb(build, month),
        products: [name],
        ...(month === 0 ? {} : { supersedes: madeUpKb(build, month - 1) }),
        fixedBuild: `10.0.${build}.${1000 + month * 100}`,
      })),
    })),
  });
}

/** `2024-Jan`: the name of a made-up document. */
export function madeUpMonth(month: number): string {
  return `${2024 + Math.floor(month / 12)}-${months[month % 12]}`;
}

/** The cumulative update of a month for a build. */
export function madeUpKb(build: number, month: number): string {
  return String(5_100_000 + month * 100 + (build % 97));
}

function names(build: number): string {
  return (
    {
      19045: "Windows 10 Version 22H2",
      22621: "Windows 11 Version 22H2",
      22631: "Windows 11 Version 23H2",
      26100: "Windows 11 Version 24H2",
    }[build] ?? ""
  );
}
