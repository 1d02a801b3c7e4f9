import type { Caller } from "../caller.ts";
import { nameOfSecret, newPageSecret } from "./page-secret.ts";
import type { Passing, PassingKind, PassingName, SessionStore } from "./session-store.ts";

/** For whom a session is, and what it may. */
export interface Person {
  readonly tenantId: string;
  /** as the page greets them */
  readonly name: string;
  readonly roles: readonly string[];
}

/** A person who has signed in at the page. */
export interface Session extends Person {
  /** names the session in logs without being it */
  readonly id: string;
  /** milliseconds: when it ends if nothing is done with it */
  readonly expiresAt: number;
}

/** A secret that was made this moment, and what it opens. */
export interface Opened {
  readonly secret: string;
  readonly expiresAt: number;
}

const minuteMs = 60_000;
const codeMs = 60 * minuteMs;
const idleMs = 8 * 60 * minuteMs;
const longestMs = 7 * 24 * 60 * minuteMs;
/** The end is moved when it is off by so much: not every request writes. */
const stepMs = 10 * minuteMs;

/** A session's row: the person, and when it ends whatever is done with it. */
interface Kept extends Person {
  readonly endsAt: number;
}

/** Who has signed in at the page, and the codes that let people in. Secrets are known to their holders alone; the store has hashes. */
export class Sessions {
  readonly #store: SessionStore;
  readonly #now: () => number;

  constructor(store: SessionStore, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** a code that opens one session, once, within the hour */
  async issueCode(person: Person): Promise<Opened> {
    return this.#keep("sign-in-code", JSON.stringify(person), this.#now() + codeMs);
  }

  /** a session for whoever shows a code; undefined where there is no such code, or it was used, or its hour is over */
  async redeem(code: string): Promise<Opened | undefined> {
    const name = nameOfSecret("sign-in-code", code);
    const kept = name === undefined ? undefined : await this.#store.take(name, this.#now());
    return kept === undefined ? undefined : this.open(JSON.parse(kept.value) as Person);
  }

  /** a session for somebody of whom is known who it is; `expiresAt` is when it ends at the latest */
  async open(person: Person): Promise<Opened> {
    const endsAt = this.#now() + longestMs;
    const value: Kept = { ...person, endsAt };
    const { secret } = await this.#keep("session", JSON.stringify(value), this.#now() + idleMs);
    return { secret, expiresAt: endsAt };
  }

  /** the session of a secret, which lives on by being used */
  async find(secret: string): Promise<Session | undefined> {
    const name = nameOfSecret("session", secret);
    const entry = name === undefined ? undefined : await this.#store.find(name, this.#now());
    if (name === undefined || entry === undefined) return undefined;
    const { endsAt, ...person } = JSON.parse(entry.value) as Kept;
    return { ...person, id: name.keyHash.slice("sha256:".length, 29), expiresAt: await this.#prolonged(name, entry, endsAt) };
  }

  /** ends a session, for every server at once */
  async close(secret: string): Promise<void> {
    const name = nameOfSecret("session", secret);
    if (name !== undefined) await this.#store.take(name, this.#now());
  }

  async #keep(kind: PassingKind, value: string, expiresAt: number): Promise<Opened> {
    const secret = newPageSecret(kind);
    await this.#store.keep(nameOfSecret(kind, secret) as PassingName, { value, expiresAt }, this.#now());
    return { secret, expiresAt };
  }

  async #prolonged(name: PassingName, { expiresAt }: Passing, endsAt: number): Promise<number> {
    const wanted = Math.min(this.#now() + idleMs, endsAt);
    if (wanted - expiresAt < stepMs) return expiresAt;
    try {
      return (await this.#store.prolong(name, wanted, this.#now())) ? wanted : expiresAt;
    } catch {
      // A full disk must not end what can still be read; the session just does not live longer.
      return expiresAt;
    }
  }
}

/** A session as one who calls: with roles, as an application has them. */
export function callerOfSession({ tenantId, name, roles, id }: Session): Caller {
  return { tenantId, clientId: undefined, subject: name, roles, scopes: [], tokenId: id, issuer: "session" };
}
