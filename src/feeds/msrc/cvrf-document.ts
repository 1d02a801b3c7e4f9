/**
 * A CVRF document as the wire spells it, cut to the fields patchgap reads; XML and JSON both become this.
 * A text that is absent is empty.
 */
export interface CvrfDocument {
  readonly id: string;
  readonly alias: string;
  readonly title: string;
  /** the numbers of the document's own RevisionHistory (all 107 real documents have exactly one) */
  readonly revisions: readonly string[];
  readonly initialRelease: string;
  readonly currentRelease: string;
  /** every FullProductName, in branches and flat: most products come twice */
  readonly products: readonly (readonly [id: string, name: string])[];
  readonly vulnerabilities: readonly CvrfVulnerability[];
  /** lines of the fields that can get a document refused; empty where the form has no lines */
  readonly lines: ReadonlyMap<CvrfHeaderField, number>;
}

/** A field of the head without which, or with nonsense in it, a document cannot be placed. */
export type CvrfHeaderField = "ID" | "RevisionHistory" | "InitialReleaseDate" | "CurrentReleaseDate";

/** One `Vulnerability`. */
export interface CvrfVulnerability {
  readonly title: string;
  readonly cve: string;
  /** every product its ProductStatuses name */
  readonly affected: readonly string[];
  readonly severities: readonly CvrfThreat[];
  /** `Publicly Disclosed:No;Exploited:No;…` */
  readonly exploitStatuses: readonly CvrfThreat[];
  readonly scores: readonly CvrfScore[];
  /** only those of type "Vendor Fix" */
  readonly remediations: readonly CvrfRemediation[];
  /** dates of its RevisionHistory as listed, which is not always by date */
  readonly revisionDates: readonly string[];
}

/** One `Threat` and the products it is about; none means all affected ones. */
export interface CvrfThreat {
  readonly description: string;
  readonly productIds: readonly string[];
}

/** One `ScoreSet`. */
export interface CvrfScore {
  readonly base: string;
  readonly vector: string;
}

/** One `Remediation` of type "Vendor Fix". */
export interface CvrfRemediation {
  /** its place among all remediations of the vulnerability, from 0 */
  readonly index: number;
  /** a KB's digits in 95 % of rows, else `Release Notes`, `Click to Run`, a package name */
  readonly description: string;
  readonly productIds: readonly string[];
  readonly subType: string;
  /** sic */
  readonly supercedence: string;
  readonly fixedBuild: string;
}
