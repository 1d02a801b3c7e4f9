/** What came of the requests of one kind, and whatever must not have happened. */
export class Tally {
  readonly #counts = new Map<string, Map<string, number>>();
  readonly #violations = new Map<string, { count: number; readonly example: string }>();
  readonly #months = new Map<number, string>();

  count(kind: string, outcome: string): void {
    const outcomes = this.#counts.get(kind) ?? new Map<string, number>();
    this.#counts.set(kind, outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1));
  }

  /** Something that must never happen; the first of each kind is told in full. */
  violate(rule: string, example: string): void {
    const known = this.#violations.get(rule);
    if (known === undefined) this.#violations.set(rule, { count: 1, example: example.slice(0, 600) });
    else known.count++;
  }

  /** An answer named a catalog revision and its newest month: always the same of one revision. */
  see(revision: number, month: string): void {
    const known = this.#months.get(revision);
    if (known !== undefined && known !== month) this.violate("a revision has two newest months", `${revision}: ${known} and ${month}`);
    this.#months.set(revision, month);
  }

  of(kind: string, outcome: string): number {
    return this.#counts.get(kind)?.get(outcome) ?? 0;
  }

  /** kinds in the order of their first request, each with its outcomes */
  get counts(): readonly (readonly [kind: string, outcomes: ReadonlyMap<string, number>])[] {
    return [...this.#counts];
  }

  /** of catalogs that answers named; 0, a server that has just started, is none */
  get revisions(): readonly number[] {
    return [...this.#months.keys()].filter((revision) => revision > 0).sort((a, b) => a - b);
  }

  get violations(): readonly { readonly rule: string; readonly count: number; readonly example: string }[] {
    return [...this.#violations].map(([rule, { count, example }]) => ({ rule, count, example }));
  }
}
