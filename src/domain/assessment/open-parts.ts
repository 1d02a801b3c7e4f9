import { addBits, type Bits, bitsWithout, membersOf } from "./bits.ts";
import { BitsMap } from "./bits-map.ts";
import type { Evaluation } from "./evaluation.ts";
import { Marks } from "./marks.ts";
import type { Plan } from "./plan.ts";

/** CVEs that one missing update closes in one software of a device. */
export interface OpenPart {
  /** the part of Defender's id after `-_-`: `windows_10` */
  readonly softwareId: string;
  /** the missing update that closes them, digits */
  readonly kb: string;
  /** indices into the catalog's CVEs; no advisories */
  readonly cves: readonly number[];
}

/** Parts of one software and update remembered at most; past that the memory starts anew. Looking through them should cost less than they take. */
const MOST_ALIKE = 100;

/**
 * Works out what missing updates close, software by software. What an update closes of the groups that are left to it is worked out once, and parts that
 * are the same become the same object: with other components beside it, the same update closes the same CVEs of a system.
 */
export class OpenParts {
  readonly #cves: number;
  readonly #most: number;
  readonly #marks = new Marks();
  readonly #ofUpdates = new Map<Plan, Map<number, BitsMap<readonly OpenPart[]>>>();
  /** by software and update */
  readonly #alike = new Map<string, OpenPart[]>();
  #known = 0;

  /**
   * @param cves how many CVEs the catalog has
   * @param most so much of what updates close is remembered; past that the memory starts anew
   */
  constructor(cves: number, most: number) {
    this.#cves = cves;
    this.#most = most;
  }

  /**
   * What the missing updates of an evaluation close, one after the other: a group that several would close is closed by the first. What nothing on offer
   * closes (withdrawn updates, optional ones) is in no list of missing updates, and so in none of CVEs.
   */
  of({ plan, closed, missing }: Evaluation): readonly OpenPart[] {
    const taken = closed.slice();
    const each = missing.map((index) => {
      const closes = plan.closes[index] as Bits;
      const left = bitsWithout(closes, taken);
      addBits(taken, closes);
      return this.#ofUpdate(plan, index, left);
    });
    return this.joined(each);
  }

  /** All parts in their order. Where two lists speak of the same software, each of its CVEs stays where it comes first. */
  joined(lists: readonly (readonly OpenPart[])[]): readonly OpenPart[] {
    const [first] = lists;
    if (lists.length === 1 && first !== undefined) return first;
    // A list that is flattened keeps room to grow.
    const all = lists.flat().slice();
    const twice = namedTwice(lists);
    if (twice.size === 0) return all;
    const own = new Map<OpenPart, OpenPart>();
    for (const softwareId of twice)
      this.#settle(
        all.filter((part) => part.softwareId === softwareId),
        own,
      );
    return all.flatMap((part) => {
      if (!twice.has(part.softwareId)) return part;
      const settled = own.get(part);
      // The same object may come twice: two applications may lack the same.
      own.delete(part);
      return settled ?? [];
    });
  }

  /** Parts of one software: each CVE goes where it comes first, and to the first part of the update that it comes with. */
  #settle(parts: readonly OpenPart[], own: Map<OpenPart, OpenPart>): void {
    const firsts = new Map<string, { readonly first: OpenPart; readonly cves: number[] }>();
    this.#marks.begin(this.#cves);
    for (const part of parts) {
      const ofUpdate = firsts.get(part.kb) ?? { first: part, cves: [] };
      firsts.set(part.kb, ofUpdate);
      this.#addNew(part.cves, ofUpdate.cves);
    }
    for (const { first, cves } of firsts.values()) if (cves.length > 0) own.set(first, this.#shared({ ...first, cves }));
  }

  #ofUpdate(plan: Plan, index: number, groups: Bits): readonly OpenPart[] {
    const ofPlan = this.#ofUpdates.get(plan) ?? new Map<number, BitsMap<readonly OpenPart[]>>();
    this.#ofUpdates.set(plan, ofPlan);
    const known = ofPlan.get(index) ?? new BitsMap();
    ofPlan.set(index, known);
    const before = known.get(groups);
    if (before !== undefined) return before;
    const parts = this.#partsOf(plan, plan.nodes[index]?.kb ?? "", groups);
    known.add(groups, parts);
    if (++this.#known >= this.#most) this.#forget();
    return parts;
  }

  #forget(): void {
    this.#known = 0;
    this.#ofUpdates.clear();
  }

  #partsOf(plan: Plan, kb: string, groups: Bits): readonly OpenPart[] {
    const ofGroup = (group: number): OpenPart[] =>
      (plan.groups[group]?.bySoftware ?? []).map(([softwareId, cves]) => ({ softwareId, kb, cves }));
    return this.joined(membersOf(groups).map(ofGroup)).map((part) => this.#shared(part));
  }

  #addNew(cves: readonly number[], to: number[]): void {
    for (const cve of cves) if (this.#marks.isNew(cve)) to.push(cve);
  }

  #shared(part: OpenPart): OpenPart {
    const key = `${part.softwareId} ${part.kb}`;
    const alike = this.#alike.get(key) ?? [];
    const known = alike.find(({ cves }) => haveSame(cves, part.cves));
    if (known !== undefined) return known;
    // A list that grew has room at its end.
    const shared = { ...part, cves: part.cves.slice() };
    if (alike.length >= MOST_ALIKE) alike.length = 0;
    alike.push(shared);
    this.#alike.set(key, alike);
    return shared;
  }
}

/** Software that more than one of the lists speaks of; two of them may be the same object. */
function namedTwice(lists: readonly (readonly OpenPart[])[]): ReadonlySet<string> {
  const firstToName = new Map<string, number>();
  const twice = new Set<string>();
  for (const [number, list] of lists.entries()) {
    for (const { softwareId } of list) {
      const first = firstToName.get(softwareId);
      if (first === undefined) firstToName.set(softwareId, number);
      else if (first !== number) twice.add(softwareId);
    }
  }
  return twice;
}

function haveSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((cve, index) => cve === b[index]);
}
