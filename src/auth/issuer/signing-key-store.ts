/** A key that signs, or has signed. */
export interface StoredSigningKey {
  readonly kid: string;
  /** PKCS #8, PEM. Whoever has it is the issuer: it is kept where only the service can read it, and never logged */
  readonly privateKey: string;
  /** milliseconds */
  readonly createdAt: number;
}

/**
 * CONTRACT of where signing keys are kept. Several processes may share one store: a key that one has added is seen by the others' next `list`.
 * A key that was added is durable when `add` is done.
 */
export interface SigningKeyStore {
  list(): readonly StoredSigningKey[] | Promise<readonly StoredSigningKey[]>;
  add(key: StoredSigningKey): void | Promise<void>;
  /** of a key that is gone already: nothing */
  remove(kid: string): void | Promise<void>;
}

/** Keys that are forgotten with the process. */
export function signingKeysInMemory(): SigningKeyStore {
  const keys = new Map<string, StoredSigningKey>();
  return {
    list: () => [...keys.values()],
    add: (key) => void keys.set(key.kid, key),
    remove: (kid) => void keys.delete(kid),
  };
}
