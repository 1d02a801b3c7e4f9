import type { System } from "./updates.ts";

/** Devices of one kind, and how well they are looked after. */
export interface Batch {
  readonly devices: number;
  readonly system: System;
  readonly caption: string;
  readonly displayVersion?: string;
  readonly installationType: "Client" | "Server" | "Server Core";
  readonly care: keyof typeof cares;
}

/** Of a hundred devices so many are current, one month behind, two, three, four, far behind, never patched. */
export const cares: Readonly<Record<"prompt" | "usual" | "slow", readonly number[]>> = {
  prompt: [66, 20, 5, 3, 2, 3, 1],
  usual: [48, 28, 9, 5, 4, 5, 1],
  slow: [34, 30, 12, 7, 6, 8, 3],
};

const [client, server, core] = ["Client", "Server", "Server Core"] as const;
const [windows11, windows10, windowsServer] = ["Microsoft Windows 11", "Microsoft Windows 10", "Microsoft Windows Server"];

export const estate: readonly Batch[] = [
  { devices: 44, system: "w24", caption: `${windows11} Enterprise`, displayVersion: "24H2", installationType: client, care: "prompt" },
  { devices: 65, system: "w24", caption: `${windows11} Pro`, displayVersion: "24H2", installationType: client, care: "usual" },
  { devices: 52, system: "w23", caption: `${windows11} Enterprise`, displayVersion: "23H2", installationType: client, care: "usual" },
  { devices: 30, system: "w10", caption: `${windows10} Enterprise`, displayVersion: "22H2", installationType: client, care: "usual" },
  { devices: 25, system: "w10", caption: `${windows10} Pro`, displayVersion: "22H2", installationType: client, care: "slow" },
  {
    devices: 20,
    system: "s22",
    caption: `${windowsServer} 2022 Standard`,
    displayVersion: "21H2",
    installationType: server,
    care: "usual",
  },
  {
    devices: 14,
    system: "s22",
    caption: `${windowsServer} 2022 Datacenter Azure Edition`,
    displayVersion: "21H2",
    installationType: core,
    care: "prompt",
  },
  { devices: 18, system: "s19", caption: `${windowsServer} 2019 Standard`, installationType: server, care: "usual" },
  { devices: 8, system: "s19", caption: `${windowsServer} 2019 Datacenter`, installationType: core, care: "usual" },
  { devices: 12, system: "s16", caption: `${windowsServer} 2016 Standard`, installationType: server, care: "slow" },
  { devices: 3, system: "s16", caption: `${windowsServer} 2016 Standard`, installationType: core, care: "slow" },
];

export interface Site {
  readonly name: string;
  readonly short: string;
  /** of a hundred devices */
  readonly share: number;
}

export const sites: readonly Site[] = [
  { name: "Paris", short: "par", share: 40 },
  { name: "London", short: "lon", share: 28 },
  { name: "Berlin", short: "ber", share: 20 },
  { name: "Lisbon", short: "lis", share: 12 },
];

/** What servers are for; one after the other gets the next. */
export const serverRoles = ["dc", "file", "sql", "web", "app", "print"] as const;

/** Devices that nobody can answer for: the list could not be read, the build is unknown, the system is out of support. */
export const oddDevices: readonly { readonly name: string; readonly os: object; readonly installedKbs: readonly string[] | null }[] = [
  ...["par-kiosk-01", "par-kiosk-02", "lon-kiosk-01", "ber-kiosk-01"].map((name) => ({
    name,
    os: { caption: `${windows10} Pro`, build: 19045, displayVersion: "22H2", installationType: client, architecture: "x64" },
    installedKbs: null,
  })),
  {
    name: "lis-srv-file-90",
    os: { caption: `${windowsServer} 2019 Standard`, build: 17763, installationType: server, architecture: "x64" },
    installedKbs: null,
  },
  {
    name: "par-lab-01",
    os: { caption: `${windows11} Pro Insider Preview`, build: 27965, ubr: 1, installationType: client, architecture: "x64" },
    installedKbs: [],
  },
  ...["lon-till-01", "ber-till-01"].map((name) => ({
    name,
    os: { caption: "Microsoft Windows XP Professional", version: "5.1", build: 2600, installationType: client, architecture: "x86" },
    installedKbs: ["KB4012598"],
  })),
  {
    name: "par-srv-app-91",
    os: {
      caption: "Microsoft Windows Server 2003 Standard Edition",
      version: "5.2",
      build: 3790,
      installationType: server,
      architecture: "x86",
    },
    installedKbs: ["KB4012598"],
  },
];
