import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { errorBody, type WireErrorCode } from "./http-error.ts";

/** What the parser's refusals come to. */
const refusals: Readonly<Record<string, readonly [status: number, code: WireErrorCode, message: string]>> = {
  HPE_HEADER_OVERFLOW: [431, "BadRequest", "The request's header is too large."],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, "RequestTooLarge", "The request's chunk extensions are too large."],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "RequestTimeout", "The request did not arrive in time."],
};

/** Answers what is no HTTP in the shape of every other error, and ends the connection. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket, log: (code: string) => void): void {
  if (!socket.writable || error.code === "ECONNRESET") return void socket.destroy();
  const [status, code, message] = refusals[error.code ?? ""] ?? ([400, "BadRequest", "The request is not valid HTTP."] as const);
  const body = errorBody(code, message, randomUUID());
  log(error.code ?? error.message);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Cache-Control: no-store",
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
