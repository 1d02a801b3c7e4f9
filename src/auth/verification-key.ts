import { createHash, type KeyObject } from "node:crypto";

/** A public key of an issuer. The same object for as long as the issuer publishes the same key: whoever remembers it can tell. */
export interface VerificationKey {
  readonly kid: string;
  readonly key: KeyObject;
  /** the only algorithm the issuer says it is for, where it says so */
  readonly algorithm: string | undefined;
  /** SHA-256 of the public key and its algorithm */
  readonly fingerprint: string;
}

/** CONTRACT of an issuer's keys. */
export interface KeySet {
  /** a key that is at hand */
  peek(kid: string): VerificationKey | undefined;
  /** a key; an unknown one may be looked for where keys come from, within narrow limits */
  find(kid: string): Promise<VerificationKey | undefined>;
  /** false: there are no keys, or they are too old to be trusted */
  ready(): boolean;
  /** looks for keys at once, whatever the limits; true when there was an answer */
  refresh(): Promise<boolean>;
}

/** A key with its fingerprint. */
export function verificationKey(kid: string, key: KeyObject, algorithm: string | undefined): VerificationKey {
  const digest = createHash("sha256").update(key.export({ type: "spki", format: "der" }));
  return { kid, key, algorithm, fingerprint: digest.update(algorithm ?? "").digest("hex") };
}

/** New keys by kid, where unchanged keys stay the objects they were. */
export function keepUnchanged(
  fresh: ReadonlyMap<string, VerificationKey>,
  former: ReadonlyMap<string, VerificationKey>,
): ReadonlyMap<string, VerificationKey> {
  return new Map(
    [...fresh].map(([kid, key]) => {
      const before = former.get(kid);
      return [kid, before?.fingerprint === key.fingerprint ? before : key];
    }),
  );
}
