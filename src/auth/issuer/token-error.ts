import { randomUUID } from "node:crypto";

/** An OAuth error in Entra's form. */
export interface TokenErrorBody {
  readonly error: OAuthError;
  readonly error_description: string;
  readonly error_codes: readonly number[];
  readonly timestamp: string;
  readonly trace_id: string;
  readonly correlation_id: string;
}

export type OAuthError =
  | "invalid_client"
  | "invalid_request"
  | "invalid_resource"
  | "invalid_scope"
  | "unauthorized_client"
  | "unsupported_grant_type";

/** Why no token was given; the message repeats no secret. */
export class TokenRefusal extends Error {
  override readonly name: string = "TokenRefusal";
  readonly error: OAuthError;
  /** the number after `AADSTS`, which clients look for */
  readonly code: number;

  constructor(error: OAuthError, code: number, message: string) {
    super(message);
    this.error = error;
    this.code = code;
  }

  get status(): 400 | 401 {
    return this.error === "invalid_client" ? 401 : 400;
  }

  /** The body of the answer. */
  body(now: number, correlationId: string | undefined): TokenErrorBody {
    const timestamp = new Date(now)
      .toISOString()
      .replace("T", " ")
      .replace(/\.\d+Z$/, "Z");
    const trace = randomUUID();
    const correlation = correlationId !== undefined && isGuid(correlationId) ? correlationId : randomUUID();
    const ids = `Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`;
    return {
      error: this.error,
      error_description: `AADSTS${this.code}: ${this.message} ${ids}`,
      error_codes: [this.code],
      timestamp,
      trace_id: trace,
      correlation_id: correlation,
    };
  }
}

/** Text from a request within a message: plain characters only, cut to length. */
export function quoted(text: string): string {
  return `'${text.slice(0, 100).replace(/[^ !#-&(-~]/g, "?")}'`;
}

function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
}
