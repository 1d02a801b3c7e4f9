import type { ClientStore } from "../auth/issuer/client-store.ts";
import type { SigningKeyStore } from "../auth/issuer/signing-key-store.ts";
import type { SessionStore } from "../auth/session/session-store.ts";

/**
 * CONTRACT of what keeps the built-in issuer's things, the page's sessions, and other secrets of a server. Several processes may share it: what is done is on the
 * disk, and the next question of any of them sees it. Every failure is a ProductError `database`.
 */
export interface AuthStore {
  readonly clients: ClientStore;
  readonly signingKeys: SigningKeyStore;
  readonly sessions: SessionStore;
  /** the secret of that name; where there is none yet, the one made becomes it. Whoever asks, and however many at once: all get the same one */
  secret(name: string, make: () => Uint8Array): Promise<Uint8Array>;
}
