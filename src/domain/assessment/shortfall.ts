import { hasBit } from "./bits.ts";
import { type DeviceEvaluation, evaluationsOf } from "./device-evaluation.ts";
import type { Evaluation } from "./evaluation.ts";
import type { NodeFixes } from "./plan.ts";

/** What a device lacks, in CVEs; the same object for all devices that lack the same. */
export interface Shortfall {
  /** the CVEs that what is missing would close; every pair of software and CVE stands in one part only */
  readonly open: readonly OpenPart[];
  /** the missing updates and what each fixes by itself, those it replaces left out */
  readonly updates: readonly UpdateFixes[];
}

/** CVEs that one missing update closes in one software of a device. */
export interface OpenPart {
  /** the part of Defender's id after `-_-`: `windows_10` */
  readonly softwareId: string;
  /** the missing update that closes them, digits */
  readonly kb: string;
  /** indices into the catalog's CVEs; no advisories */
  readonly cves: readonly number[];
}

export interface UpdateFixes {
  readonly kb: string;
  readonly fixes: readonly NodeFixes[];
}

/** Nothing is missing. */
export const noShortfall: Shortfall = { open: [], updates: [] };

/** Remembered at most; past that the memory starts anew. */
const MOST_KNOWN = 50_000;

/** Works out what devices lack. A fleet has many devices and few patch levels, so each is worked out once and shared. */
export class ShortfallFinder {
  readonly #known = new Map<string, Shortfall>();
  readonly #plans = new Map<unknown, number>();
  readonly #seen: SeenCves;

  /** @param cves how many CVEs the catalog has */
  constructor(cves: number) {
    this.#seen = new SeenCves(cves);
  }

  /** What an evaluated device lacks. */
  of(device: DeviceEvaluation): Shortfall {
    const evaluations = evaluationsOf(device).filter(({ missing }) => missing.length > 0);
    if (evaluations.length === 0) return noShortfall;
    const key = evaluations.map((evaluation) => this.#keyOf(evaluation)).join("|");
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    const found = { open: openPartsOf(evaluations, this.#seen), updates: evaluations.flatMap(updatesOf) };
    this.#known.set(key, found);
    return found;
  }

  #keyOf({ plan, outcome }: Evaluation): string {
    const number = this.#plans.get(plan) ?? this.#plans.size;
    this.#plans.set(plan, number);
    return `${number}:${outcome}`;
  }
}

function updatesOf({ plan, missing }: Evaluation): UpdateFixes[] {
  return missing.flatMap((index) => plan.nodes[index] ?? []).map(({ kb, fixes }) => ({ kb, fixes }));
}

/** CVEs that were met, for each software: all are forgotten at once, so that thousands of shortfalls need no sets of their own. */
class SeenCves {
  readonly #size: number;
  readonly #rounds = new Map<string, Uint32Array>();
  #round = 0;

  /** CVEs are numbers below `size`. */
  constructor(size: number) {
    this.#size = size;
  }

  clear(): void {
    this.#round++;
  }

  /** Appends those of a software that were not met yet. */
  addNew(softwareId: string, cves: readonly number[], to: number[]): void {
    const round = this.#round;
    const rounds = this.#rounds.get(softwareId) ?? new Uint32Array(this.#size);
    this.#rounds.set(softwareId, rounds);
    for (const cve of cves) {
      if (rounds[cve] === round) continue;
      rounds[cve] = round;
      to.push(cve);
    }
  }
}

type Growing = OpenPart & { readonly cves: number[] };

/** What the missing updates close. What nothing on offer closes (withdrawn updates, optional ones) is in no list of missing updates, and so in none of CVEs. */
function openPartsOf(evaluations: readonly Evaluation[], seen: SeenCves): readonly OpenPart[] {
  const parts = new GrowingParts();
  seen.clear();
  for (const { plan, open, missing } of evaluations) {
    const closing = missing.map((index) => ({ closes: plan.closes[index] as Uint32Array, kb: plan.nodes[index]?.kb ?? "" }));
    for (const group of open) {
      const update = closing.find(({ closes }) => hasBit(closes, group));
      if (update === undefined) continue;
      for (const [softwareId, cves] of plan.groups[group]?.bySoftware ?? [])
        seen.addNew(softwareId, cves, parts.of(softwareId, update.kb).cves);
    }
  }
  return parts.all.filter(({ cves }) => cves.length > 0);
}

/** One for each software and update, in the order in which they were asked for. */
class GrowingParts {
  readonly all: Growing[] = [];
  readonly #bySoftware = new Map<string, Map<string, Growing>>();

  of(softwareId: string, kb: string): Growing {
    const byKb = this.#bySoftware.get(softwareId) ?? new Map<string, Growing>();
    this.#bySoftware.set(softwareId, byKb);
    const known = byKb.get(kb);
    if (known !== undefined) return known;
    const part: Growing = { softwareId, kb, cves: [] };
    byKb.set(kb, part);
    this.all.push(part);
    return part;
  }
}
