import { Chance } from "../../sample/seeded-chance.ts";
import { type FleetExaminer, fleetExaminer } from "../../src/domain/assessment/examine.ts";
import type { Catalog } from "../../src/domain/catalog/catalog.ts";
import type { InstalledSoftware, Inventory, OperatingSystem } from "../../src/domain/fleet/inventory.ts";
import { contentOf } from "../../src/domain/fleet/inventory-content.ts";
import { printDay } from "../../src/domain/windows/day.ts";
import { ApplicationDraw } from "./applications.ts";
import { UpdateLookup } from "./known-updates.ts";
import { drawLag } from "./patch-lag.ts";
import { drawSystem, drawUnassessable } from "./systems.ts";

/** What is wrong with a device, beside what it lacks. */
export type Fault = "list unreadable" | "cannot be assessed" | "restart reported" | "restart due";

/** A device that stands for all of its posture. */
export interface DrawnPosture {
  readonly inventory: Inventory;
  /** in months */
  readonly lag: number;
  readonly fault: Fault | undefined;
}

/** So many draws for one posture that is new, before there seem to be no more. */
const mostTries = 60;

/** Devices of which no two have the same posture under the catalog: by the product's own rule, and the same ones for the same seed. */
export function drawPostures(catalog: Catalog, count: number, seed: number): DrawnPosture[] {
  const draw = new PostureDraw(catalog, new Chance(seed));
  const examiner = examinerOf(catalog);
  const seen = new Set<string>();
  const drawn: DrawnPosture[] = [];
  for (let tries = 0; drawn.length < count; tries++) {
    if (tries > count * mostTries) throw new Error(`this knowledge gives no more than ${drawn.length} postures: ask for fewer`);
    const one = draw.next();
    const { key } = examiner.postureOf(contentOf(one.inventory));
    if (seen.has(key)) continue;
    seen.add(key);
    drawn.push(one);
  }
  return drawn;
}

/** Under a catalog on the last day on which it has something happen. */
export function examinerOf(catalog: Catalog): FleetExaminer {
  return fleetExaminer(catalog, { asOf: lastDayOf(catalog) });
}

export function lastDayOf({ content }: Catalog): string {
  return printDay(content.kbs.reduce((last, { released }) => Math.max(last, released), 0));
}

/** Draws devices as a fleet has them, one after the other. */
class PostureDraw {
  readonly #catalog: Catalog;
  readonly #chance: Chance;
  readonly #updates: UpdateLookup;
  readonly #applications: ApplicationDraw;

  constructor(catalog: Catalog, chance: Chance) {
    this.#catalog = catalog;
    this.#chance = chance;
    this.#updates = new UpdateLookup(catalog);
    this.#applications = new ApplicationDraw(catalog);
  }

  next(): DrawnPosture {
    const fault = this.#fault();
    if (fault === "cannot be assessed")
      return { inventory: anInventory({ os: drawUnassessable(this.#chance), installedKbs: [] }), lag: 0, fault };
    const os = drawSystem(this.#catalog, this.#chance);
    const lag = drawLag(this.#chance);
    const until = (this.#catalog.newestMonth ?? 0) - lag;
    const { ubr, installedKbs } = this.#standing(os, until, fault);
    const isServer = os.installationType !== "Client";
    const { software, msiPatchKbs } = this.#applications.of(isServer, until, this.#chance);
    const inventory = anInventory({
      os: ubr === undefined ? os : { ...os, ubr },
      installedKbs: fault === "list unreadable" ? null : installedKbs,
      msiPatchKbs,
      software: [...software, ...this.#netFramework(os, until)],
      pendingRestart: fault === "restart reported",
    });
    return { inventory, lag, fault };
  }

  #fault(): Fault | undefined {
    return (["list unreadable", "cannot be assessed", "restart reported", "restart due", undefined] as const)[
      this.#chance.among([1, 1, 3, 1, 94])
    ];
  }

  /** The revision that runs, and the list that such a device shows: its newest updates, on servers and old systems a longer tail. */
  #standing(
    os: OperatingSystem,
    until: number,
    fault: Fault | undefined,
  ): { readonly ubr: number | undefined; readonly installedKbs: readonly string[] } {
    const chance = this.#chance;
    const { own, net, standalone, history } = this.#updates.of(os);
    const there = own.filter(({ month }) => month <= until);
    const levels = there.filter(({ kind, revision }) => (kind === "cumulative" || kind === "rollup") && revision !== null);
    const running = levels.at(fault === "restart due" ? -2 : -1)?.revision ?? undefined;
    const preview =
      chance.percent(12) && fault !== "restart due"
        ? history.find(({ revision }) => revision !== null && running !== undefined && revision > running)
        : undefined;
    const tail = os.installationType === "Client" ? 1 + chance.below(2) : 1 + chance.below(4);
    const isOld = (os.build ?? 0) < 10240;
    const netThere = net.filter(({ month }) => month <= until - chance.below(3));
    const kbs = [
      ...there.slice(isOld ? -tail * 12 : -tail),
      ...netThere.slice(-1 - chance.below(3)),
      ...standalone.filter(({ month }) => month <= until && chance.percent(60)),
    ].map((update) => this.#updates.kbOf(update));
    // One in twelve inventories comes from a format that does not tell the revision.
    const isTold = !chance.percent(8);
    const ubr = isTold ? (preview?.revision ?? running) : undefined;
    return { ubr, installedKbs: [...new Set([...kbs, ...(preview?.kb == null ? [] : [preview.kb])])] };
  }

  /** Where the file's version is told it is that of an update, or the one that came with the system. */
  #netFramework(os: OperatingSystem, until: number): readonly InstalledSoftware[] {
    if (!this.#chance.percent(35)) return [];
    const builds = this.#updates.of(os).net.filter(({ month, revision }) => month <= until && revision !== null);
    const revision = builds.slice(-4)[this.#chance.below(4)]?.revision ?? undefined;
    const number = revision !== undefined && revision >= 9000 ? "4.8.1" : "4.8";
    if (revision === undefined) return [{ vendor: "Microsoft Corporation", name: "Microsoft .NET Framework 4.8", version: "4.8.04084" }];
    return [{ vendor: "Microsoft Corporation", name: `Microsoft .NET Framework ${number}`, version: `4.8.${revision}.0` }];
  }
}

function anInventory(facts: Pick<Inventory, "os" | "installedKbs"> & Partial<Inventory>): Inventory {
  return { deviceName: "", msiPatchKbs: null, software: [], pendingRestart: false, tags: [], ipAddresses: [], notes: [], ...facts };
}
