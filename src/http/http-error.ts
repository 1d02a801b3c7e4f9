import type { ErrorCode } from "../domain/errors.ts";

/** Defender's error codes, as far as they are used, and some that HTTP brings. */
export type WireErrorCode =
  | "BadRequest"
  | "ODataError"
  | "InvalidInput"
  | "InvalidRequestBody"
  | "MaximumBatchSizeExceeded"
  | "MissingRequiredParameter"
  | "OsPlatformNotSupported"
  | "Unauthorized"
  | "Forbidden"
  | "NotFound"
  | "ResourceNotFound"
  | "MethodNotAllowed"
  | "UnsupportedMediaType"
  | "RequestTooLarge"
  | "RequestTimeout"
  /** not `TooManyRequests`: live answers carry the number */
  | "429"
  | "InternalServerError"
  | "ServiceUnavailable";

/** A request that is answered with an error; the message is for its author. */
export class HttpError extends Error {
  override readonly name: string = "HttpError";
  readonly status: number;
  readonly code: WireErrorCode;
  readonly headers: Readonly<Record<string, string>>;
  /** more for its author, as `innererror` */
  readonly details: object | undefined;

  constructor(status: number, code: WireErrorCode, message: string, headers: Readonly<Record<string, string>> = {}, details?: object) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.details = details;
  }
}

/** Nothing of that name, of this tenant at least. */
export function notFound(what: string): HttpError {
  return new HttpError(404, "ResourceNotFound", `${what} was not found`);
}

/** A request that cannot be understood. */
export function badRequest(message: string, code: WireErrorCode = "BadRequest"): HttpError {
  return new HttpError(400, code, message);
}

/** Not now; `seconds` from now perhaps. */
export function unavailable(message: string, seconds = 5): HttpError {
  return new HttpError(503, "ServiceUnavailable", message, { "Retry-After": String(seconds) });
}

/** The body of every error, in Defender's shape; `target` is the id that the log has. */
export function errorBody(code: WireErrorCode, message: string, target: string, details?: object): string {
  return JSON.stringify({ error: { code, message, target, ...(details === undefined ? {} : { innererror: details }) } });
}

/** Complete by type: what each of our own errors comes to over HTTP. Those from 500 on do not tell what happened within. */
export const statusOf: Readonly<Record<ErrorCode, { readonly status: number; readonly code: WireErrorCode }>> = {
  usage: { status: 400, code: "InvalidInput" },
  "unreadable-input": { status: 400, code: "InvalidRequestBody" },
  "too-large": { status: 413, code: "RequestTooLarge" },
  file: { status: 503, code: "ServiceUnavailable" },
  network: { status: 503, code: "ServiceUnavailable" },
  database: { status: 503, code: "ServiceUnavailable" },
  busy: { status: 503, code: "ServiceUnavailable" },
  "no-catalog": { status: 503, code: "ServiceUnavailable" },
} satisfies Record<ErrorCode, { status: number; code: WireErrorCode }>;

/** A piece of a request within a message: plain characters only, cut to length. */
export function shown(text: string): string {
  return text.slice(0, 100).replace(/[^ !#-;=?-~]/g, "?");
}
