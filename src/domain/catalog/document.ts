/**
 * One MSRC release document as far as patchgap believes it: the same for XML and JSON, free of the wire's spelling.
 * Feeds produce it, stores keep it, `compileCatalog` joins all of them.
 */
export interface UpdateDocument {
  /** canonical id: `2018-Feb` even where MSRC spells `2018-FEB`; odd ids (`Oct-OOB`) as they are */
  readonly id: string;
  /** the document's month, counted as year * 12 + (month - 1) */
  readonly month: number;
  /** `October 2023 Security Updates` */
  readonly title: string;
  /** last number of the document's RevisionHistory, e.g. `7` or `1.10` (`Version` is "1.0" everywhere and useless) */
  readonly revision: string;
  /** ISO time in UTC, `2023-10-10T07:00:00Z` */
  readonly initialRelease: string;
  /** ISO time in UTC */
  readonly currentRelease: string;
  /** pairs of product id and product name as spelt (23 names have two ids; ids are only meaningful inside one document) */
  readonly products: readonly (readonly [id: string, name: string])[];
  readonly vulnerabilities: readonly Vulnerability[];
  /** what was odd in the document but no reason to refuse it, e.g. `Vulnerability[3].Remediation[2]: no KB in "15498768"` */
  readonly warnings: readonly string[];
}

/** One CVE or advisory of a document. */
export interface Vulnerability {
  /** `CVE-2023-41767` or `ADV190003`, upper case */
  readonly cve: string;
  readonly title: string;
  /** day (`YYYY-MM-DD`) of the first entry of its RevisionHistory; absent where it has none */
  readonly published?: string;
  /** day (`YYYY-MM-DD`) of its latest entry; absent where it has none, and in documents stored before patchgap kept it */
  readonly updated?: string;
  /** MSRC's exploit status says `Exploited:Yes` */
  readonly exploited: boolean;
  /** MSRC's exploit status says `Publicly Disclosed:Yes`; absent in documents stored before patchgap kept it */
  readonly disclosed?: boolean;
  /** severity by product id, as MSRC words it */
  readonly severities: readonly (readonly [productId: string, severity: Severity])[];
  /** highest base score over all products, with its vector */
  readonly cvss?: { readonly score: number; readonly vector: string };
  readonly fixes: readonly Fix[];
}

/** MSRC's four grades, worst first. */
export type Severity = "Critical" | "Important" | "Moderate" | "Low";

/** One vendor fix that names a KB. Fixes without a KB ("Release Notes", "Click to Run") never become one. */
export interface Fix {
  /** digits only, 6 to 7 of them (an 8-digit number is no KB: 15498768) */
  readonly kb: string;
  readonly productIds: readonly string[];
  /** MSRC's SubType as spelt, empty where absent */
  readonly subType: string;
  /** KBs this one replaces, extracted from the wire's `Supercedence` */
  readonly supersedes: readonly string[];
  /** the wire's FixedBuild as spelt, trimmed, empty where absent: may be a URL or a package version */
  readonly fixedBuild: string;
}
