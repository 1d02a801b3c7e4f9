/** Every reason to turn a request away, as a closed set: the table to statuses and words is complete by type. */
export type RefusalReason =
  /** no `Authorization` header */
  | "no-token"
  /** another scheme, two headers, or text that is no bearer token */
  | "credentials"
  /** a header larger than any token needs to be */
  | "too-long"
  /** three parts, each base64url, the first two JSON objects: not so */
  | "structure"
  /** a token of another kind */
  | "type"
  | "algorithm"
  | "issuer"
  | "audience"
  /** a tenant that the issuer may not speak for */
  | "tenant"
  | "expired"
  | "not-yet-valid"
  /** a key that the issuer does not publish */
  | "key"
  | "signature"
  /** the token is good, but its tenant is gone */
  | "tenant-gone"
  /** the token is good, but its client was revoked */
  | "client-revoked"
  /** the page's cookie names no session that is open */
  | "session-ended"
  /** the issuer's keys could not be had: nobody can tell whether the token is good */
  | "keys-unavailable";

/** Why a request was turned away. */
export interface Refusal {
  readonly reason: RefusalReason;
  /** for the log, never for the answer: expected and given, cut to length, without the token */
  readonly facts: RefusalFacts;
}

export type RefusalFacts = Readonly<Record<string, string>>;

/** A refusal; facts are what the log may say. */
export function refusal(reason: RefusalReason, facts: RefusalFacts = {}): Refusal {
  return { reason, facts };
}
