import type { FastifyReply, FastifyRequest } from "fastify";
import { ProductError } from "../domain/errors.ts";
import { ODataError } from "../odata/odata-error.ts";
import { errorBody, HttpError, statusOf, type WireErrorCode } from "./http-error.ts";

/** Whatever was thrown, as an error in Defender's shape. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof HttpError) {
    // The browser that is led elsewhere shows an id instead of the reason.
    if (error.status >= 500 || error.status < 400) request.log.warn({ reqId: request.id, reason: error.message }, "could not answer");
    return sendError(reply.headers(error.headers), error.status, error.code, error.message, error.details);
  }
  if (error instanceof ODataError) return sendError(reply, 400, "ODataError", error.message);
  if (error instanceof ProductError) return answerProductError(error, request, reply);
  const { statusCode: status = 500, code } = error as { readonly statusCode?: number; readonly code?: string };
  // Nobody is there to answer, and nothing failed.
  if (reply.raw.destroyed && code === "ERR_STREAM_PREMATURE_CLOSE") return sendError(reply, 400, "BadRequest", "The client went away.");
  if (status < 500) return sendError(reply, status, "BadRequest", "The request is not valid.");
  request.log.error({ reqId: request.id, err: error }, "unexpected failure");
  return sendError(reply, 500, "InternalServerError", "An internal error occurred; the log has it under this id.");
}

/** What is wrong with the request is said; what is wrong within the server goes to the log, and the answer has its id. */
function answerProductError(error: ProductError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, code } = statusOf[error.code];
  const isOwn = error.code === "database" || error.code === "file" || error.code === "network";
  if (status >= 500) {
    request.log.error({ reqId: request.id, err: error, place: error.place }, "could not answer");
    reply.header("Retry-After", "5");
  }
  const line = error.place.line === undefined ? "" : `line ${error.place.line}: `;
  const field = error.place.field === undefined ? "" : ` (${error.place.field})`;
  const hint = error.hint === undefined ? "" : ` ${error.hint}`;
  const message = isOwn
    ? "The service cannot answer at the moment; the log has the reason under this id."
    : `${line}${error.message}${field}.${hint}`;
  return sendError(reply, status, code, message);
}

/** An error in Defender's shape; `message` is for whoever called. */
export function sendError(reply: FastifyReply, status: number, code: WireErrorCode, message: string, details?: object): FastifyReply {
  // A body that nobody read to its end cannot be followed by another request.
  if (!reply.request.raw.complete) reply.header("Connection", "close");
  return reply
    .code(status)
    .type("application/json; charset=utf-8")
    .send(errorBody(code, message, reply.request.id, details));
}
