import type { Severity } from "../catalog/document.ts";
import type { HistoryLine } from "../catalog/release-history.ts";
import type { CatalogProduct, Line, UpdateKind } from "../catalog/update.ts";
import type { Day } from "../windows/day.ts";
import type { MissingUpdate } from "./assessment.ts";
import type { Bits } from "./bits.ts";
import type { BitsMap } from "./bits-map.ts";
import type { TextNumbers } from "./text-numbers.ts";

/**
 * All that can be said about a set of products before any device is seen: which updates there are, what each covers, which alternatives fix
 * what. Devices with the same products share one; evaluating a device is then a walk over a few hundred small numbers.
 */
export interface Plan {
  readonly nodes: readonly PlanNode[];
  readonly nodeOfKb: ReadonlyMap<string, number>;
  /** by node: everything that is there once this update is */
  readonly covers: readonly Bits[];
  readonly groups: readonly FixGroup[];
  /** by node: the groups that are closed once this update is there */
  readonly closes: readonly Bits[];
  /** groups that only Flash updates close, only .NET updates, only updates that stand for themselves */
  readonly flashGroups: Bits;
  readonly netGroups: Bits;
  readonly independentGroups: Bits;
  /** nodes of the system's line that tell the month it has come to, newest month first */
  readonly byMonth: readonly number[];
  /** how many CVEs (not advisories) the groups hold, numbered from 0 within the plan */
  readonly countedCves: number;
  /** day of the first update that a document has for the system, infinity for none */
  readonly firstKnown: Day;
  /** month of the newest update that the system or application is offered, 0 for none */
  readonly newestOffered: number;
  /** CVEs that an update closes, by the groups it finds open; filled as devices ask (see `missing-update.ts`) */
  readonly openCounts: BitsMap<number>;
  /** numbers for what devices come to; filled as they are evaluated (see `evaluate.ts`) */
  readonly outcomes: TextNumbers;
  /** missing updates without the words of reasons, by outcome and build; filled as devices ask (see `missing-update.ts`) */
  readonly named: Map<number, readonly MissingUpdate[]>;
  /** by way of patching; filled as devices ask (see `choice.ts`) */
  readonly choices: Map<string, Choices>;
  /** nodes whose revision tells where a device stands, by rising revision; hotpatches are apart, since only their very build counts */
  readonly byRevision: readonly number[];
  readonly hotpatchByRevision: ReadonlyMap<number, number>;
  /** .NET updates with a known file build, by rising build */
  readonly netByBuild: readonly number[];
  /** serviced by cumulative updates, not by rollups and security-only updates */
  readonly isCumulative: boolean;
}

/** One update within a plan. */
export interface PlanNode {
  readonly kb: string;
  readonly kind: UpdateKind;
  readonly line: Line;
  readonly month: number;
  /** place on its line: higher is newer, and no two are equal */
  readonly order: number;
  readonly revision: number | null;
  /** fixed version of an application */
  readonly version: readonly number[] | null;
  readonly released: Day;
  /** may be asked for on the plan's day: released, not withdrawn, and in a document at all */
  readonly offered: boolean;
  readonly supersedes: readonly string[];
  /** what it fixes, by software, CVEs published by the plan's day only; most CVEs first */
  readonly fixes: readonly NodeFixes[];
  /** pairs of CVE and software it fixes, and distinct CVEs; advisories are not counted */
  readonly addressed: number;
  readonly distinct: number;
  readonly severity: Severity | null;
  readonly exploited: boolean;
  /** index of its document, -1 for an update no document holds */
  readonly document: number;
}

export interface NodeFixes {
  readonly softwareId: string;
  /** indices of CVEs */
  readonly cves: readonly number[];
  /** of these, the ones with a CVE id (advisories are not counted on the wire) */
  readonly counted: number;
}

/** What devices that are patched in one way take. */
export interface Choices {
  /** by group: the node that is chosen to close it, -1 for nothing */
  readonly ofGroup: Int32Array;
  /** what Windows Update offers instead of a chosen node: itself where nothing newer holds it */
  readonly offeredFor: (node: number) => number;
  /** by the groups that are closed; filled as devices are evaluated (see `evaluate.ts`) */
  readonly lacks: BitsMap<Lack>;
}

/** What those lack on whom the same groups are closed; numbers are node indices. */
export interface Lack {
  /** what would close the groups that are open, before leaving out what a newer chosen update holds */
  readonly chosen: readonly number[];
  /** what the owner has to install */
  readonly missing: readonly number[];
  /** the same number for all that lack the same under the plan: what is open, and what is missing */
  readonly outcome: number;
}

/** The products that one plan is for. */
export interface PlanScope {
  readonly products: readonly { readonly product: CatalogProduct; readonly softwareId: string }[];
  /** products whose updates prove something about the line, though they are not for this device: other versions of .NET */
  readonly evidence?: readonly CatalogProduct[];
  readonly asOf: Day;
  /** how updates of the scope succeed one another */
  readonly style: "cumulative-system" | "track-system" | "application";
  readonly history?: HistoryLine;
}

/** CVEs of one scope that the same updates fix: any of these updates closes them all. */
export interface FixGroup {
  /** node indices */
  readonly alternatives: readonly number[];
  /** CVE indices */
  readonly cves: readonly number[];
  /** those with a CVE id, by their number within the plan */
  readonly counted: Int32Array;
  /** the same CVEs by the software they are in, advisories left out; one may be in several */
  readonly bySoftware: readonly (readonly [softwareId: string, cves: readonly number[]])[];
}

/** Whether having one update means having the other, by the nature of their line. */
export type LineRule = (node: PlanNode, other: PlanNode) => boolean;
