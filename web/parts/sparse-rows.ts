/** Where pages of rows come from. */
export type FetchRows<T> = (
  skip: number,
  top: number,
  signal: AbortSignal,
) => Promise<{ readonly rows: readonly T[]; readonly total: number }>;

/** Rows of one request. */
export const pageRows = 200;
/** So many pages are kept: those that were looked at last. */
export const mostPages = 24;
/** A page is fetched once it has been in sight for so long: whoever drags past thousands of rows asks for none of them. */
const restMs = 80;

/** The rows of a long list, as far as they have been looked at. */
export class SparseRows<T> {
  readonly #fetch: FetchRows<T>;
  readonly #changed: () => void;
  readonly #pages = new Map<number, readonly T[]>();
  readonly #fetching = new Map<number, AbortController>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;
  #inSight: [first: number, last: number] = [0, 0];
  #total: number | undefined;
  #error: unknown;
  /** requests made so far, for tests */
  requests = 0;

  constructor(fetch: FetchRows<T>, changed: () => void) {
    this.#fetch = fetch;
    this.#changed = changed;
    void this.#load(0);
  }

  /** undefined until the first page is there */
  get total(): number | undefined {
    return this.#total;
  }

  get error(): unknown {
    return this.#error;
  }

  /** rows in memory */
  get held(): number {
    return [...this.#pages.values()].reduce((sum, { length }) => sum + length, 0);
  }

  at(index: number): T | undefined {
    return this.#pages.get(Math.floor(index / pageRows))?.[index % pageRows];
  }

  /** These rows are in sight: what of them is not there is fetched, and what is not in sight any more is not waited for. */
  look(first: number, last: number): void {
    clearTimeout(this.#timer);
    this.#inSight = [first, last];
    const wanted = new Set<number>();
    for (let page = Math.floor(first / pageRows); page <= Math.floor(last / pageRows); page++) wanted.add(page);
    for (const [page, abort] of this.#fetching) if (!wanted.has(page) && this.#total !== undefined) abort.abort();
    for (const page of wanted) this.#touch(page);
    const absent = [...wanted].filter((page) => !this.#pages.has(page) && !this.#fetching.has(page));
    if (absent.length > 0) this.#timer = setTimeout(() => absent.forEach((page) => void this.#load(page)), restMs);
  }

  /** Fetches again what could not be had. */
  retry(): void {
    this.#error = undefined;
    this.#changed();
    if (this.#total === undefined) void this.#load(0);
    else this.look(...this.#inSight);
  }

  /** Nobody looks any more. */
  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    for (const abort of this.#fetching.values()) abort.abort();
  }

  /** What was looked at last is kept longest. */
  #touch(page: number): void {
    const rows = this.#pages.get(page);
    if (rows === undefined) return;
    this.#pages.delete(page);
    this.#pages.set(page, rows);
  }

  async #load(page: number): Promise<void> {
    const abort = new AbortController();
    this.#fetching.set(page, abort);
    this.requests++;
    try {
      const { rows, total } = await this.#fetch(page * pageRows, pageRows, abort.signal);
      this.#keep(page, rows);
      this.#total = total;
      this.#error = undefined;
    } catch (error) {
      if (!abort.signal.aborted) this.#error = error;
    } finally {
      if (this.#fetching.get(page) === abort) this.#fetching.delete(page);
      if (!this.#isOver && !abort.signal.aborted) this.#changed();
    }
  }

  #keep(page: number, rows: readonly T[]): void {
    this.#pages.set(page, rows);
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= mostPages) return;
      this.#pages.delete(oldest);
    }
  }
}
