import type { GoldenRow } from "../row.ts";
import { APPLICATIONS } from "./applications.ts";
import { DOTNET } from "./dotnet.ts";
import { HOTPATCH } from "./hotpatch.ts";
import { ODDS } from "./odds.ts";
import { REVIEW } from "./review.ts";
import { SECURITY_ONLY } from "./security-only.ts";
import { SEED_DAY_BY_DAY } from "./seed-day-by-day.ts";
import { SERVERS } from "./servers.ts";
import { UNKNOWN } from "./unknown.ts";
import { WINDOWS_7_TO_2012 } from "./windows-7-to-2012.ts";
import { WINDOWS_10_BY_VERSION } from "./windows-10-by-version.ts";
import { WINDOWS_10_LATER } from "./windows-10-later.ts";
import { WINDOWS_10_LATEST } from "./windows-10-latest.ts";
import { WINDOWS_11 } from "./windows-11.ts";

/** The golden table by theme. */
export const GOLDEN_TABLE: Readonly<Record<string, readonly GoldenRow[]>> = {
  "the seed example day by day": SEED_DAY_BY_DAY,
  "Windows 10, latest release": WINDOWS_10_LATEST,
  "Windows 10 by version": WINDOWS_10_BY_VERSION,
  "Windows 10, later versions": WINDOWS_10_LATER,
  "Windows 11": WINDOWS_11,
  "Windows Server 2016 and later": SERVERS,
  hotpatches: HOTPATCH,
  "Windows 7 to Server 2012 R2": WINDOWS_7_TO_2012,
  "security-only updates": SECURITY_ONLY,
  ".NET Framework": DOTNET,
  applications: APPLICATIONS,
  "odd turns": ODDS,
  "names and builds seldom seen": REVIEW,
  "what cannot be known": UNKNOWN,
};
