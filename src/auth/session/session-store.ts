/** What is kept for a while only: a code that opens a session, a session, a sign-in that went to a provider and is not back yet. */
export type PassingKind = "sign-in-code" | "session" | "provider-sign-in";

/** What names an entry: the secret that its holder shows is known as its hash alone. */
export interface PassingName {
  readonly kind: PassingKind;
  /** `sha256:` and 64 hex digits */
  readonly keyHash: string;
}

/** What stands under a name. */
export interface Passing {
  /** any text */
  readonly value: string;
  /** milliseconds; from then on it is not there */
  readonly expiresAt: number;
}

/**
 * CONTRACT of where passing things are kept. Several processes may share it: what is done is durable when the call is done, and seen by the next
 * question of any of them. `now` is milliseconds; an entry whose time has come is not there for any call.
 */
export interface SessionStore {
  /** a name that is new; entries whose time has come go for good meanwhile */
  keep(name: PassingName, entry: Passing, now: number): void | Promise<void>;
  find(name: PassingName, now: number): Passing | undefined | Promise<Passing | undefined>;
  /** gives an entry that is there another end; false: it is not there, and stays so */
  prolong(name: PassingName, expiresAt: number, now: number): boolean | Promise<boolean>;
  /** hands an entry out and forgets it: of all who ask, however many at once, one gets it */
  take(name: PassingName, now: number): Passing | undefined | Promise<Passing | undefined>;
}
