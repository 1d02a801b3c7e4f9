import type { HistoryLine, ReleaseHistory } from "../../domain/catalog/release-history.ts";
import { ProductError } from "../../domain/errors.ts";

/** A release history and what was left out of it. */
export interface ReadReleaseHistory extends ReleaseHistory {
  readonly warnings: readonly string[];
}

/** 43 lines are known; a file with more than this is no release history. */
const mostLines = 1000;
const mostReleases = 10_000;

/**
 * Reads `{"releases": {"Windows 10|19045|rollup": [[2130, null], [2194, "5020953"]]}}`: by product, build and channel the revisions and
 * KBs in order of release. @throws ProductError naming the key that is not as it should be
 */
export function readReleaseHistory(text: string, source: string): ReadReleaseHistory {
  const refuse = (message: string, field: string): ProductError =>
    new ProductError("unreadable-input", `not a release history: ${message}`, { place: { source, field } });
  const releases = memberOf(parsed(text, source), "releases");
  if (!isRecord(releases)) throw refuse("it has no object of releases", "releases");
  const keys = Object.keys(releases);
  if (keys.length > mostLines) throw refuse(`more than ${mostLines} lines`, "releases");
  const lines: HistoryLine[] = [];
  const warnings: string[] = [];
  for (const key of keys) {
    const line = parseKey(key);
    if (line === undefined) throw refuse("the key is not product|build|channel", key);
    const { product, build, channel } = line;
    if (!isChannel(channel)) warnings.push(`${key}: the channel is unknown, the line is left out`);
    else lines.push({ product, build, channel, releases: readReleases(releases[key], (message) => refuse(message, key)) });
  }
  return { lines, warnings };
}

function parseKey(key: string): { readonly product: string; readonly build: number | null; readonly channel: string } | undefined {
  const [, product, build = "", channel] = /^([^|]{1,100})\|([0-9]{4,6}|SP[0-9])\|([A-Za-z]{1,30})$/.exec(key) ?? [];
  if (product === undefined || channel === undefined) return undefined;
  return { product, build: build.startsWith("SP") ? null : Number(build), channel };
}

function readReleases(value: unknown, refuse: (message: string) => ProductError): HistoryLine["releases"] {
  if (!Array.isArray(value) || value.length > mostReleases) throw refuse(`its value is not a list of up to ${mostReleases} releases`);
  return value.map((release: unknown, index) => {
    const [revision, kb, ...more] = Array.isArray(release) ? (release as unknown[]) : [];
    if (more.length > 0 || !isRevision(revision) || !isKb(kb)) throw refuse(`release ${index} is not [revision or null, KB or null]`);
    return { revision, kb };
  });
}

function isRevision(value: unknown): value is number | null {
  return value === null || (Number.isSafeInteger(value) && Number(value) >= 0);
}

function isKb(value: unknown): value is string | null {
  return value === null || (typeof value === "string" && /^[0-9]{6,7}$/.test(value));
}

function isChannel(value: string): value is HistoryLine["channel"] {
  return value === "rollup" || value === "securityOnly";
}

function parsed(text: string, source: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    throw new ProductError("unreadable-input", "not a release history: not well-formed JSON", { place: { source }, cause: error });
  }
}

function memberOf(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
