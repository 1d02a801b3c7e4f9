import { readJwks } from "./read-jwks.ts";
import { readLimited } from "./read-limited.ts";
import { type KeySet, keepUnchanged, type VerificationKey } from "./verification-key.ts";

/** Where keys come from, and what is needed to get them. */
export interface RemoteKeysMeans {
  readonly url: URL;
  readonly algorithms: ReadonlySet<string>;
  readonly fetch: typeof fetch;
  /** milliseconds */
  readonly now: () => number;
  /** told when keys cannot be had, and when they can be again; not at every attempt */
  readonly report?: (trouble: string | undefined) => void;
  readonly timeoutMs?: number;
}

const minutes = 60_000;
/** At most this many fetches within the window, whatever asks for them. */
const mostFetches = 2;
const windowMs = 5 * minutes;
/** From this age on keys are looked at again in the background; from the second on nobody is let in before that was tried. */
const freshMs = 30 * minutes;
const checkedMs = 55 * minutes;
/** Keys that could not be looked at again for this long are trusted no more. */
const staleMs = 24 * 60 * minutes;
const largestBody = 1024 * 1024;

/**
 * An issuer's JWKS: fetched at start, for an unknown kid, and when it has grown old; twice in five minutes at most, and one at a time.
 * A failure keeps the former keys. Removed keys are refused within an hour.
 */
export function remoteKeys(means: RemoteKeysMeans): KeySet {
  return new RemoteKeys(means);
}

class RemoteKeys implements KeySet {
  readonly #means: RemoteKeysMeans;
  #keys: ReadonlyMap<string, VerificationKey> = new Map();
  #readAt: number = Number.NEGATIVE_INFINITY;
  #attempts: readonly number[] = [];
  #running: Promise<boolean> | undefined;
  #trouble: string | undefined;

  constructor(means: RemoteKeysMeans) {
    this.#means = means;
  }

  peek(kid: string): VerificationKey | undefined {
    return this.ready() ? this.#keys.get(kid) : undefined;
  }

  async find(kid: string): Promise<VerificationKey | undefined> {
    const age = this.#age();
    const isUnknown = this.peek(kid) === undefined;
    if (isUnknown) await this.#refreshSparingly(mostFetches);
    else if (age > checkedMs) await this.#refreshSparingly(1);
    else if (age > freshMs) void this.#refreshSparingly(1);
    return this.peek(kid);
  }

  ready(): boolean {
    return this.#age() <= staleMs;
  }

  refresh(): Promise<boolean> {
    this.#running ??= this.#read().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  #age(): number {
    return this.#means.now() - this.#readAt;
  }

  /** Does nothing where there were that many fetches within the window: old keys leave the second one to unknown keys. */
  async #refreshSparingly(most: number): Promise<void> {
    const now = this.#means.now();
    const recent = this.#attempts.filter((time) => now - time < windowMs);
    if (this.#running !== undefined || recent.length < most) await this.refresh();
  }

  /** Never throws: whoever waits for keys has the former ones. */
  async #read(): Promise<boolean> {
    const { url, algorithms, now } = this.#means;
    this.#attempts = [...this.#attempts, now()].slice(-mostFetches);
    try {
      const keys = readJwks(await this.#fetchText(), algorithms);
      if (keys === undefined) throw new Error("the answer holds no usable signing key");
      this.#keys = keepUnchanged(keys, this.#keys);
      this.#readAt = now();
      this.#tell(undefined);
      return true;
    } catch (error) {
      this.#tell(`${url.href}: ${error instanceof Error ? error.message : "unknown trouble"}`);
      return false;
    }
  }

  async #fetchText(): Promise<string> {
    const { url, fetch, timeoutMs = 5000 } = this.#means;
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(new Error(`no whole answer within ${timeoutMs} ms`)), timeoutMs);
    try {
      const response = await fetch(url, { headers: { accept: "application/json" }, redirect: "error", signal: controller.signal });
      if (response.status !== 200 || response.redirected) throw new Error(`the server answered ${response.status}`);
      return await readLimited(response, largestBody, controller.signal);
    } finally {
      clearTimeout(timer);
      controller.abort();
    }
  }

  #tell(trouble: string | undefined): void {
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.#means.report?.(trouble);
  }
}
