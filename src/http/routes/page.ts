import type { IncomingHttpHeaders } from "node:http";
import { HttpError, notFound, shown } from "../http-error.ts";
import type { PageFile, PageFiles } from "../page-files.ts";
import { type Answer, type Call, param, type Route } from "../route.ts";

/** What the page may do: its own files, and calls to its own server. Nothing within it, nothing of others. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const documentHeaders: Readonly<Record<string, string>> = {
  "Cache-Control": "no-cache",
  "Content-Security-Policy": policy,
  "Cross-Origin-Opener-Policy": "same-origin",
};

/** The page: its files, and its first document for every view, as the page itself reads the address. */
export function pageRoutes(files: PageFiles): readonly Route[] {
  const get = (path: string, written: string, summary: string, handle: Route["handle"]): Route => {
    return { method: "GET", path, written, may: "anyone", summary, handle };
  };
  return [
    // The page itself goes on to its own address.
    get("/", "/", "the page for people", async (call) => answerDocument(files, call)),
    get("/ui", "/ui", "the page for people", async (call) => answerDocument(files, call)),
    get("/ui/*", "/ui/:view", "a view of the page", async (call) => {
      const file = files.get(param(call, "*"));
      return file === undefined || file.type.startsWith("text/html") ? answerDocument(files, call) : answerFile(file, call, "no-cache");
    }),
    get("/ui/assets/*", "/ui/assets/:file", "a file of the page; its name has a hash of its content", async (call) => {
      const name = `assets/${param(call, "*")}`;
      const file = files.get(name);
      if (file === undefined) throw notFound(`The page's file ${shown(name)}`);
      return answerFile(file, call, "public, max-age=31536000, immutable");
    }),
  ];
}

function answerDocument(files: PageFiles, call: Call): Answer {
  const file = files.get("index.html");
  if (file !== undefined) return answerFile(file, call, documentHeaders);
  throw new HttpError(
    404,
    "NotFound",
    "The page was not built: run `npm run build` in the folder of patchgap and start it again. The API works without it; /reference describes it.",
  );
}

function answerFile(
  { type, plain, packed, etag }: PageFile,
  { headers }: Call,
  caching: string | Readonly<Record<string, string>>,
): Answer {
  const own = typeof caching === "string" ? { "Cache-Control": caching } : caching;
  const all = { ...own, ETag: etag, Vary: "Accept-Encoding", "Cross-Origin-Resource-Policy": "same-origin" };
  if (isKnown(headers, etag)) return { status: 304, headers: all, body: "" };
  for (const coding of ["br", "gzip"] as const) {
    const body = packed[coding];
    if (body !== undefined && body.length < plain.length && takes(headers, coding))
      return { headers: { ...all, "Content-Encoding": coding }, body, type };
  }
  return { headers: all, body: plain, type };
}

function isKnown({ "if-none-match": known }: IncomingHttpHeaders, etag: string): boolean {
  const bare = (tag: string): string => tag.trim().replace(/^W\//, "");
  return (known ?? "").split(",").some((tag) => tag.trim() === "*" || bare(tag) === bare(etag));
}

/** Named, and not ruled out. */
function takes({ "accept-encoding": accepted }: IncomingHttpHeaders, coding: string): boolean {
  const [named] = String(accepted ?? "")
    .toLowerCase()
    .split(",")
    .map((part) => part.trim().split(";"))
    .filter(([name]) => name === coding);
  return named !== undefined && !/^\s*q=0(?:\.0*)?\s*$/.test(named[1] ?? "");
}
