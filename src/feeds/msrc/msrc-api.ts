import { setTimeout } from "node:timers/promises";
import { ProductError } from "../../domain/errors.ts";
import type { DocumentReference, FeedDocument, KnownDocument, UpdateFeed } from "../feed.ts";
import { refuseOtherDocument } from "./asked-document.ts";
import { cvrfLimits } from "./cvrf-limits.ts";
import { CvrfReader } from "./cvrf-reader.ts";
import { parseDocumentId } from "./document-id.ts";
import { documentsToRead, type ListEntry, readListPage } from "./msrc-list.ts";
import { type Patience, type RequestMeans, request } from "./msrc-request.ts";
import { quoted } from "./warning-list.ts";

/** How to ask; everything has a default. */
export interface MsrcApiOptions extends Partial<RequestMeans> {
  /** only documents of this month and later, as year * 12 + (month - 1) */
  readonly since?: number;
  readonly listPatience?: Patience;
  readonly documentPatience?: Patience;
}

/** Where Microsoft serves its documents. */
export const msrcBase = "https://api.msrc.microsoft.com";

/** MSRC has published a document a month since 2016: more than this is no list of months. */
const longestList = 1000;
const mostPages = 50;
const atOnce = 4;

interface Asking extends RequestMeans {
  readonly base: URL;
  readonly since: number | undefined;
  readonly listPatience: Patience;
  readonly documentPatience: Patience;
}

/** MSRC's own API, or what speaks like it at `base` (https, or http on this machine): the feed of connected networks. */
export function msrcApi(base: string | URL = msrcBase, options: MsrcApiOptions = {}): UpdateFeed {
  const asking: Asking = {
    base: checkedBase(base),
    since: options.since,
    fetch: options.fetch ?? fetch,
    sleep: options.sleep ?? ((ms) => setTimeout(ms)),
    listPatience: options.listPatience ?? { totalMs: 30_000, stallMs: 30_000 },
    documentPatience: options.documentPatience ?? { totalMs: 120_000, stallMs: 30_000 },
  };
  const turn = turns(atOnce);
  return {
    name: asking.base.href,
    list: (known) => listDocuments(asking, known),
    read: (reference) => turn(() => readDocument(reference, asking)),
  };
}

async function listDocuments(asking: Asking, known: readonly KnownDocument[]): Promise<DocumentReference[]> {
  const { base, since } = asking;
  const entries: ListEntry[] = [];
  const seen = new Set<string>();
  let page: URL | undefined = addressOf(base, "cvrf/v3.0/updates");
  while (page !== undefined && entries.length < longestList && seen.size < mostPages && !seen.has(page.href)) {
    seen.add(page.href);
    const { entries: more, next } = readListPage(await getText(page, asking), page);
    entries.push(...more.slice(0, longestList - entries.length));
    page = next;
  }
  const locate = (id: string): string => addressOf(base, `cvrf/v3.0/cvrf/${encodeURIComponent(id)}`).href;
  return documentsToRead(entries, { since, known, locate });
}

async function getText(url: URL, asking: Asking): Promise<string> {
  let chunks: Uint8Array[] = [];
  let bytes = 0;
  const newSink = (): ((chunk: Uint8Array) => void) => {
    chunks = [];
    bytes = 0;
    return (chunk) => {
      bytes += chunk.length;
      if (bytes > cvrfLimits.decodedBytes)
        throw new ProductError("too-large", "a list of more than 64 MiB", { place: { source: url.href } });
      chunks.push(chunk);
    };
  };
  await request(
    url,
    { ...asking, absence: "a base address is what stands before /cvrf/v3.0/updates: check the one given with --from" },
    asking.listPatience,
    newSink,
  );
  return Buffer.concat(chunks).toString();
}

async function readDocument({ location, id }: DocumentReference, asking: Asking): Promise<FeedDocument> {
  if (id !== undefined && parseDocumentId(id) === undefined) {
    throw new ProductError("network", `the list names a document ${quoted(id)}, which can be none`, { place: { source: location } });
  }
  let reader = new CvrfReader(location);
  const newSink = (): ((chunk: Uint8Array) => void) => {
    reader = new CvrfReader(location);
    const current = reader;
    return (chunk) => current.write(chunk);
  };
  await request(
    new URL(location),
    { ...asking, absence: "MSRC lists it but does not serve it: try again later" },
    asking.documentPatience,
    newSink,
  );
  const found = reader.end();
  refuseOtherDocument(found.document.id, id, location);
  return found;
}

function checkedBase(written: string | URL): URL {
  if (!URL.canParse(written)) throw new ProductError("usage", `${quoted(String(written))} is not an address`);
  const base = withoutApiPath(new URL(written));
  const onThisMachine = /^(?:localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])$/.test(base.hostname);
  const refuse = (message: string): ProductError =>
    new ProductError("usage", message, { place: { source: `${base.protocol}//${base.host}` } });
  if (base.username !== "" || base.password !== "") throw refuse("an address with a name or password in it is refused");
  if (base.protocol === "https:" || (base.protocol === "http:" && onThisMachine)) return base;
  throw refuse("update knowledge is only read over https, or http on this machine");
}

/** The address of the API itself (`https://mirror.example/cvrf/v3.0`) or of its list names the same base. */
function withoutApiPath(address: URL): URL {
  const base = new URL(address);
  base.pathname = base.pathname.replace(/(?:\/cvrf\/v3\.0(?:\/updates)?)?\/*$/i, "") || "/";
  return base;
}

/** Below the base, which may have a path of its own (`https://mirror.example/msrc`). */
function addressOf(base: URL, path: string): URL {
  return new URL(path, base.href.endsWith("/") ? base.href : `${base.href}/`);
}

/** Lets so many run at once; the others wait for their turn. */
function turns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
