import { type DeviceEvaluation, evaluationsOf } from "./device-evaluation.ts";
import type { Evaluation } from "./evaluation.ts";
import { type OpenPart, OpenParts } from "./open-parts.ts";
import type { NodeFixes, Plan } from "./plan.ts";

/** What a device lacks, in CVEs; the same object for all devices that lack the same. */
export interface Shortfall {
  /** the CVEs that what is missing would close, update by update; every pair of software and CVE stands in one part only */
  readonly open: readonly OpenPart[];
  /** the missing updates and what each fixes by itself, those it replaces left out */
  readonly updates: readonly UpdateFixes[];
}

export interface UpdateFixes {
  readonly kb: string;
  readonly fixes: readonly NodeFixes[];
}

/** Nothing is missing. */
export const noShortfall: Shortfall = { open: [], updates: [] };

/** Remembered at most; past that the memory starts anew. */
const MOST_KNOWN = 50_000;

/**
 * Works out what devices lack. A fleet has many devices and few patch levels: what one evaluation comes to is worked out once, and shared by all that
 * lack it among other things.
 */
export class ShortfallFinder {
  readonly #parts: OpenParts;
  /** of one evaluation, by its outcome */
  readonly #single = new Map<Plan, Map<number, Shortfall>>();
  /** of what one evaluation comes to, and those after it */
  readonly #together = new Map<Shortfall, Map<Shortfall, Shortfall>>();
  readonly #most: number;
  #known = 0;

  /**
   * @param cves how many CVEs the catalog has
   * @param most so many shortfalls are remembered; past that the memory starts anew
   */
  constructor(cves: number, most: number = MOST_KNOWN) {
    this.#most = most;
    this.#parts = new OpenParts(cves, most);
  }

  /** What an evaluated device lacks. */
  of(device: DeviceEvaluation): Shortfall {
    // From the last one, so that what applications lack together is shared by all systems they are on.
    return evaluationsOf(device).reduceRight((rest, evaluation) => {
      if (evaluation.missing.length === 0) return rest;
      const own = this.#ofOne(evaluation);
      return rest === noShortfall ? own : this.#both(own, rest);
    }, noShortfall);
  }

  #ofOne(evaluation: Evaluation): Shortfall {
    const { plan, missing, outcome } = evaluation;
    const ofPlan = this.#single.get(plan) ?? new Map<number, Shortfall>();
    this.#single.set(plan, ofPlan);
    const known = ofPlan.get(outcome);
    if (known !== undefined) return known;
    const updates = missing.flatMap((index) => plan.nodes[index] ?? []).map(({ kb, fixes }) => ({ kb, fixes }));
    const shortfall = { open: this.#parts.of(evaluation), updates };
    ofPlan.set(outcome, shortfall);
    this.#count();
    return shortfall;
  }

  #both(own: Shortfall, rest: Shortfall): Shortfall {
    const withOwn = this.#together.get(own) ?? new Map<Shortfall, Shortfall>();
    this.#together.set(own, withOwn);
    const known = withOwn.get(rest);
    if (known !== undefined) return known;
    const shortfall = { open: this.#parts.joined([own.open, rest.open]), updates: [...own.updates, ...rest.updates] };
    withOwn.set(rest, shortfall);
    this.#count();
    return shortfall;
  }

  #count(): void {
    if (++this.#known < this.#most) return;
    this.#known = 0;
    this.#single.clear();
    this.#together.clear();
  }
}
