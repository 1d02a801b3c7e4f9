import type { RefusalFacts, RefusalReason } from "./refusal.ts";

/** What the HTTP side answers; the body's `target` is its own to fill in. */
export interface RefusalAnswer {
  readonly status: 401 | 403 | 503;
  /** Defender's error code */
  readonly code: "Unauthorized" | "Forbidden" | "ServiceUnavailable";
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
  /** for the body, beside the message and never in it: clients log messages */
  readonly details?: RefusalDetails;
}

/** What a token said, and what was expected of it. */
export interface RefusalDetails {
  readonly came: RefusalFacts;
  readonly expected?: RefusalFacts;
}

const invalid = "Invalid Authorization payload.";
/** One text for a key that is unknown and a signature that is wrong: the answer must not tell which keys there are. */
const unproven = `${invalid} The token's signature cannot be verified.`;

/** The words of each refusal. None names a value of the token or of the configuration: where that helps, the details do. */
const messages = {
  "no-token": `${invalid} The request has no access token.`,
  credentials: `${invalid} Exactly one Authorization header of the form "Bearer TOKEN" is expected.`,
  "too-long": `${invalid} The Authorization header is too long.`,
  structure: `${invalid} The access token is not a signed JWT.`,
  type: `${invalid} The token is of another kind than an access token.`,
  algorithm: `${invalid} The token is not signed with an allowed algorithm.`,
  issuer: `${invalid} The token's issuer is not trusted.`,
  audience: `${invalid} The token is for another audience.`,
  tenant: `${invalid} The token's issuer does not speak for its tenant.`,
  expired: `${invalid} The token has expired.`,
  "not-yet-valid": `${invalid} The token is not valid yet.`,
  key: unproven,
  signature: unproven,
  "tenant-gone": "Unauthorized request - Account is not provisioned.",
  "client-revoked": `${invalid} The application may no longer sign in.`,
  "session-ended": "The session has ended, or was signed out. Sign in again.",
  "keys-unavailable": "The signing keys of the token's issuer are not available. Try again later.",
} satisfies Record<RefusalReason, string>;

/** How a refusal is answered: 401, or 503 where nobody can tell whether the token is good. */
export function answerRefusal({ reason, facts = {} }: { readonly reason: RefusalReason; readonly facts?: RefusalFacts }): RefusalAnswer {
  const message = messages[reason];
  if (reason === "keys-unavailable") return { status: 503, code: "ServiceUnavailable", message, headers: { "Retry-After": "30" } };
  const headers = { "WWW-Authenticate": challenge(reason, message) };
  return { status: 401, code: "Unauthorized", message, headers, ...detailsOf(reason, facts) };
}

/** Reasons that a sender can mend who knows what was expected. Which keys there are is nobody's business. */
const mendable: ReadonlySet<RefusalReason> = new Set(["issuer", "audience", "tenant", "expired", "not-yet-valid", "algorithm"]);

/** Microsoft's answers do not say what was expected, and its users ask what to change. The facts are cut to length and plain ASCII already. */
function detailsOf(reason: RefusalReason, facts: RefusalFacts): { details?: RefusalDetails } {
  if (!mendable.has(reason)) return {};
  // Which tenants there are is nobody's business either, and a token names its own.
  const { expectedIssuer, expectedAudiences, expectedTenant, tenant: _, ...came } = facts;
  const expected = { issuer: expectedIssuer, audiences: expectedAudiences, tenant: expectedTenant };
  return { details: { came, ...(expectedIssuer === undefined ? {} : { expected: expected as RefusalFacts }) } };
}

/** How a missing permission is answered. */
export function answerMissingPermission(message: string): RefusalAnswer {
  return { status: 403, code: "Forbidden", message, headers: { "WWW-Authenticate": 'Bearer error="insufficient_scope"' } };
}

/** RFC 6750: a request without credentials is told of the scheme only. */
function challenge(reason: RefusalReason, message: string): string {
  if (reason === "no-token" || reason === "session-ended") return "Bearer";
  return `Bearer error="invalid_token", error_description="${message.replaceAll('"', "'")}"`;
}
