import { createPrivateKey, createPublicKey, type webcrypto } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair } from "jose";
import { type KeySet, keepUnchanged, type VerificationKey, verificationKey } from "../verification-key.ts";
import { type SigningKey, tokenLifetimeMs } from "./mint-token.ts";
import type { SigningKeyStore, StoredSigningKey } from "./signing-key-store.ts";

export interface SigningKeysMeans {
  readonly store: SigningKeyStore;
  /** milliseconds */
  readonly now: () => number;
  /** a key signs for this long; default 90 days */
  readonly signsForMs?: number;
}

const minutes = 60_000;
/** What other processes have added or removed is seen this late at most. */
const rereadMs = minutes;
/** Unknown names of keys make nobody read the store more often than this. */
const leastPauseMs = 1000;
/** After its successor came, a key verifies until the last token it may have signed has expired, in every process and with every clock. */
const outlivesMs = tokenLifetimeMs + rereadMs + 5 * minutes;

/** The built-in issuer's keys: the newest signs, older ones verify until their last token has expired. */
export class SigningKeys implements KeySet {
  readonly #means: SigningKeysMeans;
  #stored: readonly StoredSigningKey[] = [];
  #public: ReadonlyMap<string, VerificationKey> = new Map();
  #readAt: number = Number.NEGATIVE_INFINITY;
  #making: Promise<StoredSigningKey> | undefined;
  #signing: SigningKey | undefined;

  constructor(means: SigningKeysMeans) {
    this.#means = means;
  }

  peek(kid: string): VerificationKey | undefined {
    return this.#public.get(kid);
  }

  async find(kid: string): Promise<VerificationKey | undefined> {
    const pause = this.#public.has(kid) ? rereadMs : leastPauseMs;
    if (this.#means.now() - this.#readAt >= pause) await this.#read();
    return this.#public.get(kid);
  }

  ready(): boolean {
    return this.#public.size > 0;
  }

  /** Reads the store, and makes the first key or the next one where it is time. */
  async refresh(): Promise<boolean> {
    await this.signingKey();
    await this.#read();
    return true;
  }

  /** The key to sign with, made where there is none or the newest has signed for long enough. */
  async signingKey(): Promise<SigningKey> {
    if (this.#means.now() - this.#readAt >= rereadMs) await this.#read();
    const newest = this.#stored.at(-1);
    const signsForMs = this.#means.signsForMs ?? 90 * 24 * 60 * minutes;
    const isGood = newest !== undefined && this.#means.now() - newest.createdAt < signsForMs;
    const stored = isGood ? newest : await this.#make();
    if (this.#signing?.kid !== stored.kid) this.#signing = { kid: stored.kid, key: createPrivateKey(stored.privateKey) };
    return this.#signing;
  }

  /**
   * Signs with a new key from now on, and throws away what has outlived its tokens; with `withdraw` all former keys, and with them every token
   * that they signed: for keys that somebody may have seen.
   */
  async rotate({ withdraw = false }: { readonly withdraw?: boolean } = {}): Promise<void> {
    const { kid: made } = await this.#make();
    const kept = new Set(withdraw ? [made] : this.#stored.map(({ kid }) => kid));
    for (const { kid } of await this.#means.store.list()) {
      if (!kept.has(kid)) await this.#means.store.remove(kid);
    }
    await this.#read();
  }

  /** The JWKS document. */
  async publicKeys(): Promise<{ readonly keys: readonly webcrypto.JsonWebKey[] }> {
    await this.signingKey();
    const jwks = [...this.#public.values()].map(async ({ kid, key }) => ({ ...(await exportJWK(key)), kid, use: "sig", alg: "RS256" }));
    return { keys: await Promise.all(jwks) };
  }

  /** One at a time: a start under load makes one key, not many. */
  #make(): Promise<StoredSigningKey> {
    this.#making ??= this.#makeOne().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  async #makeOne(): Promise<StoredSigningKey> {
    const { publicKey, privateKey } = await generateKeyPair("RS256", { modulusLength: 2048, extractable: true });
    const kid = await calculateJwkThumbprint(await exportJWK(publicKey));
    const newest = this.#stored.at(-1)?.createdAt ?? Number.NEGATIVE_INFINITY;
    const key = { kid, privateKey: await exportPKCS8(privateKey), createdAt: Math.max(this.#means.now(), newest + 1) };
    await this.#means.store.add(key);
    await this.#read();
    return key;
  }

  async #read(): Promise<void> {
    const { store, now } = this.#means;
    const listed = [...(await store.list())].sort((a, b) => a.createdAt - b.createdAt || (a.kid < b.kid ? -1 : 1));
    this.#stored = listed.filter((_key, index) => now() < (listed[index + 1]?.createdAt ?? Number.POSITIVE_INFINITY) + outlivesMs);
    const keys = this.#stored.map(({ kid, privateKey }): [string, VerificationKey] => [
      kid,
      this.#public.get(kid) ?? verificationKey(kid, createPublicKey(privateKey), "RS256"),
    ]);
    this.#public = keepUnchanged(new Map(keys), this.#public);
    this.#readAt = now();
  }
}
