import { hasBit } from "./bits.ts";
import { type DeviceEvaluation, evaluationsOf } from "./device-evaluation.ts";
import { type Evaluation, openGroups } from "./evaluation.ts";
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
/** The same of parts of one software and update: looking through them should cost less than they take. */
const MOST_ALIKE = 100;

/**
 * Works out what devices lack. A fleet has many devices and few patch levels: what one evaluation comes to is worked out once, and shared by all that
 * lack it among other things.
 */
export class ShortfallFinder {
  /** of several evaluations together */
  readonly #known = new Map<string, Shortfall>();
  /** of one */
  readonly #single = new Map<string, Shortfall>();
  readonly #plans = new Map<unknown, number>();
  readonly #parts = new SharedOpenParts();
  readonly #seen: SeenCves;

  /** @param cves how many CVEs the catalog has */
  constructor(cves: number) {
    this.#seen = new SeenCves(cves);
  }

  /** What an evaluated device lacks. */
  of(device: DeviceEvaluation): Shortfall {
    const evaluations = evaluationsOf(device).filter(({ missing }) => missing.length > 0);
    const [first] = evaluations;
    if (first === undefined) return noShortfall;
    if (evaluations.length === 1) return this.#ofOne(first);
    return kept(this.#known, evaluations.map((evaluation) => this.#keyOf(evaluation)).join("|"), () => {
      const each = evaluations.map((evaluation) => this.#ofOne(evaluation));
      return { open: this.#parts.of(joined(each, this.#seen)), updates: each.flatMap(({ updates }) => updates) };
    });
  }

  #ofOne(evaluation: Evaluation): Shortfall {
    return kept(this.#single, this.#keyOf(evaluation), () => ({
      open: this.#parts.of(openPartsOf(evaluation, this.#seen)),
      updates: updatesOf(evaluation),
    }));
  }

  #keyOf({ plan, outcome }: Evaluation): string {
    const number = this.#plans.get(plan) ?? this.#plans.size;
    this.#plans.set(plan, number);
    return `${number}:${outcome}`;
  }
}

function kept(shortfalls: Map<string, Shortfall>, key: string, find: () => Shortfall): Shortfall {
  const known = shortfalls.get(key);
  if (known !== undefined) return known;
  const found = find();
  if (shortfalls.size >= MOST_KNOWN) shortfalls.clear();
  shortfalls.set(key, found);
  return found;
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

/** Parts that are the same become the same object: with other components beside it, the same update closes the same CVEs of a system. */
class SharedOpenParts {
  readonly #known = new Map<string, OpenPart[]>();

  of(parts: readonly OpenPart[]): readonly OpenPart[] {
    return parts.map((part) => this.#shared(part));
  }

  #shared(part: OpenPart): OpenPart {
    const key = `${part.softwareId} ${part.kb}`;
    const alike = this.#known.get(key) ?? [];
    const known = alike.find((other) => other === part || haveSame(other.cves, part.cves));
    if (known !== undefined) return known;
    // A list that grew has room at its end.
    const shared = { ...part, cves: part.cves.slice() };
    if (alike.length >= MOST_ALIKE) alike.length = 0;
    alike.push(shared);
    this.#known.set(key, alike);
    return shared;
  }
}

function haveSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((cve, index) => cve === b[index]);
}

type Growing = OpenPart & { readonly cves: number[] };

/** What the missing updates close. What nothing on offer closes (withdrawn updates, optional ones) is in no list of missing updates, and so in none of CVEs. */
function openPartsOf(evaluation: Evaluation, seen: SeenCves): readonly OpenPart[] {
  const { plan, missing } = evaluation;
  const parts = new GrowingParts();
  seen.clear();
  const closing = missing.map((index) => ({ closes: plan.closes[index] as Uint32Array, kb: plan.nodes[index]?.kb ?? "" }));
  for (const group of openGroups(evaluation)) {
    const update = closing.find(({ closes }) => hasBit(closes, group));
    if (update === undefined) continue;
    for (const [softwareId, cves] of plan.groups[group]?.bySoftware ?? [])
      seen.addNew(softwareId, cves, parts.of(softwareId, update.kb).cves);
  }
  return parts.all.filter(({ cves }) => cves.length > 0);
}

/** The parts of several evaluations. Where two speak of the same software, each of its CVEs stays where it comes first. */
function joined(each: readonly Shortfall[], seen: SeenCves): readonly OpenPart[] {
  const shared = namedTwice(each);
  const all = each.flatMap(({ open }) => open);
  if (shared.size === 0) return all;
  const parts = new GrowingParts();
  seen.clear();
  for (const part of all) {
    if (!shared.has(part.softwareId)) parts.all.push(part);
    else seen.addNew(part.softwareId, part.cves, parts.of(part.softwareId, part.kb).cves);
  }
  return parts.all.filter(({ cves }) => cves.length > 0);
}

/** Software that more than one of them speaks of. */
function namedTwice(each: readonly Shortfall[]): ReadonlySet<string> {
  const once = new Set<string>();
  const twice = new Set<string>();
  for (const { open } of each) {
    const own = new Set(open.map(({ softwareId }) => softwareId));
    for (const softwareId of own) (once.has(softwareId) ? twice : once).add(softwareId);
  }
  return twice;
}

/** One for each software and update, in the order in which they were asked for. */
class GrowingParts {
  readonly all: OpenPart[] = [];
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
