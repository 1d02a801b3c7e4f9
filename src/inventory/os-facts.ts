import type { Architecture, InstallationType } from "../domain/fleet/inventory.ts";
import { LIMITS } from "./limits.ts";

/** Windows builds are 16-bit numbers so far; what is above this is a typing error or an attack, and never stored. */
const LARGEST = 999_999;

/** Whether a number can be a build or an update build revision. */
export function isBuildNumber(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= LARGEST;
}

/** The parts of a version as Windows prints it: `10.0`, `10.0.19045` or `10.0.19045.2965`. */
export interface VersionParts {
  readonly version: string;
  readonly build?: number;
  readonly ubr?: number;
}

/** Takes `10.0.19045.2965` apart; undefined where it is no version of Windows. */
export function parseOsVersion(text: string): VersionParts | undefined {
  const match = /^(\d{1,2}\.\d{1,2})(?:\.(\d{1,6})(?:\.(\d{1,6}))?)?$/.exec(text.trim());
  if (match?.[1] === undefined) return undefined;
  return {
    version: match[1],
    ...(match[2] === undefined ? {} : { build: Number(match[2]) }),
    ...(match[3] === undefined ? {} : { ubr: Number(match[3]) }),
  };
}

/** Reads `x64-based PC`, `X86-based PC`, `ARM64-based PC`, `x64-basierter PC`, `64-bit`, `64 бит`, `ARM 64-bit Processor`, `x86_64`, `AMD64`. */
export function architectureFrom(text: string): Architecture | undefined {
  const lower = text.toLowerCase();
  if (/itanium|ia-?64/.test(lower)) return "ia64";
  if (/arm ?64|aarch64|arm 64/.test(lower)) return "arm64";
  if (/\b(?:x64|amd64|x86_64)\b/.test(lower)) return "x64";
  if (/\b(?:x86|i[3-6]86)\b/.test(lower)) return "x86";
  return architectureOfBits(lower);
}

/** `64-bit` in any language; only 64-bit ARM says so beside it. */
function architectureOfBits(text: string): Architecture | undefined {
  const bits = /^(?:arm )?(32|64)(?!\d)/.exec(text.trim())?.[1];
  if (bits === undefined || text.startsWith("arm")) return undefined;
  return bits === "64" ? "x64" : "x86";
}

/** `Client`, `Server`, `Server Core` as the registry's InstallationType spells them; `Nano Server` has no desktop either. */
export function installationTypeFrom(text: string): InstallationType | undefined {
  switch (text.trim().toLowerCase()) {
    case "client":
      return "Client";
    case "server":
      return "Server";
    case "server core":
    case "nano server":
      return "Server Core";
    default:
      return undefined;
  }
}

/** Client or server by caption: no language translates the word. Whether a server has a desktop cannot be seen in it. */
export function installationTypeByCaption(caption: string): InstallationType {
  return /server|Azure Local|Azure Stack HCI/i.test(caption) ? "Server" : "Client";
}

/** What is said of a server whose files do not tell whether it has a desktop. */
export const DESKTOP_ASSUMED = "systeminfo does not tell whether a server has a desktop: taken for one that has";

/**
 * A caption without what code pages and fonts did to it: no-break spaces (U+FFFD where the code page is unknown), `Microsoft(R) Windows(R)`,
 * `Microsoftr Windowsr Serverr` (an ® of code page 1252 read as ASCII), a mangled `Майкрософт` in front of Windows.
 */
export function cleanCaption(caption: string): string {
  return caption
    .slice(0, LIMITS.otherText)
    .replace(/\uFFFD+(?=[A-Za-z0-9])/g, " ")
    .replace(/\uFFFD|®|\(R\)|™|\(TM\)/g, "")
    .replace(/\b(Microsoft|Windows|Server)r(?![a-z])/g, "$1")
    .replace(/[\s\u00A0\u202F]+/g, " ")
    .trim();
}
