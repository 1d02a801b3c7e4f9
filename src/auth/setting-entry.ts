import { nearestName } from "../config/nearest-name.ts";
import { ProductError } from "../domain/errors.ts";
import type { JsonObject } from "./parse-token.ts";

/** An entry of a list in the config file, and how errors name it: `issuers[0]` */
export interface SettingEntry {
  readonly entry: JsonObject;
  readonly field: string;
  readonly source: string;
}

/** @throws ProductError for a member that means nothing, with the one that was probably meant */
export function refuseUnknownNames({ entry, field, source }: SettingEntry, names: readonly string[]): void {
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

/** A member that is a text; @throws ProductError where it is something else */
export function readText({ entry, field, source }: SettingEntry, name: string): string | undefined {
  if (!Object.hasOwn(entry, name)) return undefined;
  const value = entry[name];
  if (typeof value === "string" && value !== "") return value;
  throw wrong(source, `${field}.${name}`, "must be a text");
}

/** A member that is a list of texts; @throws ProductError where it is something else */
export function readTexts({ entry, field, source }: SettingEntry, name: string): readonly string[] | undefined {
  if (!Object.hasOwn(entry, name)) return undefined;
  const value = entry[name];
  if (Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === "string" && part !== "")) return value;
  throw wrong(source, `${field}.${name}`, "must be a list of texts");
}

/** @throws ProductError */
export function missing(source: string, field: string): never {
  throw wrong(source, field, "is missing");
}

/** An error that names the entry and what is wrong with it. */
export function wrong(source: string, field: string, message: string): ProductError {
  return new ProductError("usage", `${field} ${message}`, { place: { source, field } });
}

/** Whether a host of an address is this machine: plain http is safe there only. */
export function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** An address that nobody on the way can change: https, or http on this machine; no user name in it. */
export function readSafeUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isThisMachine(url.hostname));
  return isSafe && url?.username === "" && url.password === "" ? url : undefined;
}
