/** Writes sample/fleet: `node sample/make-fleet.ts`. Three hundred made-up devices, the same every time; builds and KBs are true, nothing else is. */
import { writeFileSync } from "node:fs";
import { type Batch, cares, estate, oddDevices, type Site, serverRoles, sites } from "./fleet-plan.ts";
import { dotNet, officeMsi, otherSoftware, type Software, sqlServer } from "./fleet-software.ts";
import { Chance } from "./seeded-chance.ts";
import { type Month, months, systems } from "./updates.ts";

/** A line of the file, in patchgap's own format. */
export interface Device {
  readonly schema: "patchgap.inventory/1";
  readonly deviceName: string;
  readonly collectedAt: string;
  readonly os: object;
  readonly installedKbs: readonly string[] | null;
  readonly msiPatchKbs?: readonly string[];
  readonly pendingRestart?: true;
  readonly software?: readonly Software[];
  readonly tags: readonly string[];
  readonly ipAddresses: readonly string[];
}

/** The newest inventory is this old: the day that the newest document was last revised. */
const newest = Date.parse("2026-03-31T11:30:00Z");
const [minuteMs, dayMs] = [60_000, 86_400_000];

/** sample/fleet/sample-company.ndjson, one device a line. */
export function makeFleet(): string {
  const chance = new Chance(20_260_331);
  const numbers = new Map<string, number>();
  const devices = estate.flatMap((batch) => Array.from({ length: batch.devices }, () => makeDevice(batch, chance, numbers)));
  const odd = oddDevices.map(({ name, os, installedKbs }): Device => {
    const site = sites.find(({ short }) => name.startsWith(short));
    return { ...about(`sample-${name}`, chance, 1), os, installedKbs, ...placed(chance, `group:${site?.name}`, "group:Special") };
  });
  return [...devices, ...odd].map((device, index) => `${JSON.stringify(withAddress(device, index))}\n`).join("");
}

function makeDevice(batch: Batch, chance: Chance, numbers: Map<string, number>): Device {
  const site = sites[chance.among(sites.map(({ share }) => share))] as Site;
  const behind = chance.among(cares[batch.care]);
  const isServer = batch.installationType !== "Client";
  const role = isServer ? next(numbers, "role", serverRoles) : chance.percent(70) ? "lt" : "pc";
  const series = `${site.short}-${isServer ? "srv-" : ""}${role}`;
  const number = (numbers.get(series) ?? 0) + 1;
  numbers.set(series, number);
  const month = months[months.length - 1 - behind];
  const { pendingRestart, ...patched } = patches(batch, behind, chance);
  return {
    ...about(`sample-${series}-${String(number).padStart(isServer ? 2 : 3, "0")}`, chance, behind),
    ...patched,
    ...applications(batch, role, month, chance),
    ...(pendingRestart ? { pendingRestart } : {}),
    ...placed(chance, `group:${site.name}`, isServer ? "group:Servers" : "group:Clients", ...(role === "dc" ? ["critical"] : [])),
  };
}

function next<T>(numbers: Map<string, number>, series: string, values: readonly T[]): T {
  const count = numbers.get(series) ?? 0;
  numbers.set(series, count + 1);
  return values[count % values.length] as T;
}

function about(deviceName: string, chance: Chance, behind: number): Pick<Device, "schema" | "deviceName" | "collectedAt"> {
  // Who is far behind was often not seen for long; who is current was seen after the update came.
  const days = chance.percent(75) ? chance.below(2) : behind < 2 ? chance.below(17) : chance.below(45);
  const at = newest - days * dayMs - chance.below(24 * 60) * minuteMs;
  return { schema: "patchgap.inventory/1", deviceName, collectedAt: new Date(at).toISOString().replace(".000", "") };
}

/** What runs, and what the list of hotfixes says. */
function patches(batch: Batch, behind: number, chance: Chance): Pick<Device, "os" | "installedKbs" | "pendingRestart"> {
  const { build, updates, before } = systems[batch.system];
  const { system: _, care: _care, devices: _devices, ...named } = batch;
  const os = (facts: object): object => ({ ...named, architecture: "x64", build, ...facts });
  const month = months[months.length - 1 - behind];
  if (month === undefined) {
    const older = before[behind === months.length ? chance.below(before.length - 1) : before.length - 1];
    return { os: os({ ubr: older?.ubr }), installedKbs: older?.kb === undefined ? [] : [`KB${older.kb}`] };
  }
  const { kb, ubr } = updates[month];
  const former = months[months.indexOf(month) - 1];
  const listed = [`KB${kb}`, ...(former !== undefined && chance.percent(30) ? [`KB${updates[former].kb}`] : [])];
  const { hotpatch } = updates[month];
  if (hotpatch !== undefined && behind < 2 && batch.care === "prompt" && chance.percent(12)) {
    const baseline = updates["2026-Jan"];
    return { os: os({ ubr: hotpatch.ubr, hotpatch: true }), installedKbs: [`KB${hotpatch.kb}`, `KB${baseline.kb}`] };
  }
  if (behind === 1 && chance.percent(20)) {
    return { os: os({ ubr }), installedKbs: [`KB${updates["2026-Mar"].kb}`, ...listed], pendingRestart: true };
  }
  // Older agents do not tell the revision: the list has to do.
  return { os: os(chance.percent(5) ? {} : { ubr }), installedKbs: listed };
}

function applications({ system, installationType }: Batch, role: string, upTo: Month | undefined, chance: Chance): Partial<Device> {
  const isServer = installationType !== "Client";
  const other = otherSoftware(chance, isServer);
  if (role === "sql") return { software: [...other, ...sqlServer(chance, system, upTo)] };
  if ((system === "w10" || system === "w23") && chance.percent(16)) {
    const { software, msiPatchKbs } = officeMsi(chance, upTo);
    return { software: [...other, ...software], ...(msiPatchKbs === undefined ? {} : { msiPatchKbs }) };
  }
  if (system === "w24" && chance.percent(8)) return { software: [...other, ...dotNet(chance)] };
  return other.length === 0 ? {} : { software: other };
}

function placed(chance: Chance, ...groups: readonly string[]): Pick<Device, "tags" | "ipAddresses"> {
  return { tags: ["sample", ...groups, ...(chance.percent(4) ? ["pilot"] : [])], ipAddresses: [] };
}

/** Addresses that the RFCs set aside for examples: nobody has them. */
const networks = ["192.0.2", "198.51.100", "203.0.113"];

function withAddress(device: Device, index: number): Device {
  const address = `${networks[Math.floor(index / 200)]}.${(index % 200) + 10}`;
  return { ...device, ipAddresses: index % 25 === 0 ? [address, `2001:db8::${(index + 16).toString(16)}`] : [address] };
}

if (import.meta.main) writeFileSync(new URL("fleet/sample-company.ndjson", import.meta.url), makeFleet());
