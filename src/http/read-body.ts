import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { badRequest, HttpError } from "./http-error.ts";
import type { Call } from "./route.ts";

/** Bodies of calls that change something are small. */
const mostBytes = 1_048_576;

/** The body of a request as it was meant: unpacked where it came as gzip. Whoever reads it sets its own limit. */
export async function* bodyChunks({ body, headers }: Call): AsyncGenerator<Uint8Array> {
  const coding = (headers["content-encoding"] ?? "identity").trim().toLowerCase();
  if (coding === "identity" || coding === "") {
    yield* body;
    return;
  }
  if (coding !== "gzip" && coding !== "x-gzip")
    throw new HttpError(415, "UnsupportedMediaType", "Content-Encoding: gzip or none is understood");
  const plain = createGunzip();
  // What goes wrong comes out where it is read.
  pipeline(body, plain, () => undefined);
  try {
    yield* plain as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (error instanceof Error && "code" in error && String(error.code).startsWith("Z_"))
      throw badRequest("the body is not gzip", "InvalidRequestBody");
    throw error;
  }
}

/** The text of the `Content-Type` before any parameter, in lower case. */
export function mediaType({ headers }: Pick<Call, "headers">): string {
  return (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

/** A small JSON object; @throws HttpError for anything else */
export async function readJsonObject(call: Call): Promise<Readonly<Record<string, unknown>>> {
  if (mediaType(call) !== "application/json")
    throw new HttpError(415, "UnsupportedMediaType", "Content-Type: application/json is expected");
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of bodyChunks(call)) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new HttpError(413, "RequestTooLarge", `the body is larger than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return parseObject(Buffer.concat(chunks));
}

function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  } catch {
    // told below
  }
  throw badRequest("Request body is incorrect: a JSON object is expected", "InvalidRequestBody");
}

/** A member by its name in any case: documentation and clients do not agree about it. */
export function memberOf(object: Readonly<Record<string, unknown>>, name: string): unknown {
  const found = Object.keys(object).find((key) => key.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : object[found];
}
