import { createHmac, timingSafeEqual } from "node:crypto";
import { HttpError } from "./http-error.ts";

/** An export file: what is in it, of which walk, for how long. */
export interface ExportFile {
  readonly kind: "software" | "vulnerabilities";
  readonly tenantId: string;
  readonly walkId: string;
  /** first hex digit of the ids of its devices */
  readonly part: string;
  /** ISO time */
  readonly expiresAt: string;
}

/** The path and query of a file; whoever has it may read it, without a token, until it expires. */
export function exportLink(file: ExportFile, secret: Uint8Array): string {
  const query = new URLSearchParams({ sv: "1", se: file.expiresAt, sr: "b", sp: "r", sig: signature(file, secret) });
  return `${pathOf(file)}?${query}`;
}

/** What a path and query name; @throws HttpError 403 where the signature is wrong or the time is over, in the words that clients look for */
export function readExportLink(
  params: Readonly<Record<string, string>>,
  query: string,
  { secret, now }: { readonly secret: Uint8Array; readonly now: Date },
): ExportFile {
  const options = new URLSearchParams(query);
  const { kind = "", tenant: tenantId = "", walk: walkId = "", file = "" } = params;
  const expiresAt = options.get("se") ?? "";
  const part = file.slice(0, 1);
  if (kind !== "software" && kind !== "vulnerabilities") throw refused("Signature did not match.");
  const named: ExportFile = { kind, tenantId, walkId, part, expiresAt };
  const [given, expected] = [Buffer.from(options.get("sig") ?? ""), Buffer.from(signature(named, secret))];
  if (file !== `${part}.json.gz` || given.length !== expected.length || !timingSafeEqual(given, expected))
    throw refused("Signature did not match.");
  if (Date.parse(expiresAt) <= now.getTime()) throw refused("Signature not valid in the specified key time frame.");
  return named;
}

function pathOf({ kind, tenantId, walkId, part }: ExportFile): string {
  return `/exports/${tenantId}/${walkId}/${kind}/${part}.json.gz`;
}

function signature(file: ExportFile, secret: Uint8Array): string {
  return createHmac("sha256", secret)
    .update(`${pathOf(file)}\n${file.expiresAt}`)
    .digest("base64url");
}

function refused(detail: string): HttpError {
  return new HttpError(403, "Forbidden", `Server failed to authenticate the request. ${detail}`);
}
