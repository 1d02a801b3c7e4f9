import type { FixRow, VulnerabilityRow } from "../fixtures/cvrf/build-cvrf.ts";

/**
 * The example of the reference page, number for number: KB4540673 fixes 77 CVEs in Windows 10 1909, 14 in EdgeHTML and 6 in Internet Explorer 11,
 * two of which count in both browsers: 97 pairs of CVE and software, 95 distinct CVEs. The numbers are true, the CVE ids are counted up.
 */
const SYSTEM = "Windows 10 Version 1909 for x64-based Systems";
const EDGE = `Microsoft Edge (EdgeHTML-based) on ${SYSTEM}`;
const EXPLORER = `Internet Explorer 11 on ${SYSTEM}`;

function fixes(product: string): FixRow {
  return { kb: "4540673", products: [product], supersedes: "4532693" };
}

function counted(count: number, from: number, products: readonly string[]): VulnerabilityRow[] {
  return Array.from({ length: count }, (_, index) => ({
    cve: `CVE-2020-${String(from + index).padStart(4, "0")}`,
    severity: index === 0 ? "Critical" : "Important",
    fixes: products.map(fixes),
  }));
}

export const seedVulnerabilities: readonly VulnerabilityRow[] = [
  ...counted(77, 9000, [SYSTEM]),
  ...counted(12, 9100, [EDGE]),
  ...counted(4, 9200, [EXPLORER]),
  ...counted(2, 9300, [EDGE, EXPLORER]),
];
