import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { msrcFiles } from "../../src/feeds/msrc/msrc-files.ts";
import { cvrfJson, cvrfXml } from "../fixtures/cvrf/build-cvrf.ts";
import { SLOW_MACHINE } from "../slow-machine.ts";
import { cleanDocument, cleanRows, cleanXml } from "./clean-document.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "patchgap-feed-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const listed = async (): Promise<string[]> => (await msrcFiles(folder).list([])).map(({ location }) => basename(location));
const onlyDocument = async (): ReturnType<ReturnType<typeof msrcFiles>["read"]> => {
  const feed = msrcFiles(folder);
  const [reference] = await feed.list([]);
  return await feed.read(reference ?? { location: "" });
};

describe("a folder of documents", () => {
  it("is listed by name, whatever else lies in it", async () => {
    for (const name of ["b.json", "a.xml.gz", "C.XML", "d.json.gz", "README.md", "x.xml.bak", ".hidden"]) write(name, cleanXml);
    mkdirSync(join(folder, "folder.xml"));
    expect(await listed()).toEqual(["C.XML", "a.xml.gz", "b.json", "d.json.gz"]);
  });

  it("lists sizes, and the id that a name promises", async () => {
    write("cvrfDocument-2023-Oct.xml", cleanXml);
    write("other.xml", "1234");
    expect(await msrcFiles(folder).list([])).toEqual([
      { location: join(folder, "cvrfDocument-2023-Oct.xml"), bytes: Buffer.byteLength(cleanXml), id: "2023-Oct" },
      { location: join(folder, "other.xml"), bytes: 4 },
    ]);
  });

  it("without a document says what documents are called", async () => {
    write("notes.txt", cleanXml);
    await expect(listed()).rejects.toMatchObject({ code: "file", place: { source: folder }, hint: expect.stringContaining("*.xml.gz") });
  });

  it("that is not there says so", async () => {
    await expect(msrcFiles(join(folder, "none")).list([])).rejects.toMatchObject({
      code: "file",
      message: "there is no such file or folder",
    });
  });

  it.skipIf(process.platform === "win32")("A20: follows links to its own files only, and never opens a pipe", async () => {
    const outside = mkdtempSync(join(tmpdir(), "patchgap-outside-"));
    writeFileSync(join(outside, "secret.xml"), cleanXml);
    write("own.xml", cleanXml);
    symlinkSync("own.xml", join(folder, "link.xml"));
    symlinkSync(join(outside, "secret.xml"), join(folder, "out.xml"));
    symlinkSync("nowhere.xml", join(folder, "dangling.xml"));
    execFileSync("mkfifo", [join(folder, "pipe.xml")]);
    expect(await listed()).toEqual(["link.xml", "own.xml"]);
    rmSync(outside, { recursive: true });
  });
});

describe("a document's file", () => {
  it.each([
    ["XML", "a.xml", cleanXml],
    ["gzipped XML", "a.xml.gz", gzipSync(cleanXml)],
    ["JSON", "a.json", cvrfJson(cleanRows)],
    ["gzipped JSON", "a.json.gz", gzipSync(cvrfJson(cleanRows))],
    ["gzip called XML", "a.xml", gzipSync(cleanXml)],
    ["JSON called XML", "a.xml", cvrfJson(cleanRows)],
    ["XML called gzip", "a.json.gz", cleanXml],
  ])("is read by its content: %s", async (_what, name, content) => {
    write(name, content);
    expect((await onlyDocument()).document).toEqual(cleanDocument);
  });

  it("may have any name when it is named itself", async () => {
    const path = write("october", gzipSync(cleanXml));
    const feed = msrcFiles(path);
    const references = await feed.list([]);
    expect(references).toEqual([{ location: path, bytes: gzipSync(cleanXml).length }]);
    expect((await feed.read(references[0] ?? { location: "" })).document.id).toBe("2023-Oct");
  });

  it("comes with size and digest of its decoded bytes", async () => {
    write("a.xml.gz", gzipSync(cleanXml));
    const { digest, bytes } = await onlyDocument();
    expect(bytes).toBe(Buffer.byteLength(cleanXml));
    expect(digest).toBe(createHash("sha256").update(cleanXml).digest("hex"));
  });

  it("of several megabytes is read piece by piece, whatever characters are cut", async () => {
    const title = "Größe ≥ 日本 𝟛 ".repeat(5000).trim();
    write("a.xml.gz", gzipSync(cvrfXml({ ...cleanRows, title }).replaceAll("About", "ß日𝟛".repeat(90_000))));
    expect((await onlyDocument()).document.title).toBe(title);
  });

  it("X67: that holds another month than its name says is refused", async () => {
    write("2024-Jan.xml", cvrfXml({ ...cleanRows, id: "2023-Dec" }));
    await expect(onlyDocument()).rejects.toMatchObject({
      message: "asked for the document 2024-Jan, got 2023-Dec",
      place: { field: "ID" },
    });
  });

  it("X68: may spell the month otherwise than its name", async () => {
    write("2018-Feb.xml", cvrfXml({ ...cleanRows, id: "2018-FEB", alias: "2018-FEB" }));
    expect((await onlyDocument()).document.id).toBe("2018-Feb");
  });

  it.each([
    ["X40 cut off gzip", gzipSync(cleanXml).subarray(0, 600), "unreadable-input"],
    ["damaged gzip", Buffer.concat([gzipSync(cleanXml).subarray(0, 300), Buffer.alloc(300)]), "unreadable-input"],
    ["X42 an empty file", "", "unreadable-input"],
    ["X44 a ZIP archive", "PK\u0003\u0004", "unreadable-input"],
    ["X30 a gzip bomb", gzipSync(Buffer.alloc(100_000_000)), "unreadable-input"],
    ["X30 a gzip bomb of spaces", gzipSync(Buffer.alloc(100_000_000, " ")), "too-large"],
  ])("%s is refused, naming the file", async (_row, content, code) => {
    const path = write("2023-Oct.xml.gz", content);
    await expect(onlyDocument()).rejects.toMatchObject({ code, place: { source: path } });
  });

  it("X29: of 10 GB is refused without being read to its end", async () => {
    const path = write("2023-Oct.xml", " ".repeat(1024));
    truncateSync(path, 10_000_000_000);
    const start = performance.now();
    await expect(onlyDocument()).rejects.toMatchObject({ place: { source: path } });
    expect(performance.now() - start).toBeLessThan(2000 * SLOW_MACHINE);
  });

  it("that went away since it was listed says so", async () => {
    const path = write("a.xml", cleanXml);
    const feed = msrcFiles(folder);
    const [reference] = await feed.list([]);
    rmSync(path);
    await expect(feed.read(reference ?? { location: "" })).rejects.toMatchObject({
      code: "file",
      message: "there is no such file or folder",
    });
  });
});
