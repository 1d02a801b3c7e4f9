import type { Severity } from "./document.ts";

/** How an update is serviced; decides what it covers and whether anybody is ever told to install it. */
export type UpdateKind =
  /** holds everything before it on its line: the LCU of Windows 10 and later, .NET from 1809 on, Flash */
  | "cumulative"
  /** a second cumulative update of the same month (MSRC's "Alternate Cumulative"): as good as the first, never asked for */
  | "alternate"
  /** without a restart, on a baseline */
  | "hotpatch"
  /** for hotpatched devices, beside a hotpatch that leaves something out (PowerShell in December 2025) */
  | "companion"
  /** Windows 7 to 2012 R2: the monthly rollup, holds everything before it */
  | "rollup"
  /** Windows 7 to 2012 R2: one month's fixes, nothing before them */
  | "securityOnly"
  /** Internet Explorer's cumulative update of the security-only track */
  | "ieCumulative"
  /** an update of its own from before the rollups, or out of band */
  | "single"
  /** wanted until installed itself, whatever the build: Secure Boot DBX */
  | "independent"
  /** counts as evidence like a cumulative update, never asked for */
  | "preview"
  /** an alternative nobody is asked to take ("Standalone", "Update") */
  | "optional"
  /** of an application */
  | "application";

/** What updates succeed one another on: the system itself, .NET, Flash, or one application. */
export type Line = "os" | "net" | "flash" | "application";

/** One KB for one product, cleaned of MSRC's slips. */
export interface CatalogUpdate {
  /** index into `CompiledCatalog.kbs` */
  readonly kb: number;
  readonly kind: UpdateKind;
  readonly line: Line;
  /** month it ranks in, year * 12 + (month - 1): see `rankMonths` */
  readonly month: number;
  /** fixed revision on the product's branch, or the file build of a .NET update, where MSRC names a plausible one */
  readonly revision: number | null;
  /** fixed version of an application, as `parseVersion` reads it */
  readonly version: string | null;
  /** KBs it replaces on this product, as MSRC names them, in order */
  readonly supersedes: readonly string[];
  readonly severity: Severity | null;
  /** indices into `CompiledCatalog.cves`, ascending */
  readonly cves: Int32Array;
}

/** A KB over all its products. */
export interface CatalogKb {
  /** digits */
  readonly id: string;
  /** index into `CompiledCatalog.documents`: the one that holds most of its rows, ties to the later */
  readonly document: number;
  /** earliest publication among its CVEs in that document, as a day number */
  readonly released: number;
}

/** A CVE or advisory that a KB fixes. Where several documents hold it, see `CveTally`. */
export interface CatalogCve {
  readonly id: string;
  /** MSRC's title as spelt, empty where it has none */
  readonly title: string;
  /** day number */
  readonly published: number;
  /** day number of the latest entry of its own history, never before `published` */
  readonly updated: number;
  readonly exploited: boolean;
  /** it was public before its fix */
  readonly disclosed: boolean;
  /** the worst over all its products */
  readonly severity: Severity | null;
  /** highest CVSS base score over all its products */
  readonly score: number | null;
  /** the CVSS vector of that score */
  readonly vector: string | null;
}

/** One product with its updates, ordered by KB index. */
export interface CatalogProduct {
  /** normalised name */
  readonly name: string;
  readonly updates: readonly CatalogUpdate[];
}

/** Provenance as far as it is content: no times of import, so that the same documents give the same bytes. */
export interface CatalogDocument {
  readonly id: string;
  readonly title: string;
  /** year * 12 + (month - 1) */
  readonly month: number;
  readonly revision: string;
  readonly currentRelease: string;
}
