/**
 * Writes sample/documents: `node sample/make-documents.ts`.
 * The facts are true and public (MSRC, November 2025 to March 2026), but these are a few CVEs of a few products out of hundreds: never judge a real device by them.
 */
import { writeFileSync } from "node:fs";
import { type CvrfRows, cvrfJson, cvrfXml, type FixRow, type VulnerabilityRow } from "../test/fixtures/cvrf/build-cvrf.ts";
import { applicationUpdates, type Month, months, type System, systems } from "./updates.ts";
import { type SampleVulnerability, vulnerabilities } from "./vulnerabilities.ts";

/** What a month's document says about itself, and the form it is written in: a reader has to know both. */
const papers: Readonly<
  Record<Month, Pick<CvrfRows, "title" | "revision" | "initialRelease" | "currentRelease"> & { form: "xml" | "json" }>
> = {
  "2025-Nov": { form: "json", ...revised("November 2025", "2025-11-11T08:00:00", "2025-12-05T01:36:55") },
  "2025-Dec": { form: "json", ...revised("December 2025", "2025-12-09T08:00:00", "2026-01-03T01:41:03") },
  "2026-Jan": { form: "xml", ...revised("January 2026", "2026-01-13T08:00:00", "2026-01-30T03:20:43") },
  "2026-Feb": { form: "json", ...revised("February 2026", "2026-02-10T08:00:00", "2026-03-01T01:01:55") },
  "2026-Mar": { form: "xml", ...revised("March 2026", "2026-03-10T07:00:00", "2026-03-31T01:39:15", "1") },
};

type About = Omit<CvrfRows, "id" | "vulnerabilities">;

function revised(month: string, initialRelease: string, currentRelease: string, ...revision: readonly string[]): About {
  const revisions = revision.length === 0 ? ["1", "2"] : revision;
  return { title: `${month} Security Updates (sample)`, revision: revisions, initialRelease, currentRelease };
}

/** The files of sample/documents, by name. */
export function makeDocuments(): ReadonlyMap<string, string> {
  return new Map(
    months.map((month) => {
      const { form, ...about } = papers[month];
      const rows = { id: month, ...about, vulnerabilities: vulnerabilities[month].map((row) => vulnerabilityRow(month, row)) };
      return [`sample-${month.toLowerCase()}.${form}`, form === "json" ? compactJson(cvrfJson(rows)) : lessXml(cvrfXml(rows))];
    }),
  );
}

function vulnerabilityRow(month: Month, row: SampleVulnerability): VulnerabilityRow {
  const { systems: fixed, kbs, isHotpatched, ...facts } = row;
  return { ...facts, fixes: [...fixed.flatMap((system) => systemFixes(month, system, isHotpatched)), ...kbs.map(applicationFix)] };
}

function systemFixes(month: Month, system: System, isHotpatched: boolean): readonly FixRow[] {
  const { build, products, updates } = systems[system];
  const { hotpatch, ...cumulative } = updates[month];
  const fix = ({ kb, ubr, supersedes }: typeof cumulative, subType: string): FixRow => ({
    kb,
    products,
    fixedBuild: `10.0.${build}.${ubr}`,
    subType,
    ...(supersedes === undefined ? {} : { supersedes }),
  });
  const hotpatches = hotpatch === undefined || !isHotpatched ? [] : [fix(hotpatch, "Security Hotpatch Update")];
  return [fix(cumulative, "Security Update"), ...hotpatches];
}

function applicationFix(kb: string): FixRow {
  const update = applicationUpdates.find((each) => each.kb === kb);
  if (update === undefined) throw new Error(`KB${kb} is not among the sample's updates`);
  const { products, version, supersedes } = update;
  return { kb, products, fixedBuild: version, ...(supersedes === undefined ? {} : { supersedes }) };
}

/** The builder gives every CVE the same impact: left out, as it would be untrue. */
function lessXml(xml: string): string {
  return xml.replaceAll(/<vuln:Threat Type="Impact">.*\n/g, "");
}

const impact = 0;

/** The same of JSON, a CVE a line. */
function compactJson(json: string): string {
  const { Vulnerability, ...rest } = JSON.parse(json) as { Vulnerability: readonly { Threats: readonly { Type: number }[] }[] };
  const lines = Vulnerability.map((each) => JSON.stringify({ ...each, Threats: each.Threats.filter(({ Type }) => Type !== impact) }));
  return `${JSON.stringify(rest).slice(0, -1)},"Vulnerability":[\n${lines.join(",\n")}\n]}\n`;
}

if (import.meta.main) {
  for (const [name, text] of makeDocuments()) writeFileSync(new URL(`documents/${name}`, import.meta.url), text);
}
