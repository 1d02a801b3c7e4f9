/** A JSON object from outside. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A token taken apart, believed in nothing yet. */
export interface ParsedToken {
  readonly text: string;
  readonly header: JsonObject;
  readonly claims: JsonObject;
}

/** Fatal, and a byte order mark is not swallowed: it is no JSON. */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Takes a compact JWS apart; undefined where it is none, in exactly the one way of writing it. */
export function parseToken(text: string): ParsedToken | undefined {
  const [head = "", body = "", signature = "", ...more] = text.split(".");
  if (more.length > 0 || decode(signature) === undefined) return undefined;
  const header = parseObject(head);
  const claims = parseObject(body);
  return header === undefined || claims === undefined ? undefined : { text, header, claims };
}

/** Own members only: no claim is called `constructor` unless somebody wrote it. */
export function member(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The member where it is a text. */
export function textMember(object: JsonObject, name: string): string | undefined {
  const value = member(object, name);
  return typeof value === "string" ? value : undefined;
}

/** Whether a JSON value is an object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseObject(part: string): JsonObject | undefined {
  const bytes = decode(part);
  if (bytes === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** base64url without padding; another spelling of the same bytes would be another text for the same token. */
function decode(part: string): Uint8Array | undefined {
  const bytes = Buffer.from(part, "base64url");
  return bytes.toString("base64url") === part ? bytes : undefined;
}
