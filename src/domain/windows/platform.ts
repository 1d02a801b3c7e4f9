import type { OperatingSystem } from "../fleet/inventory.ts";
import { identifySystem, type SupportedSystem } from "./operating-system.ts";

/** What a fleet's owner calls the system of a device; null where it cannot be told. */
export interface Platform {
  /** `Windows10`, `WindowsServer2019`: as Defender spells it */
  readonly name: string | null;
  /** `22H2`, `1809`: as Defender's `version` */
  readonly release: string | null;
}

/** Names the system of a device in Defender's words. */
export function platformOf(os: OperatingSystem): Platform {
  const system = identifySystem(os);
  if (system.status !== "supported") return { name: null, release: os.displayVersion ?? null };
  return { name: platformName(system), release: os.displayVersion ?? RELEASES_BY_BUILD.get(system.build) ?? null };
}

/** `windows_server_2012_r2` → `WindowsServer2012R2` */
function platformName({ softwareId }: SupportedSystem): string {
  const words = softwareId.split("_").map((word) => word.slice(0, 1).toUpperCase() + word.slice(1));
  return words.join("");
}

/** Names of releases by build, client and server alike: Microsoft's release information pages. */
const RELEASES_BY_BUILD: ReadonlyMap<number, string> = new Map([
  [10240, "1507"],
  [10586, "1511"],
  [14393, "1607"],
  [15063, "1703"],
  [16299, "1709"],
  [17134, "1803"],
  [17763, "1809"],
  [18362, "1903"],
  [18363, "1909"],
  [19041, "2004"],
  [19042, "20H2"],
  [19043, "21H1"],
  [19044, "21H2"],
  [19045, "22H2"],
  [20348, "21H2"],
  [22000, "21H2"],
  [22621, "22H2"],
  [22631, "23H2"],
  [25398, "23H2"],
  [26100, "24H2"],
  [26200, "25H2"],
  [28000, "26H1"],
]);
