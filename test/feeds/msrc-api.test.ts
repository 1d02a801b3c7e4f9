import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { DocumentReference, FeedDocument } from "../../src/feeds/feed.ts";
import { type MsrcApiOptions, msrcApi } from "../../src/feeds/msrc/msrc-api.ts";
import { cvrfJson } from "../fixtures/cvrf/build-cvrf.ts";
import { cleanDocument, cleanRows } from "./clean-document.ts";
import { documentPath, listEntry, listPath, type StandIn, type StandInPlan, sendJson, standIn } from "./msrc-stand-in.ts";

const json = (id: string): string => cvrfJson({ ...cleanRows, id });
const october = { "2023-Oct": json("2023-Oct") };
const three = { "2023-Aug": json("2023-Aug"), "2023-Sep": json("2023-Sep"), "2023-Oct": json("2023-Oct") };

interface Session extends AsyncDisposable {
  readonly server: StandIn;
  readonly waits: readonly number[];
  readonly list: (known?: Parameters<ReturnType<typeof msrcApi>["list"]>[0]) => Promise<readonly DocumentReference[]>;
  readonly read: (id: string) => Promise<FeedDocument>;
  readonly readReference: (reference: DocumentReference | undefined) => Promise<FeedDocument>;
}

/** The feed over a stand-in; waits are noted and not waited. */
async function session(plan: StandInPlan, options: MsrcApiOptions = {}): Promise<Session> {
  const server = await standIn(plan);
  const waits: number[] = [];
  const feed = msrcApi(server.base, { sleep: async (ms) => void waits.push(ms), ...options });
  return {
    server,
    waits,
    list: (known = []) => feed.list(known),
    read: (id) => feed.read({ location: server.base + documentPath(id), id }),
    readReference: (reference) => feed.read(reference ?? { location: "" }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const ids = (references: readonly DocumentReference[]): (string | undefined)[] => references.map(({ id }) => id);
const documentAt = (misbehave: NonNullable<StandInPlan["misbehave"]>[string]): StandInPlan => ({
  documents: october,
  misbehave: { [documentPath("2023-Oct")]: misbehave },
});

describe("MSRC's list", () => {
  it("names its documents in its own order", async () => {
    await using msrc = await session({ documents: three });
    expect(await msrc.list()).toEqual([
      { location: `${msrc.server.base}/cvrf/v3.0/cvrf/2023-Aug`, id: "2023-Aug" },
      { location: `${msrc.server.base}/cvrf/v3.0/cvrf/2023-Sep`, id: "2023-Sep" },
      { location: `${msrc.server.base}/cvrf/v3.0/cvrf/2023-Oct`, id: "2023-Oct" },
    ]);
  });

  it("is read to its last page", async () => {
    await using msrc = await session({
      documents: october,
      listMembers: { "@odata.nextLink": `${listPath}?page=2` },
      misbehave: { [`${listPath}?page=2`]: (response) => sendJson(response, JSON.stringify({ value: [listEntry("2018-FEB")] })) },
    });
    expect(ids(await msrc.list())).toEqual(["2023-Oct", "2018-FEB"]);
  });

  it("that leads in circles is read once", async () => {
    await using msrc = await session({ documents: october, listMembers: { "@odata.nextLink": listPath } });
    expect(ids(await msrc.list())).toEqual(["2023-Oct"]);
    expect(msrc.server.asked).toHaveLength(1);
  });

  it("leaves out months before the one wanted, and only those", async () => {
    await using msrc = await session(
      { documents: three, list: ["2023-Aug", "2023-Sep", "2023-Oct"].map((id) => listEntry(id)) },
      { since: 2023 * 12 + 8 },
    );
    expect(ids(await msrc.list())).toEqual(["2023-Sep", "2023-Oct"]);
  });

  it("leaves out what is known as it is, by canonical id and release", async () => {
    await using msrc = await session({
      documents: three,
      list: [listEntry("2018-FEB", "2019-12-10T08:00:00"), listEntry("2023-Sep"), listEntry("2023-Oct")],
    });
    const known = [
      { id: "2018-Feb", revision: "7", currentRelease: "2019-12-10T08:00:00Z" },
      { id: "2023-Sep", revision: "7", currentRelease: "2023-10-17T00:00:00Z" },
    ];
    expect(ids(await msrc.list(known))).toEqual(["2023-Sep", "2023-Oct"]);
  });

  it("X69: with a month twice names it once", async () => {
    await using msrc = await session({ documents: october, list: [listEntry("2023-Oct"), listEntry("2023-OCT"), listEntry("2023-Oct")] });
    expect(ids(await msrc.list())).toEqual(["2023-Oct"]);
  });

  it("X69: of 10,000 months is capped", async () => {
    await using msrc = await session({
      documents: october,
      list: Array.from({ length: 10_000 }, (_, index) => listEntry(`2023-Oct-${index}`)),
    });
    expect(await msrc.list()).toHaveLength(1000);
  });

  it.each([
    ["a next page", { listMembers: { "@odata.nextLink": "https://elsewhere.example/updates" } }],
    ["a next page of another scheme", { listMembers: { "@odata.nextLink": "file:///etc/passwd" } }],
    ["a document", { list: [{ ...listEntry("2023-Oct"), CvrfUrl: "https://elsewhere.example/2023-Oct" }] }],
  ])("X69: is refused when %s is on another host", async (_what, change) => {
    await using msrc = await session({ documents: october, ...change });
    await expect(msrc.list()).rejects.toMatchObject({ code: "network", message: expect.stringContaining("another host") });
    expect(msrc.server.asked).toEqual([listPath]);
  });

  it.each([
    ["an HTML page", "<html>Sign in</html>", "an HTML page"],
    ["no JSON", "ok", "no well-formed JSON"],
    ["a list of something else", '{"value": {"a": 1}}', "value is not a list"],
  ])("X44: that is %s is refused", async (_what, body, message) => {
    await using msrc = await session({ documents: october, misbehave: { [listPath]: (response) => sendJson(response, body) } });
    await expect(msrc.list()).rejects.toMatchObject({ message: expect.stringContaining(message) });
  });
});

describe("a document of MSRC", () => {
  it("is read as JSON, with its digest", async () => {
    await using msrc = await session({ documents: october });
    const { document, bytes } = await msrc.read("2023-Oct");
    expect(document).toEqual(cleanDocument);
    expect(bytes).toBe(Buffer.byteLength(october["2023-Oct"]));
  });

  it("may come compressed", async () => {
    await using msrc = await session(
      documentAt((response) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(json("2023-Oct")))),
    );
    expect((await msrc.read("2023-Oct")).document).toEqual(cleanDocument);
  });

  it("is asked for again when there were too many requests, after as long as the server asks", async () => {
    await using msrc = await session(
      documentAt((response, attempt) =>
        attempt === 1 ? response.writeHead(429, { "retry-after": "7" }).end() : sendJson(response, json("2023-Oct")),
      ),
    );
    expect((await msrc.read("2023-Oct")).document.id).toBe("2023-Oct");
    expect(msrc.waits).toEqual([7000]);
  });

  it("is asked for three times at most, with longer pauses", async () => {
    await using msrc = await session(documentAt((response) => response.writeHead(500).end()));
    await expect(msrc.read("2023-Oct")).rejects.toMatchObject({
      code: "network",
      message: "the server answered 500",
      place: { source: `${msrc.server.base}/cvrf/v3.0/cvrf/2023-Oct` },
    });
    expect(msrc.waits).toEqual([2000, 4000]);
    expect(msrc.server.asked).toHaveLength(3);
  });

  it("is not waited for longer than a minute", async () => {
    await using msrc = await session(documentAt((response) => response.writeHead(503, { "retry-after": "3600" }).end()));
    await expect(msrc.read("2023-Oct")).rejects.toMatchObject({ message: "the server answered 503" });
    expect(msrc.waits).toEqual([]);
  });

  it("is read anew from its start when the connection broke in its middle", async () => {
    await using msrc = await session(
      documentAt((response, attempt) => {
        if (attempt > 1) return sendJson(response, json("2023-Oct"));
        response.writeHead(200).write(json("2023-Oct").slice(0, 1500));
        setTimeout(() => response.destroy(), 50);
      }),
    );
    expect((await msrc.read("2023-Oct")).document).toEqual(cleanDocument);
    expect(msrc.waits).toEqual([2000]);
  });

  it("X69: that is listed and not there fails alone", async () => {
    await using msrc = await session({ documents: october, list: [listEntry("2023-Sep"), listEntry("2023-Oct")] });
    await expect(msrc.read("2023-Sep")).rejects.toMatchObject({
      message: "the server answered 404",
      hint: expect.stringContaining("lists it"),
    });
    expect((await msrc.read("2023-Oct")).document.id).toBe("2023-Oct");
    expect(msrc.waits).toEqual([]);
  });

  it("X67: that is another one is refused", async () => {
    await using msrc = await session({ documents: { "2024-Jan": json("2023-Dec") } });
    await expect(msrc.read("2024-Jan")).rejects.toMatchObject({ message: "asked for the document 2024-Jan, got 2023-Dec" });
  });

  it.each(["..", "../../admin", "2023\nOct", "<script>", "a".repeat(10_240)])("X68: listed as %.12j is never asked for", async (id) => {
    await using msrc = await session({ documents: {}, list: [listEntry("2023-Sep"), { ...listEntry("2023-Oct"), ID: id }] });
    const references = await msrc.list();
    expect(references).toHaveLength(2);
    await expect(msrc.readReference(references[1])).rejects.toMatchObject({ message: expect.stringContaining("which can be none") });
    expect(msrc.server.asked).toEqual([listPath]);
  });

  it.each([
    ["an HTML page", "<!DOCTYPE html><html/>", "an HTML page, not a CVRF document"],
    ["nothing", "", "an empty file, not a CVRF document"],
    ["half of a document", json("2023-Oct").slice(0, 1500), "not well-formed JSON"],
  ])("X44: that is %s is refused", async (_what, body, message) => {
    await using msrc = await session(documentAt((response) => sendJson(response, body)));
    await expect(msrc.read("2023-Oct")).rejects.toMatchObject({ code: "unreadable-input", message });
  });

  it("X30: that is a gzip bomb is stopped at 64 MiB", async () => {
    const bomb = gzipSync(Buffer.concat([Buffer.from("{"), Buffer.alloc(100 * 1_048_576, " ")]));
    await using msrc = await session(documentAt((response) => response.writeHead(200, { "content-encoding": "gzip" }).end(bomb)));
    await expect(msrc.read("2023-Oct")).rejects.toMatchObject({ code: "too-large" });
  });

  it("X32: that never ends is stopped at 64 MiB", async () => {
    const chunk = Buffer.alloc(1_048_576, " ");
    await using msrc = await session(
      documentAt((response) => {
        response.writeHead(200);
        const more = (): void => void (response.destroyed || (response.write(chunk) ? setImmediate(more) : response.once("drain", more)));
        response.write("{");
        more();
      }),
    );
    await expect(msrc.read("2023-Oct")).rejects.toMatchObject({ code: "too-large" });
  });

  it("X31: that stalls in its middle is given up, and the next one is read", async () => {
    await using msrc = await session(
      {
        documents: three,
        misbehave: { [documentPath("2023-Oct")]: (response) => void response.writeHead(200).write(json("2023-Oct").slice(0, 1500)) },
      },
      { documentPatience: { totalMs: 5000, stallMs: 200 } },
    );
    await expect(msrc.read("2023-Oct")).rejects.toMatchObject({ code: "network", message: "cannot be read: no whole answer within 0.2 s" });
    expect((await msrc.read("2023-Sep")).document.id).toBe("2023-Sep");
  });

  it("X31: that comes byte by byte is given up in time", async () => {
    await using msrc = await session(
      documentAt((response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write(" "), 20);
        response.on("close", () => clearInterval(timer));
      }),
      { documentPatience: { totalMs: 300, stallMs: 200 } },
    );
    await expect(msrc.read("2023-Oct")).rejects.toMatchObject({ message: "cannot be read: no whole answer within 0.3 s" });
  });

  it("is not followed elsewhere", async () => {
    await using msrc = await session(documentAt((response) => response.writeHead(302, { location: documentPath("2023-Sep") }).end()));
    await expect(msrc.read("2023-Oct")).rejects.toMatchObject({ code: "network", message: expect.stringContaining("redirect") });
    expect(msrc.server.asked).toEqual([documentPath("2023-Oct")]);
  });

  it("is one of four that are read at once", async () => {
    const slow = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`2023-Oct-${index}`, json(`2023-Oct-${index}`)]));
    const misbehave = Object.fromEntries(
      Object.entries(slow).map(([id, document]) => [
        documentPath(id),
        (response: Parameters<typeof sendJson>[0]) => void setTimeout(() => sendJson(response, document), 20),
      ]),
    );
    await using msrc = await session({ documents: slow, misbehave });
    const read = await Promise.all(Object.keys(slow).map((id) => msrc.read(id)));
    expect(read.map(({ document }) => document.id)).toEqual(Object.keys(slow));
    expect(msrc.server.mostAtOnce()).toBe(4);
  });
});

describe("an address to ask", () => {
  it.each([
    "https://api.msrc.microsoft.com",
    "https://mirror.example/msrc/",
    "http://127.0.0.1:8080",
    "http://localhost:8080",
    "http://[::1]:8080",
  ])("may be %s", (base) => expect(msrcApi(base).name).toContain(new URL(base).host));

  it.each([
    "http://mirror.example",
    "http://127.0.0.1.example",
    "http://localhost.example",
    "file:///srv",
    "ftp://mirror.example",
    "https://user:secret@mirror.example",
    "msrc",
  ])("X72: is refused when it is %s, without showing a password", (base) => {
    const refused = expect.objectContaining({ code: "usage", message: expect.not.stringContaining("secret") });
    expect(() => msrcApi(base)).toThrow(refused);
  });

  it.each([
    ["https://mirror.example/msrc", "https://mirror.example/msrc/cvrf/v3.0/updates"],
    ["https://mirror.example/msrc/", "https://mirror.example/msrc/cvrf/v3.0/updates"],
    ["https://mirror.example", "https://mirror.example/cvrf/v3.0/updates"],
    ["https://mirror.example/cvrf/v3.0", "https://mirror.example/cvrf/v3.0/updates"],
    ["https://mirror.example/cvrf/v3.0/", "https://mirror.example/cvrf/v3.0/updates"],
    ["https://mirror.example/msrc/cvrf/v3.0/updates", "https://mirror.example/msrc/cvrf/v3.0/updates"],
  ])("%s is asked for its list at %s", async (base, list) => {
    const asked: string[] = [];
    const fetchStub: typeof fetch = async (url) => {
      asked.push(String(url));
      return new Response('{"value": []}');
    };
    await msrcApi(base, { fetch: fetchStub }).list([]);
    expect(asked).toEqual([list]);
  });

  it("that has no list says what a base is", async () => {
    await using msrc = await session({ documents: october, misbehave: { [listPath]: (response) => void response.writeHead(404).end() } });
    await expect(msrc.list()).rejects.toMatchObject({
      message: "the server answered 404",
      hint: expect.stringMatching(/^a base address is .* --from$/),
    });
  });

  it("where nobody answers says so", async () => {
    const server = await standIn({ documents: {} });
    await server[Symbol.asyncDispose]();
    const waits: number[] = [];
    const feed = msrcApi(server.base, { sleep: async (ms) => void waits.push(ms) });
    await expect(feed.list([])).rejects.toMatchObject({ code: "network", message: "cannot be read: ECONNREFUSED" });
    expect(waits).toEqual([2000, 4000]);
  });
});
