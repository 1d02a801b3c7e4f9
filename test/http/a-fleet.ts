import type { CvrfRows } from "../fixtures/cvrf/build-cvrf.ts";
import { anInventory } from "./a-server.ts";

/** A small fleet of which every usual question has an answer that is neither nothing nor everything. */
export const fleetTime = "2026-03-31T12:00:00.000Z";

const client = "Windows 10 Version 22H2 for x64-based Systems";
const server = "Windows Server 2022";
const vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";

/** Two months, made up: real KBs and builds, with CVE ids of several years as clients ask for them. */
export const fleetDocuments: readonly CvrfRows[] = [
  {
    id: "2026-Feb",
    initialRelease: "2026-02-10",
    vulnerabilities: [
      {
        cve: "CVE-2019-0608",
        severity: "Important",
        cvss: { score: 4.3, vector },
        fixes: [{ kb: "5075912", products: [client], fixedBuild: "10.0.19045.6937" }],
      },
      {
        cve: "CVE-2021-1111",
        severity: "Important",
        cvss: { score: 7.8, vector },
        fixes: [{ kb: "5075912", products: [client], fixedBuild: "10.0.19045.6937" }],
      },
      {
        cve: "CVE-2021-2222",
        severity: "Critical",
        exploited: true,
        cvss: { score: 9.8, vector },
        fixes: [
          { kb: "5075912", products: [client], fixedBuild: "10.0.19045.6937" },
          { kb: "5075906", products: [server], fixedBuild: "10.0.20348.4773" },
        ],
      },
    ],
  },
  {
    id: "2026-Mar",
    initialRelease: "2026-03-10",
    vulnerabilities: [
      {
        cve: "CVE-2026-0001",
        severity: "Important",
        cvss: { score: 7.1, vector },
        fixes: [
          { kb: "5078885", products: [client], supersedes: "5075912", fixedBuild: "10.0.19045.7058" },
          { kb: "5078766", products: [server], supersedes: "5075906", fixedBuild: "10.0.20348.4893" },
        ],
      },
      // an advisory is no CVE, and counts nowhere
      { cve: "ADV260001", severity: "Important", fixes: [{ kb: "5078885", products: [client], fixedBuild: "10.0.19045.7058" }] },
    ],
  },
];

/** 40 hex digits of one, for tests to recognise. */
export const idOf = (digit: string): string => digit.repeat(40);

const windows = (caption: string, build: number, ubr: number, more: object = {}): object => ({
  os: { caption, version: `10.0.${build}`, build, ubr, architecture: "x64", ...more },
});
const serverOs = (ubr: number): object =>
  windows("Microsoft Windows Server 2022 Standard", 20348, ubr, { displayVersion: "21H2", installationType: "Server" });

/** A group whose number is 1234, as in the samples. */
export const groupTag = "group:g-thflln";

/** What a device has: ids in the order of the names. */
export const fleetDevices: readonly object[] = [
  anInventory("mymachine1.contoso.example", 5000, {
    deviceId: idOf("1"),
    collectedAt: "2026-03-31T08:44:00Z",
    tags: ["ExampleTag", "testTag"],
    ipAddresses: ["10.248.240.38"],
    software: [{ vendor: "Google LLC", name: "Google Chrome", version: "146.0.1" }],
  }),
  anInventory("mymachine2.contoso.example", 6937, { deviceId: idOf("2"), tags: ["testTag2", "x"], ipAddresses: ["10.248.240.39"] }),
  anInventory("pc-3", 7058, { deviceId: idOf("3"), installedKbs: ["5078885"], tags: [groupTag] }),
  anInventory("srv-4", 0, { deviceId: idOf("4"), ...serverOs(4700), tags: [groupTag, "servers"] }),
  anInventory("srv-5", 0, { deviceId: idOf("5"), ...serverOs(4893), installedKbs: ["5078766"] }),
  // not seen for months
  anInventory("away-6", 5000, { deviceId: idOf("6"), collectedAt: "2025-12-01T08:15:00Z" }),
];

/** Devices that nobody can speak for. */
export const xp: object = anInventory("xp-7", 0, {
  deviceId: idOf("7"),
  os: { caption: "Microsoft Windows XP Professional", version: "5.1.2600", build: 2600, architecture: "x86" },
});
export const odd: object = anInventory("odd-8", 0, {
  deviceId: idOf("8"),
  ...windows("Microsoft Windows 11 Pro Insider Preview", 31000, 1000),
});
export const listless: object = anInventory("listless-9", 0, {
  deviceId: idOf("9"),
  ...windows("Microsoft Windows 10 Pro", 19045, 0, { ubr: undefined }),
  installedKbs: null,
});
