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

/** Parts remembered for one update at most, and parts of one software and update; past that the memory starts anew. Looking through the latter should cost less than they take. */
const [MOST_OF_UPDATE, MOST_ALIKE] = [1_000, 100];

/**
 * Works out what missing updates close, software by software. What an update closes of the groups that are left to it is worked out once, and parts that
 * are the same become the same object: with other components beside it, the same update closes the same CVEs of a system.
 */
export class OpenParts {
  readonly #cves: number;
  readonly #marks = new Marks();
  readonly #ofUpdates = new Map<Plan, Map<number, BitsMap<readonly OpenPart[]>>>();
  /** by software and update */
  readonly #alike = new Map<string, OpenPart[]>();

  /** @param cves how many CVEs the catalog has */
  constructor(cves: number) {
    this.#cves = cves;
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

  /** Of parts of one software the first of each update gets all that this update closes first. */
  #settle(parts: readonly OpenPart[], own: Map<OpenPart, OpenPart>): void {
    const firsts = new Map<string, { readonly first: OpenPart; readonly lists: (readonly number[])[] }>();
    for (const part of parts) {
      const ofUpdate = firsts.get(part.kb) ?? { first: part, lists: [] };
      firsts.set(part.kb, ofUpdate);
      ofUpdate.lists.push(part.cves);
    }
    this.#marks.begin(this.#cves);
    for (const { first, lists } of firsts.values()) {
      const cves = this.#newOf(lists);
      if (cves.length > 0) own.set(first, this.#shared({ ...first, cves }));
    }
  }

  #ofUpdate(plan: Plan, index: number, groups: Bits): readonly OpenPart[] {
    const ofPlan = this.#ofUpdates.get(plan) ?? new Map<number, BitsMap<readonly OpenPart[]>>();
    this.#ofUpdates.set(plan, ofPlan);
    const known = ofPlan.get(index) ?? new BitsMap();
    ofPlan.set(index, known);
    const before = known.get(groups);
    if (before !== undefined) return before;
    const parts = this.#partsOf(plan, plan.nodes[index]?.kb ?? "", groups);
    if (known.size >= MOST_OF_UPDATE) known.clear();
    known.add(groups, parts);
    return parts;
  }

  #partsOf(plan: Plan, kb: string, groups: Bits): readonly OpenPart[] {
    const bySoftware = new Map<string, (readonly number[])[]>();
    for (const group of membersOf(groups)) {
      for (const [softwareId, cves] of plan.groups[group]?.bySoftware ?? []) {
        const lists = bySoftware.get(softwareId) ?? [];
        bySoftware.set(softwareId, lists);
        lists.push(cves);
      }
    }
    return [...bySoftware].flatMap(([softwareId, lists]) => {
      this.#marks.begin(this.#cves);
      const cves = this.#newOf(lists);
      return cves.length === 0 ? [] : this.#shared({ softwareId, kb, cves });
    });
  }

  #newOf(lists: readonly (readonly number[])[]): readonly number[] {
    const cves: number[] = [];
    for (const list of lists) for (const cve of list) if (this.#marks.isNew(cve)) cves.push(cve);
    return cves;
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
