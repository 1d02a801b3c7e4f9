import type { Severity } from "../catalog/document.ts";

/** The answer for one device on one day. */
export interface Assessment {
  readonly status: AssessmentStatus;
  /** the day asked for, `YYYY-MM-DD` */
  readonly asOf: string;
  /** newest release first, then by id; `null` unless the status is `assessed`: not knowing is never an empty list */
  readonly missing: readonly MissingUpdate[] | null;
  /** a listed update's build is above the running one, or the device says so: a restart is due, its CVEs stay open */
  readonly pendingRestart: boolean;
  /** what limits the answer, in sentences */
  readonly notes: readonly string[];
  /** MSRC product names the device was matched to, in the catalog's spelling */
  readonly products: readonly string[];
}

/** `unknown`: the device could not be assessed; `unsupported`: Microsoft serves its system no more and MSRC does not cover it. */
export type AssessmentStatus = "assessed" | "unknown" | "unsupported";

/** One update that the owner has to install. */
export interface MissingUpdate {
  /** KB number, digits only */
  readonly id: string;
  /** title of the release it belongs to: `June 2023 Security Updates` */
  readonly name: string;
  /** the device's build number */
  readonly osBuild: number;
  /** software ids it fixes on this device (`windows_10`), most CVEs first */
  readonly productsNames: readonly string[];
  /** Update Catalog search, made from the id */
  readonly url: string;
  /** devices in scope that miss it: 1 for one device */
  readonly machineMissedOn: number;
  /** pairs of CVE and software, `CVE-` ids only */
  readonly cveAddressed: number;
  /** distinct CVEs the update itself fixes here */
  readonly distinctCves: number;
  /** distinct CVEs open on the device that installing it closes, those of the updates it replaces included */
  readonly cumulativeCves: number;
  /** worst severity among the CVEs it fixes here */
  readonly severity: Severity | null;
  /** one of its CVEs is known to be exploited */
  readonly exploited: boolean;
  /** day of release, `YYYY-MM-DD` */
  readonly releasedOn: string;
  /** KBs it replaces on this device's products, as MSRC names them */
  readonly supersedes: readonly string[];
  /** one or two sentences for people */
  readonly why: string;
}

/** Why one KB is, or is not, in the answer (`--explain KB`). */
export interface Explanation {
  readonly kb: string;
  readonly verdict: "missing" | "satisfied" | "not-applicable" | "not-chosen" | "unknown";
  readonly why: string;
}

/** Options of an assessment. */
export interface AssessmentOptions {
  /** `YYYY-MM-DD`: nothing released or published after that day counts */
  readonly asOf: string;
  /** list every missed month, not only what has to be installed */
  readonly includeSuperseded?: boolean;
}
