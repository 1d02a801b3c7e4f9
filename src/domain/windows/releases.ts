import type { Architecture } from "../fleet/inventory.ts";

/**
 * The Windows releases that MSRC serves, one row each. A new release is one row here (and one in the test's table).
 * Names are MSRC's in the spelling of `normalizeProductName`; `#` stands for the architecture.
 */
export interface WindowsRelease {
  readonly build: number;
  /** builds with one family share their cumulative updates: one KB, one revision count */
  readonly family: string;
  /** absent: there is no client of this build that MSRC serves */
  readonly client?: string;
  readonly server?: string;
  readonly core?: string;
  /** where hotpatched devices have a product of their own beside the ordinary one */
  readonly hotpatchCore?: string;
  /** software ids (the part after `-_-`) of the client and of the server */
  readonly clientId?: string;
  readonly serverId?: string;
}

/** Windows 10 and Windows Server 2016 changed servicing: one cumulative update a month. Builds below have rollups and security-only updates. */
export const FIRST_CUMULATIVE_BUILD = 10240;

const CORE = " (Server Core installation)";

function client(build: number, family: string, name: string, clientId: string): WindowsRelease {
  return { build, family, client: `${name} for #`, clientId };
}

function server(build: number, family: string, name: string, serverId: string): WindowsRelease {
  return { build, family, server: name, core: name + CORE, serverId };
}

/** Windows 10 1709 to 20H2, whose server was Server Core only. */
function semiAnnual(build: number, family: string, version: string): WindowsRelease {
  const core = `Windows Server, Version ${version}${CORE}`;
  return { ...client(build, family, `Windows 10 Version ${version}`, "windows_10"), core, serverId: "windows_server" };
}

export const RELEASES: readonly WindowsRelease[] = [
  ...[6002, 6003].map((build) => ({
    build,
    family: "6003",
    server: "Windows Server 2008 for # Service Pack 2",
    core: `Windows Server 2008 for # Service Pack 2${CORE}`,
    serverId: "windows_server_2008",
  })),
  {
    build: 7601,
    family: "7601",
    client: "Windows 7 for # Service Pack 1",
    server: "Windows Server 2008 R2 for # Service Pack 1",
    core: `Windows Server 2008 R2 for # Service Pack 1${CORE}`,
    clientId: "windows_7",
    serverId: "windows_server_2008_r2",
  },
  server(9200, "9200", "Windows Server 2012", "windows_server_2012"),
  { ...server(9600, "9600", "Windows Server 2012 R2", "windows_server_2012_r2"), client: "Windows 8.1 for #", clientId: "windows_8.1" },
  client(10240, "10240", "Windows 10", "windows_10"),
  client(10586, "10586", "Windows 10 Version 1511", "windows_10"),
  {
    ...server(14393, "14393", "Windows Server 2016", "windows_server_2016"),
    client: "Windows 10 Version 1607 for #",
    clientId: "windows_10",
  },
  client(15063, "15063", "Windows 10 Version 1703", "windows_10"),
  semiAnnual(16299, "16299", "1709"),
  semiAnnual(17134, "17134", "1803"),
  {
    ...server(17763, "17763", "Windows Server 2019", "windows_server_2019"),
    client: "Windows 10 Version 1809 for #",
    clientId: "windows_10",
  },
  semiAnnual(18362, "18362", "1903"),
  semiAnnual(18363, "18362", "1909"),
  semiAnnual(19041, "19041", "2004"),
  semiAnnual(19042, "19041", "20H2"),
  client(19043, "19041", "Windows 10 Version 21H1", "windows_10"),
  client(19044, "19041", "Windows 10 Version 21H2", "windows_10"),
  client(19045, "19041", "Windows 10 Version 22H2", "windows_10"),
  {
    ...server(20348, "20348", "Windows Server 2022", "windows_server_2022"),
    hotpatchCore: "Windows Server 2022 Azure Edition Core Hotpatch",
  },
  client(22000, "22000", "Windows 11 Version 21H2", "windows_11"),
  client(22621, "22621", "Windows 11 Version 22H2", "windows_11"),
  client(22631, "22621", "Windows 11 Version 23H2", "windows_11"),
  { build: 25398, family: "25398", core: `Windows Server 2022, 23H2 Edition${CORE}`, serverId: "windows_server_2022" },
  {
    ...server(26100, "26100", "Windows Server 2025", "windows_server_2025"),
    client: "Windows 11 Version 24H2 for #",
    clientId: "windows_11",
  },
  client(26200, "26100", "Windows 11 Version 25H2", "windows_11"),
  client(28000, "28000", "Windows 11 Version 26H1", "windows_11"),
];

const BY_BUILD: ReadonlyMap<number, WindowsRelease> = new Map(RELEASES.map((release) => [release.build, release]));

/** The release of a build number, or undefined for a build that MSRC does not serve (insider builds, typing errors). */
export function releaseOfBuild(build: number): WindowsRelease | undefined {
  return BY_BUILD.get(build);
}

/** MSRC's words for an architecture. */
export const ARCHITECTURE_NAMES: Readonly<Record<Architecture, string>> = {
  x64: "x64-based Systems",
  x86: "32-bit Systems",
  arm64: "ARM64-based Systems",
  ia64: "Itanium-based Systems",
};
