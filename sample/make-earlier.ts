/** Writes sample/earlier: `node sample/make-earlier.ts`. What the company's devices reported in the months before, the same every time; Windows alone. */
import { writeFileSync } from "node:fs";
import { type Device, makeFleet } from "./make-fleet.ts";
import { Chance } from "./seeded-chance.ts";
import { months, type SystemFacts, systems } from "./updates.ts";

/** The days on which the months' updates came, as `months` has them. */
const released = ["2025-11-11", "2025-12-09", "2026-01-13", "2026-02-10", "2026-03-10"].map((day) => Date.parse(day));
const [minuteMs, dayMs] = [60_000, 86_400_000];

interface Os {
  readonly build: number;
  readonly ubr?: number;
  readonly hotpatch?: true;
}

/** sample/earlier/sample-company.ndjson, one report a line, device by device, oldest first. */
export function makeEarlier(): string {
  const devices = makeFleet()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Device);
  return devices
    .flatMap((device, index) => reportsOf(device, new Chance(20_251_111 + index)))
    .map((report) => `${JSON.stringify(report)}\n`)
    .join("");
}

/** The way to where the device is now: a first report, and one soon after each update that it took in time. */
function reportsOf(device: Device, chance: Chance): readonly object[] {
  const facts = Object.values(systems).find(({ build }) => build === (device.os as Os).build);
  if (facts === undefined || device.installedKbs === null) return [];
  const last = levelOf(device, facts);
  const first = Math.min(last, chance.percent(70) ? 0 : -1);
  const levels = [first];
  for (let level = Math.max(first, 0) + 1; level <= last; level++) if (level === last || chance.percent(55)) levels.push(level);
  const reports = levels.map((level, index) => reportAt(device, facts, level, { chance, isFirst: index === 0 }));
  return reports.filter(({ collectedAt }) => collectedAt < device.collectedAt);
}

/** The month whose update runs, by its place; -1: an older one, or none. What came by hotpatch began with the quarter's update. */
function levelOf({ os, installedKbs }: Device, { updates }: SystemFacts): number {
  const { ubr, hotpatch } = os as Os;
  if (hotpatch) return months.indexOf("2026-Jan");
  return months.findIndex((month) => (ubr === undefined ? installedKbs?.includes(`KB${updates[month].kb}`) : updates[month].ubr === ubr));
}

function reportAt(
  device: Device,
  { updates, before }: SystemFacts,
  level: number,
  { chance, isFirst }: { readonly chance: Chance; readonly isFirst: boolean },
) {
  const { schema, deviceName, os } = device;
  const { hotpatch: _, ubr, ...named } = os as Os;
  const month = months[level];
  // Who never took one of the sample's updates is as it was; the others came from the one before.
  const older = before.find((one) => one.ubr === ubr) ?? before[0];
  const runs = month === undefined ? older : updates[month];
  // The first report tells what there was anyway, the others come with the update.
  const days = isFirst ? 5 + chance.below(9) : 2 + chance.below(16);
  const at = (released[Math.max(level, 0)] ?? 0) + days * dayMs + (7 * 60 + chance.below(10 * 60)) * minuteMs;
  const collectedAt = new Date(at).toISOString().replace(".000", "");
  return {
    schema,
    deviceName,
    collectedAt,
    os: { ...named, ubr: runs?.ubr },
    installedKbs: runs?.kb === undefined ? [] : [`KB${runs.kb}`],
  };
}

if (import.meta.main) writeFileSync(new URL("earlier/sample-company.ndjson", import.meta.url), makeEarlier());
