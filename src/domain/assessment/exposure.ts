import type { Catalog } from "../catalog/catalog.ts";
import type { Severity } from "../catalog/document.ts";
import type { CatalogCve } from "../catalog/update.ts";
import type { Assessment } from "./assessment.ts";
import type { Shortfall } from "./shortfall.ts";

/** How exposed a device is, in the bands of Defender's exposure score. */
export type ExposureLevel = "None" | "Low" | "Medium" | "High";

/** From 0 (nothing known is open) to below 100. The formula is patchgap's own: docs/scores.md. */
export function exposureScore(catalog: Catalog, { open }: Shortfall): number {
  return scoreOf(openPoints(catalog, open));
}

/** By how much the exposure of a device falls when nothing is open any more in one software, for each in which something is: 0 where others have the same. */
export function reliefs(catalog: Catalog, { open }: Shortfall): ReadonlyMap<string, number> {
  const [points, known, owners] = [openPoints(catalog, open), pointsOfAll(catalog), ownersOf(catalog, open)];
  const own = new Map<string, number>();
  for (const { softwareId, cves } of open) {
    let worth = own.get(softwareId) ?? 0;
    for (const cve of cves) if (owners[cve] === 1) worth += known[cve] ?? 0;
    own.set(softwareId, worth);
  }
  const score = scoreOf(points);
  return new Map([...own].map(([id, worth]) => [id, score - scoreOf(points - worth)]));
}

/** In how much software each CVE is open: a pair of software and CVE stands in one part only. */
function ownersOf({ content }: Catalog, open: Shortfall["open"]): Uint16Array {
  const owners = new Uint16Array(content.cves.length);
  for (const { cves } of open) for (const cve of cves) owners[cve] = (owners[cve] ?? 0) + 1;
  return owners;
}

function openPoints(catalog: Catalog, open: Shortfall["open"]): number {
  const counted = new Uint8Array(catalog.content.cves.length);
  const known = pointsOfAll(catalog);
  let points = 0;
  for (const { cves } of open) {
    for (const cve of cves) {
      // Several products may have the same.
      if (counted[cve] === 1) continue;
      counted[cve] = 1;
      points += known[cve] ?? 0;
    }
  }
  return points;
}

function scoreOf(points: number): number {
  return 100 * (1 - Math.exp(-points / POINTS_OF_A_LOT));
}

const pointsByCatalog = new WeakMap<Catalog, Float64Array>();

/** Reckoned once for a catalog: thousands of devices have thousands of them open. */
function pointsOfAll(catalog: Catalog): Float64Array {
  const points = pointsByCatalog.get(catalog) ?? Float64Array.from(catalog.content.cves, pointsOf);
  pointsByCatalog.set(catalog, points);
  return points;
}

/** About half a year of Windows updates: a device that far behind has 63 of 100. */
const POINTS_OF_A_LOT = 200;
/** A CVE that attackers are known to use counts as much as several others. */
const EXPLOITED = 5;

/** Up to 1, by the square of the CVSS score: ten of 5.0 weigh less than three of 9.8. */
function pointsOf(cve: CatalogCve | undefined): number {
  if (cve === undefined) return 0;
  const score = cve.score ?? SCORE_OF_SEVERITY[cve.severity ?? "Moderate"];
  return (score / 10) ** 2 * (cve.exploited ? EXPLOITED : 1);
}

/** Where MSRC gives no CVSS score. */
const SCORE_OF_SEVERITY: Readonly<Record<Severity, number>> = { Critical: 9, Important: 7, Moderate: 5, Low: 3 };

/** Defender's bands: below 30 low, below 70 medium. */
export function exposureLevel(score: number): ExposureLevel {
  if (score === 0) return "None";
  if (score < 30) return "Low";
  return score < 70 ? "Medium" : "High";
}

/**
 * `High`: a CVE that attackers are known to use is open; `Medium`: a critical update is missing, or one that a missing update replaces; `Low`:
 * something else is missing; undefined: not known. Whoever lags behind misses one update in name, and what it replaces as well.
 */
export function riskOf(catalog: Catalog, { missing }: Assessment, { open }: Shortfall): ExposureLevel | undefined {
  if (missing === null) return undefined;
  const { cves } = catalog.content;
  const isOpen = (is: (cve: CatalogCve | undefined) => boolean): boolean => open.some((part) => part.cves.some((cve) => is(cves[cve])));
  if (isOpen((cve) => cve?.exploited === true)) return "High";
  if (missing.some(({ severity }) => severity === "Critical") || isOpen((cve) => cve?.severity === "Critical")) return "Medium";
  return missing.length > 0 ? "Low" : "None";
}

/** Grades by CVSS score, as FIRST's specification has them (section 5); where MSRC gives none, by its own severity. */
export function gradeOf({ score, severity }: Pick<CatalogCve, "score" | "severity">): "Low" | "Medium" | "High" | "Critical" | null {
  if (score !== null && score > 0) {
    if (score >= 9) return "Critical";
    if (score >= 7) return "High";
    return score >= 4 ? "Medium" : "Low";
  }
  return severity === null ? null : GRADES[severity];
}

const GRADES = { Critical: "Critical", Important: "High", Moderate: "Medium", Low: "Low" } as const satisfies Record<Severity, string>;
