import { Chance } from "../../sample/seeded-chance.ts";
import type { Catalog } from "../../src/domain/catalog/catalog.ts";
import type { InstalledSoftware, Inventory, OperatingSystem } from "../../src/domain/fleet/inventory.ts";
import { type DrawnPosture, drawPostures } from "./postures.ts";

/** What a fleet is asked to be. */
export interface FleetWish {
  readonly devices: number;
  readonly postures: number;
  readonly seed: number;
}

/** A device of a fleet. */
export interface FleetLine {
  /** its native inventory, on one line, without the line's end */
  readonly text: string;
  readonly posture: DrawnPosture;
}

/** Inventories of one posture that differ in what changes no answer: browsers, editions, updates that fix no CVE. */
const variants = 3;
const editions = ["Pro", "Enterprise", "Education"];
const serverEditions = ["Standard", "Datacenter", "Standard"];
const sites = ["berlin", "lyon", "madrid", "oslo", "porto", "riga", "turin"];

/** What devices of one posture share, as text: the name comes before it, tags and addresses behind. */
type SharedText = readonly string[];

/**
 * The devices of a made-up fleet, one after the other: as many postures as asked for, each on one device at least, the first ones on many more than the
 * last. Memory does not grow with the devices.
 */
export function* fleetLines(catalog: Catalog, { devices, postures, seed }: FleetWish): Generator<FleetLine> {
  const drawn = commonFirst(drawPostures(catalog, Math.min(postures, devices), seed));
  const chance = new Chance(seed ^ 0x5eed);
  const texts: SharedText[] = drawn.map(({ inventory }, index) => sharedTexts(inventory, index));
  for (let device = 0; device < devices; device++) {
    const place = device < drawn.length ? device : Math.floor((chance.below(1_000_000) / 1_000_000) ** 2 * drawn.length);
    const posture = drawn[place] as DrawnPosture;
    const shared = texts[place] as SharedText;
    yield { text: `${nameOf(device)}${shared[chance.below(variants)]}${ownFacts(device, chance)}`, posture };
  }
}

/** What is wrong with few devices is not among what most devices have. */
function commonFirst(drawn: readonly DrawnPosture[]): readonly DrawnPosture[] {
  return [...drawn.filter(({ fault }) => fault === undefined), ...drawn.filter(({ fault }) => fault !== undefined)];
}

function nameOf(device: number): string {
  return `{"schema":"patchgap.inventory/1","deviceName":"pc-${String(device).padStart(7, "0")}.contoso.example",`;
}

function ownFacts(device: number, chance: Chance): string {
  const address = `10.${(device >> 16) & 255}.${(device >> 8) & 255}.${device & 255}`;
  const site = sites[chance.below(sites.length)];
  const tags = chance.percent(40) ? `,"tags":["group:${site}"${chance.percent(25) ? `,"floor-${chance.below(9)}"` : ""}]` : "";
  return `,"ipAddresses":["${address}"]${tags}}`;
}

function sharedTexts({ os, installedKbs, msiPatchKbs, software, pendingRestart }: Inventory, index: number): SharedText {
  return Array.from({ length: variants }, (_, variant) => {
    const week = (index * 7 + variant * 11) % 40;
    const facts = {
      os: spelt(os, (index + variant) % editions.length),
      // a servicing stack or tool that no document has an update for
      installedKbs: installedKbs === null ? null : [...installedKbs, ...(variant === 0 ? [] : [String(2_900_000 + week)])],
      ...(msiPatchKbs === null ? {} : { msiPatchKbs }),
      software: [...software, ...browsers(os, week)],
      ...(pendingRestart ? { pendingRestart } : {}),
    };
    return JSON.stringify(facts).slice(1, -1);
  });
}

function spelt(os: OperatingSystem, edition: number): OperatingSystem {
  const { caption = "" } = os;
  if (/LTS|Insider|XP|2003/.test(caption)) return os;
  return { ...os, caption: `${caption} ${(os.installationType === "Client" ? editions : serverEditions)[edition]}` };
}

/** What every fleet has in many versions at once, and for which Microsoft has no KB. */
function browsers(os: OperatingSystem, week: number): readonly InstalledSoftware[] {
  if (os.installationType === "Server Core") return [];
  return [
    ...(week % 2 === 0 ? [{ vendor: "Mozilla", name: "Mozilla Firefox (x64 en-US)", version: `${110 + week}.0` }] : []),
    { vendor: "Google LLC", name: "Google Chrome", version: `${110 + week}.0.${6000 + week}.84` },
    ...(week % 3 === 0 ? [{ vendor: "Igor Pavlov", name: "7-Zip 24.08 (x64)", version: "24.08" }] : []),
  ];
}
