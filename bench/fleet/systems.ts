import type { Chance } from "../../sample/seeded-chance.ts";
import type { Catalog } from "../../src/domain/catalog/catalog.ts";
import type { InstallationType, OperatingSystem } from "../../src/domain/fleet/inventory.ts";
import { identifySystem } from "../../src/domain/windows/operating-system.ts";

/** Systems by how common they are in a large fleet of today, in parts of a thousand. docs/scale.md says the same in words. */
const MIX: readonly (readonly [share: number, build: number, caption: string, type: InstallationType])[] = [
  [170, 19045, "Microsoft Windows 10", "Client"],
  [30, 19044, "Microsoft Windows 10 Enterprise LTSC", "Client"],
  [25, 17763, "Microsoft Windows 10 Enterprise LTSC", "Client"],
  [10, 14393, "Microsoft Windows 10 Enterprise 2016 LTSB", "Client"],
  [15, 22000, "Microsoft Windows 11", "Client"],
  [60, 22621, "Microsoft Windows 11", "Client"],
  [170, 22631, "Microsoft Windows 11", "Client"],
  [210, 26100, "Microsoft Windows 11", "Client"],
  [60, 26200, "Microsoft Windows 11", "Client"],
  [45, 14393, "Microsoft Windows Server 2016", "Server"],
  [55, 17763, "Microsoft Windows Server 2019", "Server"],
  [10, 17763, "Microsoft Windows Server 2019", "Server Core"],
  [50, 20348, "Microsoft Windows Server 2022", "Server"],
  [20, 20348, "Microsoft Windows Server 2022", "Server Core"],
  [25, 26100, "Microsoft Windows Server 2025", "Server"],
  [10, 26100, "Microsoft Windows Server 2025", "Server Core"],
  [25, 9600, "Microsoft Windows Server 2012 R2", "Server"],
  [10, 7601, "Microsoft Windows 7", "Client"],
];

/** Nobody can speak for these: out of service, and a build that no release has. */
const UNASSESSABLE: readonly OperatingSystem[] = [
  { caption: "Microsoft Windows XP Professional", version: "5.1", build: 2600, architecture: "x86" },
  { caption: "Microsoft Windows Server 2003 Standard", version: "5.2", build: 3790, architecture: "x86" },
  { caption: "Microsoft Windows 11 Pro Insider Preview", version: "10.0", build: 29_500, architecture: "x64" },
];

/** Machines of the clients by their processor: one in twenty is ARM, of the releases that have it. */
const FIRST_BUILD_ON_ARM = 17134;

/** A system of which the catalog knows updates, without its revision. */
export function drawSystem(catalog: Catalog, chance: Chance): OperatingSystem {
  for (;;) {
    const [build, caption, installationType] = fromMix(chance);
    const architecture = installationType === "Client" && build >= FIRST_BUILD_ON_ARM && chance.percent(5) ? "arm64" : "x64";
    const os: OperatingSystem = { caption, version: versionOf(build), build, installationType, architecture };
    const system = identifySystem(os);
    if (system.status === "supported" && catalog.product(system.productName) !== undefined) return os;
  }
}

export function drawUnassessable(chance: Chance): OperatingSystem {
  const os = UNASSESSABLE[chance.below(UNASSESSABLE.length)] as OperatingSystem;
  return { ...os, ubr: 1 + chance.below(2000) };
}

function versionOf(build: number): string {
  return build === 7601 ? "6.1" : build === 9600 ? "6.3" : "10.0";
}

function fromMix(chance: Chance): readonly [build: number, caption: string, type: InstallationType] {
  let place = chance.below(MIX.reduce((sum, [share]) => sum + share, 0));
  for (const [share, ...system] of MIX) {
    place -= share;
    if (place < 0) return system;
  }
  throw new Error("the shares add up to all");
}
