/**
 * Writes sample/documents: `node sample/make-documents.ts`.
 * The facts are true and public (MSRC, January to March 2026), but these are a few CVEs of a few products out of hundreds: never judge a real device by them.
 */
import { writeFileSync } from "node:fs";
import { type CvrfRows, cvrfJson, cvrfXml, type FixRow, type VulnerabilityRow } from "../test/fixtures/cvrf/build-cvrf.ts";

const windows11 = ["Windows 11 Version 24H2 for x64-based Systems"];
const windows10 = ["Windows 10 Version 22H2 for x64-based Systems"];
const server2022 = ["Windows Server 2022", "Windows Server 2022 (Server Core installation)"];
const server2019 = ["Windows Server 2019", "Windows Server 2019 (Server Core installation)"];

function fix(kb: string, products: readonly string[], fixedBuild: string, supersedes = "", subType = "Security Update"): FixRow {
  return { kb, products, fixedBuild, subType, ...(supersedes === "" ? {} : { supersedes }) };
}

const hotpatch = "Security Hotpatch Update";
const january = {
  w11: [fix("5074109", windows11, "10.0.26100.7623", "5072033")],
  w10: [fix("5073724", windows10, "10.0.19045.6809", "5071546")],
  s22: [fix("5073457", server2022, "10.0.20348.4648", "5071547")],
  s19: [fix("5073723", server2019, "10.0.17763.8276", "5071544")],
};
const february = {
  w11: [fix("5077181", windows11, "10.0.26100.7840", "5074109"), fix("5077212", windows11, "10.0.26100.7781", "", hotpatch)],
  w10: [fix("5075912", windows10, "10.0.19045.6937", "5073724")],
  s22: [fix("5075906", server2022, "10.0.20348.4773", "5073457"), fix("5075943", server2022, "10.0.20348.4711", "", hotpatch)],
  s19: [fix("5075904", server2019, "10.0.17763.8389")],
};
const march = {
  w11: [fix("5079473", windows11, "10.0.26100.8037", "5077181"), fix("5079420", windows11, "10.0.26100.7979", "5077212", hotpatch)],
  w10: [fix("5078885", windows10, "10.0.19045.7058", "5075912")],
  s22: [fix("5078766", server2022, "10.0.20348.4893", "5075906"), fix("5078737", server2022, "10.0.20348.4830", "5075943", hotpatch)],
  s19: [fix("5078752", server2019, "10.0.17763.8511", "5075904")],
};
type Month = typeof january;
type System = keyof Month;
const everywhere: readonly System[] = ["w11", "w10", "s22", "s19"];

function cve(month: Month, id: string, title: string, severity: string, systems = everywhere, exploited = false): VulnerabilityRow {
  return { cve: id, title: `${title} Vulnerability`, severity, exploited, fixes: systems.flatMap((system) => month[system]) };
}

const documents: readonly CvrfRows[] = [
  {
    id: "2026-Jan",
    title: "January 2026 Security Updates (sample)",
    revision: ["1", "2"],
    initialRelease: "2026-01-13T08:00:00",
    currentRelease: "2026-01-30T03:20:43",
    vulnerabilities: [
      cve(january, "CVE-2026-20805", "Desktop Window Manager Information Disclosure", "Important", everywhere, true),
      cve(january, "CVE-2026-20821", "Remote Procedure Call Information Disclosure", "Important"),
      cve(january, "CVE-2026-20822", "Windows Graphics Component Elevation of Privilege", "Critical"),
      cve(january, "CVE-2026-20842", "Microsoft DWM Core Library Elevation of Privilege", "Important", ["w11", "w10", "s22"]),
      cve(january, "CVE-2026-20854", "Windows Local Security Authority Subsystem Service (LSASS) Remote Code Execution", "Critical", [
        "w11",
      ]),
      cve(january, "CVE-2026-20919", "Windows SMB Server Elevation of Privilege", "Important"),
    ],
  },
  {
    id: "2026-Feb",
    title: "February 2026 Security Updates (sample)",
    revision: ["1", "2"],
    initialRelease: "2026-02-10T08:00:00",
    currentRelease: "2026-03-01T01:01:55",
    vulnerabilities: [
      cve(february, "CVE-2026-21232", "Windows HTTP.sys Elevation of Privilege", "Important", ["w11"]),
      cve(february, "CVE-2026-21249", "Windows NTLM Spoofing", "Important"),
      cve(february, "CVE-2026-21510", "Windows Shell Security Feature Bypass", "Important", everywhere, true),
      cve(february, "CVE-2026-21513", "MSHTML Framework Security Feature Bypass", "Important", everywhere, true),
      cve(february, "CVE-2026-21519", "Desktop Window Manager Elevation of Privilege", "Important", everywhere, true),
      cve(february, "CVE-2026-21525", "Windows Remote Access Connection Manager Denial of Service", "Moderate", everywhere, true),
    ],
  },
  {
    id: "2026-Mar",
    title: "March 2026 Security Updates (sample)",
    initialRelease: "2026-03-10T07:00:00",
    currentRelease: "2026-03-31T01:39:15",
    vulnerabilities: [
      cve(march, "CVE-2026-24285", "Win32k Elevation of Privilege", "Important"),
      cve(march, "CVE-2026-24295", "Windows Device Association Service Elevation of Privilege", "Important"),
      cve(march, "CVE-2026-25181", "GDI+ Information Disclosure", "Important"),
      cve(march, "CVE-2026-26132", "Windows Kernel Elevation of Privilege", "Important", ["w11", "w10", "s22"]),
    ],
  },
];

for (const rows of documents) {
  const [name, text] = rows.id === "2026-Feb" ? ["json", cvrfJson(rows)] : ["xml", cvrfXml(rows)];
  writeFileSync(new URL(`documents/sample-${rows.id.toLowerCase()}.${name}`, import.meta.url), text.endsWith("\n") ? text : `${text}\n`);
}
