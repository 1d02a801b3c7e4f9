import { ProductError } from "../../domain/errors.ts";
import type { DocumentReference, KnownDocument } from "../feed.ts";
import { parseDocumentId, parseDocumentMonth } from "./document-id.ts";
import { JsonPlace } from "./json-place.ts";
import { parseReleaseTime } from "./release-date.ts";

/** One page of MSRC's list of documents. */
export interface ListPage {
  readonly entries: readonly ListEntry[];
  readonly next: URL | undefined;
}

/** What the list says of one document. */
export interface ListEntry {
  readonly id: string;
  /** year * 12 + (month - 1), where anything in the entry tells it */
  readonly month: number | undefined;
  readonly currentRelease: string | undefined;
}

/** Microsoft's own host, which a mirror's list may still name. */
const microsoft = "https://api.msrc.microsoft.com";

/** Reads a page of the list. A link to another host refuses the whole list (@throws ProductError). */
export function readListPage(text: string, page: URL): ListPage {
  const root = new JsonPlace(parsed(text, page), "", page.href);
  const next = root.member("@odata.nextLink").text();
  return {
    entries: root
      .member("value")
      .entries()
      .map((entry) => readEntry(entry, page)),
    next: next === "" ? undefined : onSameHost(next, page, []),
  };
}

/** The documents to read: each once, from the month on, without those that are already known as they are. */
export function documentsToRead(
  entries: readonly ListEntry[],
  wanted: { readonly since: number | undefined; readonly known: readonly KnownDocument[]; readonly locate: (id: string) => string },
): DocumentReference[] {
  const held = new Map(wanted.known.map((document) => [document.id, document.currentRelease]));
  const references = new Map<string, DocumentReference>();
  for (const { id, month, currentRelease } of entries) {
    const canonical = parseDocumentId(id) ?? id;
    const tooOld = wanted.since !== undefined && month !== undefined && month < wanted.since;
    const unchanged = currentRelease !== undefined && held.get(canonical) === currentRelease;
    if (!tooOld && !unchanged && !references.has(canonical)) references.set(canonical, { location: wanted.locate(id), id });
  }
  return [...references.values()];
}

function readEntry(entry: JsonPlace, page: URL): ListEntry {
  const id = entry.member("ID").text().trim();
  const url = entry.member("CvrfUrl").text();
  if (url !== "") onSameHost(url, page, [microsoft]);
  const initialRelease = parseReleaseTime(entry.member("InitialReleaseDate").text()) ?? "";
  return {
    id,
    month: parseDocumentMonth(parseDocumentId(id) ?? "", entry.member("Alias").text(), initialRelease),
    currentRelease: parseReleaseTime(entry.member("CurrentReleaseDate").text()),
  };
}

function onSameHost(link: string, page: URL, alsoAllowed: readonly string[]): URL {
  const url = URL.canParse(link, page) ? new URL(link, page) : undefined;
  if (url !== undefined && (url.origin === page.origin || alsoAllowed.includes(url.origin))) return url;
  throw new ProductError("network", "the list of documents leads to another host", {
    place: { source: page.href, field: url?.origin ?? "a link" },
    hint: "this is not MSRC's answer: check what answers at this address",
  });
}

function parsed(text: string, page: URL): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const what = /^\s*</.test(text) ? "an HTML page or XML" : "no well-formed JSON";
    throw new ProductError("network", `the list of documents is ${what}`, {
      place: { source: page.href },
      hint: "a proxy or a sign-in page may stand in between",
      cause: error,
    });
  }
}
