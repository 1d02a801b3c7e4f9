import { isJsonObject } from "./parse-token.ts";
import { knownAlgorithms } from "./read-jwks.ts";
import { missing, readSafeUrl, readText, readTexts, refuseUnknownNames, wrong } from "./setting-entry.ts";

/** One entry of `issuers` in the config file. */
export interface IssuerSettings {
  /** the exact `iss`; `{tenantId}` stands for the tenant's id */
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly jwksUri: string;
  /** the only tenant this issuer speaks for; absent: the tenant claim names it */
  readonly tenantId?: string;
  readonly tenantClaim: string;
  readonly rolesClaim: string;
  readonly scopesClaim: string;
  readonly algorithms: readonly string[];
}

const names = ["issuer", "audiences", "jwksUri", "tenantId", "tenantClaim", "rolesClaim", "scopesClaim", "algorithms"];

/** Reads the list of trusted issuers. @throws ProductError naming the entry and the member */
export function readIssuerSettings(value: unknown, source: string): readonly IssuerSettings[] {
  if (!Array.isArray(value)) throw wrong(source, "issuers", "must be a list of objects");
  return value.map((entry, index) => readEntry(entry, `issuers[${index}]`, source));
}

function readEntry(entry: unknown, field: string, source: string): IssuerSettings {
  if (!isJsonObject(entry)) throw wrong(source, field, "must be an object");
  const given = { entry, field, source };
  refuseUnknownNames(given, names);
  const text = (name: string): string | undefined => readText(given, name);
  const required = (name: string): string => text(name) ?? missing(source, `${field}.${name}`);
  const tenantId = text("tenantId");
  const settings = {
    issuer: required("issuer"),
    jwksUri: required("jwksUri"),
    audiences: readTexts(given, "audiences") ?? missing(source, `${field}.audiences`),
    tenantClaim: text("tenantClaim") ?? "tid",
    rolesClaim: text("rolesClaim") ?? "roles",
    scopesClaim: text("scopesClaim") ?? "scp",
    algorithms: readTexts(given, "algorithms") ?? ["RS256"],
    ...(tenantId === undefined ? {} : { tenantId }),
  };
  refuseOtherAlgorithms(settings.algorithms, `${field}.algorithms`, source);
  readKeysUrl(settings, `${field}.jwksUri`, source);
  return settings;
}

/** Where an issuer's keys are: https, or http on this machine. @throws ProductError */
export function readKeysUrl({ jwksUri, tenantId }: IssuerSettings, field = "jwksUri", source = "issuers"): URL {
  const text = tenantId === undefined ? jwksUri : jwksUri.replaceAll("{tenantId}", tenantId);
  if (text.includes("{tenantId}"))
    throw wrong(source, field, "has {tenantId} in it, but no tenantId is fixed: name one address for all tenants");
  const url = readSafeUrl(text);
  if (url !== undefined) return url;
  throw wrong(source, field, "must be an https address (http on this machine only), without a user name");
}

function refuseOtherAlgorithms(algorithms: readonly string[], field: string, source: string): void {
  for (const algorithm of algorithms) {
    if (!knownAlgorithms.includes(algorithm)) {
      throw wrong(source, field, `"${algorithm}" is not allowed; known are ${knownAlgorithms.join(", ")}`);
    }
  }
}
