import type { Architecture, OperatingSystem } from "../fleet/inventory.ts";
import { ARCHITECTURE_NAMES, FIRST_CUMULATIVE_BUILD, RELEASES, releaseOfBuild, type WindowsRelease } from "./releases.ts";

/** The operating system of a device, in MSRC's terms. */
export type IdentifiedSystem =
  | {
      readonly status: "supported";
      readonly build: number;
      readonly release: WindowsRelease;
      readonly role: Role;
      readonly architecture: Architecture;
      /** normalised MSRC product name */
      readonly productName: string;
      readonly softwareId: string;
      /** what had to be assumed because the inventory does not say it */
      readonly assumptions: readonly string[];
      /** client or server is an assumption, and the build exists as both */
      readonly roleIsAssumed: boolean;
    }
  | { readonly status: "unsupported" | "unknown"; readonly reason: string };

/** An operating system that MSRC serves. */
export type SupportedSystem = Extract<IdentifiedSystem, { status: "supported" }>;

export type Role = "client" | "server" | "core";

/**
 * Finds out what a device runs, by build and caption; labels are localised and prove nothing.
 * `unsupported` for what Microsoft stopped serving before its CVRF documents begin; `unknown` where the facts do not settle it.
 */
export function identifySystem(os: OperatingSystem): IdentifiedSystem {
  const caption = os.caption ?? "";
  if (os.build === undefined) return { status: "unknown", reason: "the inventory names no build of Windows" };
  const retired = retiredSystem(os, caption);
  if (retired !== undefined)
    return { status: "unsupported", reason: `${retired} is no longer served by Microsoft, and MSRC's documents do not cover it` };
  const release = releaseOfBuild(os.build);
  if (release === undefined) return { status: "unknown", reason: `build ${os.build} belongs to no Windows release that MSRC serves` };
  const assumptions: string[] = [];
  const role = roleOf(os, caption, release, assumptions);
  const architecture = os.architecture ?? assumeX64(assumptions);
  const template = release[role];
  const softwareId = role === "client" ? release.clientId : release.serverId;
  if (template === undefined || softwareId === undefined) {
    return { status: "unknown", reason: `build ${os.build} is not known as a ${ROLE_WORDS[role]}` };
  }
  const productName = template.replace("#", ARCHITECTURE_NAMES[architecture]);
  const roleIsAssumed = isRoleOpen(os, caption, release);
  return { status: "supported", build: os.build, release, role, architecture, productName, softwareId, assumptions, roleIsAssumed };
}

const ROLE_WORDS: Readonly<Record<Role, string>> = { client: "client", server: "server", core: "server without desktop" };

/** The name of a system that went out of service before MSRC's documents begin, by version and build; undefined for the others. */
function retiredSystem(os: OperatingSystem, caption: string): string | undefined {
  const build = os.build ?? 0;
  if (build < 6000) return RETIRED_BY_VERSION.get(os.version ?? "") ?? RETIRED_BY_BUILD.get(build) ?? "Windows before Vista";
  const isClient = os.installationType === undefined ? !isServerCaption(caption) : os.installationType === "Client";
  if (build <= 6003 && (isClient || /vista/i.test(caption))) return "Windows Vista";
  const isNamedClient = isClient && (caption !== "" || os.installationType !== undefined);
  return build === 9200 && isNamedClient ? "Windows 8" : BEFORE_SERVICE_PACK.get(build);
}

const RETIRED_BY_VERSION: ReadonlyMap<string, string> = new Map([
  ["5.0", "Windows 2000"],
  ["5.1", "Windows XP"],
  ["5.2", "Windows Server 2003 or XP x64"],
]);

const RETIRED_BY_BUILD: ReadonlyMap<number, string> = new Map([
  [2195, "Windows 2000"],
  [2600, "Windows XP"],
  [3790, "Windows Server 2003 or XP x64"],
]);

/** Builds whose service pack is the oldest that MSRC's documents cover. */
const BEFORE_SERVICE_PACK: ReadonlyMap<number, string> = new Map([
  [6000, "Windows Server 2008 before Service Pack 2"],
  [6001, "Windows Server 2008 before Service Pack 2"],
  [7600, "Windows 7 or Server 2008 R2 before Service Pack 1"],
]);

/** "Windows Serverr 2003" and "Windows Server® 2008" are both seen; no language translates the word. */
function isServerCaption(caption: string): boolean {
  return /server|Azure Local|Azure Stack HCI/i.test(caption);
}

/**
 * A caption with only what tells systems apart: editions, languages and the maker's name tell nothing. Of any caption this gives the same system
 * and the same parts of it.
 */
export function tellingCaption(caption: string): string {
  if (caption === "") return "";
  const words = [isServerCaption(caption) ? "Server" : "", /vista/i.test(caption) ? "Vista" : "", isLongTermCaption(caption) ? "LTSC" : ""];
  return ["Windows", ...words.filter((word) => word !== "")].join(" ");
}

/** Editions that are served for ten years, and come without some parts. */
export function isLongTermCaption(caption: string): boolean {
  return /\bLTS[BC]\b/.test(caption);
}

function roleOf(os: OperatingSystem, caption: string, release: WindowsRelease, assumptions: string[]): Role {
  const isServer = os.installationType === undefined ? isServerCaption(caption) : os.installationType !== "Client";
  if (os.installationType === "Server Core") return "core";
  if (isServer || release.client === undefined) return release.server === undefined ? "core" : "server";
  if (isRoleOpen(os, caption, release)) {
    assumptions.push("the inventory does not say whether this is a client or a server: taken for a client");
  }
  return "client";
}

function isRoleOpen(os: OperatingSystem, caption: string, release: WindowsRelease): boolean {
  return os.installationType === undefined && caption === "" && release.client !== undefined && release.server !== undefined;
}

function assumeX64(assumptions: string[]): Architecture {
  assumptions.push("the inventory does not name the architecture: taken for x64");
  return "x64";
}

/** A Windows product name taken apart: which software it is and how it is serviced. */
export interface NamedRelease {
  readonly softwareId: string;
  readonly line: { readonly family: string; readonly cumulative: boolean };
}

const BY_NAME: ReadonlyMap<string, NamedRelease> = new Map(RELEASES.flatMap(namesOf));

/** The release behind a normalised MSRC product name (`Windows Server 2022 (Server Core installation)`), or undefined. */
export function releaseOfName(name: string): NamedRelease | undefined {
  return BY_NAME.get(name);
}

function namesOf(release: WindowsRelease): (readonly [string, NamedRelease])[] {
  const line = { family: release.family, cumulative: release.build >= FIRST_CUMULATIVE_BUILD };
  const client = spellings(release.client).map((name) => [name, { softwareId: release.clientId ?? "windows", line }] as const);
  const servers = [release.server, release.core, release.hotpatchCore].flatMap(spellings);
  return [...client, ...servers.map((name) => [name, { softwareId: release.serverId ?? "windows_server", line }] as const)];
}

function spellings(template: string | undefined): string[] {
  if (template === undefined) return [];
  if (!template.includes("#")) return [template];
  return Object.values(ARCHITECTURE_NAMES).map((architecture) => template.replace("#", architecture));
}

const CUMULATIVE_FAMILIES: ReadonlySet<string> = new Set(
  RELEASES.filter((release) => release.build >= FIRST_CUMULATIVE_BUILD).map((release) => release.family),
);

/** Whether a family of builds is serviced by cumulative updates (Windows 10, Server 2016 and later). */
export function releaseFamilyIsCumulative(family: string): boolean {
  return CUMULATIVE_FAMILIES.has(family);
}
