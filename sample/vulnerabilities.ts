import { type Month, type System, systems } from "./updates.ts";

/** A CVE as MSRC describes it: true and public facts. */
export interface SampleVulnerability {
  readonly cve: string;
  readonly title: string;
  readonly severity: string;
  readonly cvss: { readonly score: number; readonly vector: string };
  /** the systems whose update of the month fixes it */
  readonly systems: readonly System[];
  /** the updates of applications that fix it */
  readonly kbs: readonly string[];
  readonly exploited: boolean;
  readonly disclosed: boolean;
  /** absent: on the document's own day */
  readonly published?: string;
  /** false: the month's hotpatches do not fix it */
  readonly isHotpatched: boolean;
}

/** A few of each month: id | title | severity | CVSS | what fixes it | marks. */
const tables: Readonly<Record<Month, string>> = {
  "2025-Nov": `
CVE-2025-60724 | GDI+ Remote Code Execution | Critical | 9.8 AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H | all
CVE-2025-62215 | Windows Kernel Elevation of Privilege | Important | 7.0 AV:L/AC:H/PR:L/UI:N/S:U/C:H/I:H/A:H/E:F | w10 w23 w24 s19 s22 | exploited
CVE-2025-60716 | DirectX Graphics Kernel Elevation of Privilege | Critical | 7.0 AV:L/AC:H/PR:L/UI:N/S:U/C:H/I:H/A:H | w10 w23 w24 s19 s22
CVE-2025-60704 | Windows Kerberos Elevation of Privilege | Important | 7.5 AV:N/AC:H/PR:N/UI:R/S:U/C:H/I:H/A:H | all
CVE-2025-62452 | Windows Routing and Remote Access Service (RRAS) Remote Code Execution | Important | 8.0 AV:N/AC:L/PR:L/UI:R/S:U/C:H/I:H/A:H | all
CVE-2025-60709 | Windows Common Log File System Driver Elevation of Privilege | Important | 7.8 AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H | all
CVE-2025-60713 | Windows Routing and Remote Access Service (RRAS) Elevation of Privilege | Important | 7.8 AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H | s16 s19 s22
CVE-2025-62199 | Microsoft Office Remote Code Execution | Critical | 7.8 AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H | KB5002809
CVE-2025-62200 | Microsoft Excel Remote Code Execution | Important | 7.8 AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H | KB5002811
CVE-2025-59499 | Microsoft SQL Server Elevation of Privilege | Important | 8.8 AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H | KB5068404 KB5068405 KB5068406 KB5068407
`,
  "2025-Dec": `
CVE-2025-62221 | Windows Cloud Files Mini Filter Driver Elevation of Privilege | Important | 7.8 AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H | w10 w23 w24 s19 s22 | exploited
CVE-2025-54100 | PowerShell Remote Code Execution | Important | 7.8 AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H | all | disclosed no-hotpatch
CVE-2025-62549 | Windows Routing and Remote Access Service (RRAS) Remote Code Execution | Important | 8.8 AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H | all
CVE-2025-62456 | Windows Resilient File System (ReFS) Remote Code Execution | Important | 8.8 AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H | w23 w24 s22
CVE-2025-62470 | Windows Common Log File System Driver Elevation of Privilege | Important | 7.8 AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H | all
CVE-2025-62455 | Microsoft Message Queuing (MSMQ) Elevation of Privilege | Important | 7.8 AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H | w10 s16 s19
CVE-2025-64661 | Windows Shell Elevation of Privilege | Important | 7.8 AV:L/AC:H/PR:L/UI:N/S:C/C:H/I:H/A:H | all
CVE-2025-62554 | Microsoft Office Remote Code Execution | Critical | 8.4 AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H | KB5002819
CVE-2025-62558 | Microsoft Word Remote Code Execution | Important | 7.8 AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H | KB5002806
CVE-2025-62560 | Microsoft Excel Remote Code Execution | Important | 7.8 AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H | KB5002820
`,
  "2026-Jan": `
CVE-2026-20805 | Desktop Window Manager Information Disclosure | Important | 5.5 AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:N | all | exploited
CVE-2026-20821 | Remote Procedure Call Information Disclosure | Important | 6.2 AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N | all
CVE-2026-20822 | Windows Graphics Component Elevation of Privilege | Critical | 7.8 AV:L/AC:H/PR:L/UI:N/S:C/C:H/I:H/A:H | all
CVE-2026-20842 | Microsoft DWM Core Library Elevation of Privilege | Important | 7.0 AV:L/AC:H/PR:L/UI:N/S:U/C:H/I:H/A:H | w10 w23 w24 s22
CVE-2026-20854 | Windows Local Security Authority Subsystem Service (LSASS) Remote Code Execution | Critical | 7.5 AV:N/AC:H/PR:L/UI:N/S:U/C:H/I:H/A:H | w24
CVE-2026-20919 | Windows SMB Server Elevation of Privilege | Important | 7.5 AV:N/AC:H/PR:L/UI:N/S:U/C:H/I:H/A:H | all
CVE-2023-31096 | Windows Agere Soft Modem Driver Elevation of Privilege | Important | 7.8 AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H/E:F | all | disclosed
CVE-2026-20876 | Windows Virtualization-Based Security (VBS) Enclave Elevation of Privilege | Critical | 6.7 AV:L/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H | w23 w24
CVE-2026-20833 | Windows Kerberos Information Disclosure | Important | 5.5 AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:N | s16 s19 s22
CVE-2026-20953 | Microsoft Office Remote Code Execution | Critical | 8.4 AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H | KB5002826
CVE-2026-20957 | Microsoft Excel Remote Code Execution | Critical | 7.8 AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H | KB5002831
CVE-2026-20948 | Microsoft Word Remote Code Execution | Important | 7.8 AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H | KB5002829
CVE-2026-21509 | Microsoft Office Security Feature Bypass | Important | 7.8 AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H/E:F | KB5002713 | exploited 2026-01-26T08:00:00
CVE-2026-20803 | Microsoft SQL Server Elevation of Privilege | Important | 7.2 AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H | KB5072936 KB5073031
`,
  "2026-Feb": `
CVE-2026-21232 | Windows HTTP.sys Elevation of Privilege | Important | 7.8 AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H | w23 w24
CVE-2026-21249 | Windows NTLM Spoofing | Important | 3.3 AV:L/AC:L/PR:N/UI:R/S:U/C:L/I:N/A:N | all
CVE-2026-21510 | Windows Shell Security Feature Bypass | Important | 8.8 AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H/E:F | all | exploited disclosed
CVE-2026-21513 | MSHTML Framework Security Feature Bypass | Important | 8.8 AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H | all | exploited disclosed
CVE-2026-21519 | Desktop Window Manager Elevation of Privilege | Important | 7.8 AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H | all | exploited
CVE-2026-21525 | Windows Remote Access Connection Manager Denial of Service | Moderate | 6.2 AV:L/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H | all | exploited
CVE-2026-21533 | Windows Remote Desktop Services Elevation of Privilege | Important | 7.8 AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H/E:F | all | exploited
CVE-2026-21251 | Cluster Client Failover (CCF) Elevation of Privilege | Important | 7.8 AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H | s16 s19 s22
CVE-2026-21259 | Microsoft Excel Elevation of Privilege | Important | 7.8 AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H | KB5002837
CVE-2026-21511 | Microsoft Outlook Spoofing | Important | 7.5 AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N | KB5002839
CVE-2026-21218 | .NET Spoofing | Important | 7.5 AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N | KB5077863 KB5077864
`,
  "2026-Mar": `
CVE-2026-24285 | Win32k Elevation of Privilege | Important | 7.0 AV:L/AC:H/PR:L/UI:N/S:U/C:H/I:H/A:H | all
CVE-2026-24295 | Windows Device Association Service Elevation of Privilege | Important | 7.0 AV:L/AC:H/PR:L/UI:N/S:U/C:H/I:H/A:H | all
CVE-2026-25181 | GDI+ Information Disclosure | Important | 7.5 AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N | all
CVE-2026-26132 | Windows Kernel Elevation of Privilege | Important | 7.8 AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H | w10 w23 w24 s22
CVE-2026-23669 | RPC Runtime Library Remote Code Execution | Important | 8.8 AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H | all
CVE-2026-25177 | Active Directory Domain Services Elevation of Privilege | Important | 8.8 AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H | all
CVE-2026-24283 | Multiple UNC Provider Kernel Driver Elevation of Privilege | Important | 8.8 AV:L/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H | w24
CVE-2026-25190 | GDI Remote Code Execution | Important | 7.8 AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H | all
CVE-2026-26110 | Microsoft Office Remote Code Execution | Critical | 8.4 AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H | KB5002838
CVE-2026-26109 | Microsoft Excel Remote Code Execution | Important | 8.4 AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H | KB5002849
CVE-2026-21262 | SQL Server Elevation of Privilege | Important | 8.8 AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H | KB5077469 KB5077470 KB5077464 KB5077465 | disclosed
CVE-2026-26115 | SQL Server Elevation of Privilege | Important | 8.8 AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H | KB5077469 KB5077470 KB5077464 KB5077465
CVE-2026-26127 | .NET Denial of Service | Important | 7.5 AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H | KB5081278 | disclosed
`,
};

function readRow(row: string): SampleVulnerability {
  const [cve = "", title = "", severity = "", cvss = "", fixes = "", words = ""] = row.split(" | ");
  const [score = "", metrics = ""] = cvss.split(" ");
  const published = /20\d\d-\S+/.exec(words)?.[0];
  return {
    cve,
    title: `${title} Vulnerability`,
    severity,
    cvss: { score: Number(score), vector: `CVSS:3.1/${metrics}${metrics.includes("/E:") ? "" : "/E:U"}/RL:O/RC:C` },
    systems: fixes === "all" ? systemKeys : systemKeys.filter((key) => fixes.split(" ").includes(key)),
    kbs: [...fixes.matchAll(/KB(\d+)/g)].map(([, digits = ""]) => digits),
    exploited: words.includes("exploited"),
    disclosed: words.includes("disclosed"),
    isHotpatched: !words.includes("no-hotpatch"),
    ...(published === undefined ? {} : { published }),
  };
}

const systemKeys = Object.keys(systems) as System[];

export const vulnerabilities: Readonly<Record<Month, readonly SampleVulnerability[]>> = {
  "2025-Nov": rowsOf("2025-Nov"),
  "2025-Dec": rowsOf("2025-Dec"),
  "2026-Jan": rowsOf("2026-Jan"),
  "2026-Feb": rowsOf("2026-Feb"),
  "2026-Mar": rowsOf("2026-Mar"),
};

function rowsOf(month: Month): readonly SampleVulnerability[] {
  return tables[month].trim().split("\n").map(readRow);
}
