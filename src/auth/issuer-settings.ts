import { nearestName } from "../config/nearest-name.ts";
import { ProductError } from "../domain/errors.ts";
import { isJsonObject, type JsonObject } from "./parse-token.ts";
import { knownAlgorithms } from "./read-jwks.ts";

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
  refuseUnknownNames(entry, field, source);
  const text = (name: string): string | undefined => readText(entry, name, field, source);
  const required = (name: string): string => text(name) ?? missing(source, `${field}.${name}`);
  const tenantId = text("tenantId");
  const settings = {
    issuer: required("issuer"),
    jwksUri: required("jwksUri"),
    audiences: readTexts(entry, "audiences", field, source) ?? missing(source, `${field}.audiences`),
    tenantClaim: text("tenantClaim") ?? "tid",
    rolesClaim: text("rolesClaim") ?? "roles",
    scopesClaim: text("scopesClaim") ?? "scp",
    algorithms: readTexts(entry, "algorithms", field, source) ?? ["RS256"],
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
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname));
  if (url === undefined || !isSafe || url.username !== "" || url.password !== "") {
    throw wrong(source, field, "must be an https address (http on this machine only), without a user name");
  }
  return url;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function refuseOtherAlgorithms(algorithms: readonly string[], field: string, source: string): void {
  for (const algorithm of algorithms) {
    if (!knownAlgorithms.includes(algorithm)) {
      throw wrong(source, field, `"${algorithm}" is not allowed; known are ${knownAlgorithms.join(", ")}`);
    }
  }
}

function refuseUnknownNames(entry: JsonObject, field: string, source: string): void {
  for (const name of Object.keys(entry)) {
    if (names.includes(name)) continue;
    const nearest = nearestName(name, names);
    throw wrong(
      source,
      `${field}.${name}`,
      nearest === undefined ? `is not known; known are ${names.join(", ")}` : `is not known; did you mean ${nearest}?`,
    );
  }
}

function readText(entry: JsonObject, name: string, field: string, source: string): string | undefined {
  if (!Object.hasOwn(entry, name)) return undefined;
  const value = entry[name];
  if (typeof value === "string" && value !== "") return value;
  throw wrong(source, `${field}.${name}`, "must be a text");
}

function readTexts(entry: JsonObject, name: string, field: string, source: string): readonly string[] | undefined {
  if (!Object.hasOwn(entry, name)) return undefined;
  const value = entry[name];
  if (Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === "string" && part !== "")) return value;
  throw wrong(source, `${field}.${name}`, "must be a list of texts");
}

function missing(source: string, field: string): never {
  throw wrong(source, field, "is missing");
}

function wrong(source: string, field: string, message: string): ProductError {
  return new ProductError("usage", `${field} ${message}`, { place: { source, field } });
}
