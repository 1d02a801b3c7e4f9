import type { Catalog } from "../src/domain/catalog/catalog.ts";
import type { CatalogUpdate } from "../src/domain/catalog/update.ts";
import type { InstallationType, InstalledSoftware, Inventory, OperatingSystem } from "../src/domain/fleet/inventory.ts";
import { identifySystem } from "../src/domain/windows/operating-system.ts";

/** Systems by how common they are in a large fleet of today, in parts of a thousand. */
const MIX: readonly (readonly [share: number, build: number, caption: string, type: InstallationType])[] = [
  [220, 19045, "Microsoft Windows 10 Pro", "Client"],
  [30, 19044, "Microsoft Windows 10 Enterprise LTSC", "Client"],
  [25, 17763, "Microsoft Windows 10 Enterprise LTSC", "Client"],
  [15, 14393, "Microsoft Windows 10 Enterprise 2016 LTSB", "Client"],
  [80, 22621, "Microsoft Windows 11 Pro", "Client"],
  [180, 22631, "Microsoft Windows 11 Pro", "Client"],
  [200, 26100, "Microsoft Windows 11 Pro", "Client"],
  [20, 22000, "Microsoft Windows 11 Pro", "Client"],
  [45, 14393, "Microsoft Windows Server 2016 Standard", "Server"],
  [60, 17763, "Microsoft Windows Server 2019 Standard", "Server"],
  [50, 20348, "Microsoft Windows Server 2022 Standard", "Server"],
  [20, 20348, "Microsoft Windows Server 2022 Datacenter", "Server Core"],
  [20, 26100, "Microsoft Windows Server 2025 Standard", "Server"],
  [25, 9600, "Microsoft Windows Server 2012 R2 Standard", "Server"],
  [10, 7601, "Microsoft Windows 7 Professional ", "Client"],
];

const SQL: readonly InstalledSoftware[] = [
  { name: "Microsoft SQL Server 2019", version: "15.0.2104.1" },
  { name: "Microsoft SQL Server 2019", version: "15.0.4312.2" },
  { name: "Microsoft SQL Server 2022", version: "16.0.1105.1" },
];

/** Devices that differ in what can change an answer: product, revision, KBs the catalog knows, .NET, applications. Same every time. */
export function makePostures(catalog: Catalog, count: number): Inventory[] {
  const random = seeded(20_260_714);
  const seen = new Set<string>();
  const devices: Inventory[] = [];
  for (let tries = 0; devices.length < count && tries < count * 50; tries++) {
    const device = makeDevice(catalog, random, devices.length);
    const known = (device.installedKbs ?? []).filter((kb) => catalog.indexOfKb(kb) !== undefined).sort();
    const key = JSON.stringify([device.os, known, device.software.filter(({ vendor }) => vendor === undefined)]);
    if (seen.has(key)) continue;
    seen.add(key);
    devices.push(device);
  }
  if (devices.length < count) throw new Error(`only ${devices.length} distinct postures`);
  return devices;
}

type Random = (below: number) => number;

function makeDevice(catalog: Catalog, random: Random, number: number): Inventory {
  const os = makeSystem(catalog, random);
  const system = identifySystem(os);
  const name = system.status === "supported" ? system.productName : "";
  const own = [...(catalog.product(name)?.updates ?? [])].sort((a, b) => a.month - b.month);
  const lag = lagInMonths(random);
  const newest = catalog.newestMonth ?? 0;
  const there = own.filter((update) => update.month <= newest - lag);
  const standing = there.findLast(({ kind, revision }) => (kind === "cumulative" || kind === "rollup") && revision !== null);
  const reported = random(10) < 8 && standing?.revision != null ? { ubr: standing.revision } : {};
  const net = catalog.componentsOn(name).flatMap(({ product, is }) => (is.component.is === "net" ? product.updates : []));
  const netLag = lag + random(4);
  const netThere = net.filter((update) => update.month <= newest - netLag);
  const picked = [
    ...there.slice(-1 - random(there.some(({ kind }) => kind === "single") ? 120 : 3)),
    ...sample(netThere.slice(-12), random),
    ...sample(
      own.filter(({ kind }) => kind === "independent"),
      random,
    ),
  ];
  const isServer = os.installationType !== "Client";
  const software = [
    ...(random(3) === 0 ? [{ name: "Microsoft .NET Framework 4.8.1", version: `4.8.${9032 + random(300)}.0` }] : []),
    ...(isServer && random(4) === 0 ? [SQL[random(SQL.length)] as InstalledSoftware] : []),
    { vendor: "Mozilla", name: "Mozilla Firefox (x64 en-US)", version: `${100 + random(40)}.0` },
    { vendor: "Igor Pavlov", name: "7-Zip 24.08 (x64)", version: "24.08" },
  ];
  return {
    deviceName: `device-${number}`,
    os: { ...os, ...reported },
    installedKbs: [...new Set([...picked.map((update) => idOf(catalog, update)), String(4_000_000 + random(999_999))])],
    msiPatchKbs: null,
    software,
    pendingRestart: false,
    tags: [],
    ipAddresses: [],
    notes: [],
  };
}

function makeSystem(catalog: Catalog, random: Random): OperatingSystem {
  for (;;) {
    const [build, caption, installationType] = pickFromMix(random);
    const architecture = installationType === "Client" && build >= 17134 && random(20) === 0 ? "arm64" : "x64";
    const os: OperatingSystem = { build, caption, installationType, architecture };
    const system = identifySystem(os);
    if (system.status === "supported" && catalog.product(system.productName) !== undefined) return os;
  }
}

function pickFromMix(random: Random): readonly [build: number, caption: string, type: InstallationType] {
  let place = random(MIX.reduce((sum, [share]) => sum + share, 0));
  for (const [share, ...system] of MIX) {
    place -= share;
    if (place < 0) return system;
  }
  throw new Error("the shares add up to all");
}

/** Most devices are at most two months behind, some half a year, a few years. */
function lagInMonths(random: Random): number {
  const place = random(100);
  return place < 60 ? random(3) : place < 90 ? random(12) : random(72);
}

function sample(updates: readonly CatalogUpdate[], random: Random): CatalogUpdate[] {
  return updates.filter(() => random(3) === 0);
}

function idOf(catalog: Catalog, update: CatalogUpdate): string {
  return catalog.content.kbs[update.kb]?.id ?? "";
}

/** A small generator of numbers (mulberry32), so that every run measures the same devices. */
function seeded(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}
