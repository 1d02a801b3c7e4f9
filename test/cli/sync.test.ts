import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { documentPath, listEntry, listPath, standIn } from "../feeds/msrc-stand-in.ts";
import { type CvrfRows, cvrfJson, cvrfXml } from "../fixtures/cvrf/build-cvrf.ts";
import { type Ran, runIn, type World } from "./fake-io.ts";

const sample = fileURLToPath(new URL("../../sample", import.meta.url));
let folder: string;
let documents: string;
let data: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "patchgap-sync-"));
  documents = join(folder, "documents");
  data = join(folder, "data");
  mkdirSync(documents);
});
afterEach(() => rmSync(folder, { recursive: true }));

async function sync(world: World, ...args: readonly string[]): Promise<Ran> {
  const ran = await runIn(world, "sync", "--data", data, ...args);
  return { ...ran, stdout: ran.stdout.replaceAll(folder, "FOLDER"), stderr: ran.stderr.replaceAll(folder, "FOLDER") };
}

function put(name: string, content: string | Uint8Array): void {
  writeFileSync(join(documents, name), content);
}

function rows(facts: Partial<CvrfRows> = {}): CvrfRows {
  const fixes = [{ kb: "5074109", products: ["Windows 11 Version 24H2 for x64-based Systems"], fixedBuild: "10.0.26100.7623" }];
  return {
    id: "2026-Jan",
    initialRelease: "2026-01-13",
    vulnerabilities: [{ cve: "CVE-2026-0001", severity: "Important", fixes }],
    ...facts,
  };
}

async function contentHash(): Promise<string> {
  return (JSON.parse((await sync({}, "--from", documents, "--json")).stdout) as { catalog: { contentHash: string } }).catalog.contentHash;
}

test("a folder is taken, and taken again without a change", async () => {
  cpSync(join(sample, "documents"), documents, { recursive: true });
  const first = await sync({}, "--from", documents);
  expect(first).toMatchObject({ exit: 0, stderr: "" });
  expect(first.stdout).toMatchSnapshot();
  const second = await sync({}, "--from", documents);
  expect(second.stdout).toContain("5 unchanged.\nCatalog revision 1 (as before)");
});

test("one bad document among good ones: the good ones are taken, the bad one is named, exit 4", async () => {
  put("a.xml", cvrfXml(rows()));
  put("b.xml", cvrfXml(rows({ id: "2026-Feb" })).slice(0, 900));
  const { exit, stdout, stderr } = await sync({}, "--from", documents);
  expect(exit).toBe(4);
  expect(stdout).toMatch(/new +2026-Jan/);
  expect(stdout).toMatch(/failed +b\.xml$/m);
  expect(stderr).toMatch(/^patchgap: FOLDER.documents.b\.xml:\d+: [^\n]*\n$/);
});

test("read in threads, many documents end as they do one by one, the bad one named with its place", async () => {
  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep"];
  for (const [index, month] of months.entries()) {
    put(`${month}.xml`, cvrfXml(rows({ id: `2025-${month}`, initialRelease: `2025-0${index + 1}-14` })));
  }
  put("bad.xml", "<cvrfdoc></cvrfdoc>");
  const together = await sync({}, "--from", documents);
  expect(together).toMatchObject({ exit: 4, stdout: expect.stringContaining("9 new, 1 failed.") });
  expect(together.stderr).toMatch(/^patchgap: FOLDER.documents.bad\.xml:1: /);
  const hash = await contentHash();
  rmSync(data, { recursive: true });
  for (const month of months.reverse()) await sync({}, "--from", join(documents, `${month}.xml`));
  expect(await contentHash()).toBe(hash);
});

test("a bad document alone: exit 2, and nothing changed", async () => {
  put("a.xml", "<cvrfdoc>");
  const { exit, stdout } = await sync({}, "--from", join(documents, "a.xml"));
  expect(exit).toBe(2);
  expect(stdout).toContain("There is no catalog yet.");
});

test("XML, JSON, gzip and any names and order make the same catalog", async () => {
  const hashes = new Set<string>();
  const [january, february] = [rows(), rows({ id: "2026-Feb", initialRelease: "2026-02-10" })];
  for (const write of [
    () => [put("a.xml", cvrfXml(january)), put("b.xml", cvrfXml(february))],
    () => [put("b.json", cvrfJson(january)), put("a.json", cvrfJson(february))],
    () => [put("x.xml.gz", gzipSync(cvrfXml(january))), put("a.json.gz", gzipSync(cvrfJson(february)))],
  ]) {
    for (const path of [documents, data]) rmSync(path, { recursive: true, force: true });
    mkdirSync(documents);
    write();
    hashes.add(await contentHash());
  }
  expect(hashes.size).toBe(1);
});

test("X74: from the API: the list, then only what has changed, and a document that vanished stays", async () => {
  const january = cvrfJson(rows({ currentRelease: "2026-01-20T00:00:00Z" }));
  const february = cvrfJson(rows({ id: "2026-Feb", initialRelease: "2026-02-10T00:00:00Z" }));
  const list = [listEntry("2026-Jan", "2026-01-20T00:00:00Z"), listEntry("2026-Feb", "2026-02-10T00:00:00Z")];
  await using api = await standIn({ documents: { "2026-Jan": january, "2026-Feb": february }, list });
  expect((await sync({}, "--from", api.base, "--since", "2026-Feb")).stdout).toContain("1 new.");
  expect(api.asked).toEqual([listPath, documentPath("2026-Feb")]);
  expect((await sync({}, "--from", api.base)).stdout).toContain("1 new.");
  expect(api.asked.slice(2)).toEqual([listPath, documentPath("2026-Jan")]);
  expect((await sync({}, "--from", api.base)).stdout).toContain("Nothing has changed.");

  await using later = await standIn({ documents: { "2026-Feb": february }, list: [listEntry("2026-Jan", "2026-03-01T00:00:00Z")] });
  const vanished = await sync({}, "--from", later.base);
  expect(vanished.exit).toBe(3);
  expect(vanished.stdout).toContain("Catalog revision 2 (as before): 2 documents");
});

test("an older document is refused with exit 4 until a person says so", async () => {
  put("a.xml", cvrfXml(rows({ revision: ["1", "2"] })));
  await sync({}, "--from", documents);
  put("a.xml", cvrfXml(rows({ revision: "1", title: "older" })));
  const refused = await sync({}, "--from", documents);
  expect(refused.exit).toBe(4);
  expect(refused.stderr).toContain("older than imported");
  expect((await sync({}, "--from", documents, "--allow-downgrade")).stdout).toContain("1 updated.");
});

test("a document that takes everything back is held with exit 4 until a person says so", async () => {
  put("a.xml", cvrfXml(rows()));
  await sync({}, "--from", documents);
  put("a.xml", cvrfXml(rows({ revision: ["1", "2"], vulnerabilities: [] })));
  const held = await sync({}, "--from", documents);
  expect(held.exit).toBe(4);
  expect(held.stdout).toContain("held");
  expect((await sync({}, "--from", documents, "--allow-large-change")).exit).toBe(0);
});

test.each([{}, { terminal: 100 }, { stderrTerminal: 100 }])("a refusal is told once, %j", async (world) => {
  put("a.xml", "Host Name: PC");
  const { stdout, stderr } = await sync(world, "--from", documents);
  expect((stdout + stderr).match(/plain text/g)).toHaveLength(1);
  expect(stderr.match(/a\.xml: plain text/g)).toHaveLength(1);
});

test("--quiet prints the closing lines, and failures as messages", async () => {
  put("a.xml", cvrfXml(rows()));
  put("b.xml", "<cvrfdoc>");
  const { exit, stdout, stderr } = await sync({}, "--quiet", "--from", documents);
  expect(stdout).toBe("1 new, 1 failed.\nCatalog revision 1 (new): 1 document, the newest 2026-Jan, no month absent.\n");
  expect(stderr).toContain("b.xml:1: ");
  expect(exit).toBe(4);
  put("a.xml", cvrfXml(rows({ revision: "0.1", title: "older" })));
  rmSync(join(documents, "b.xml"));
  expect((await sync({}, "--quiet", "--from", documents)).stderr).toContain("older than imported");
});

test("oddities are counted, and --log-level debug shows them at any time", async () => {
  put("a.xml", cvrfXml(rows({ currentRelease: "2026-01-12" })));
  const first = await sync({}, "--from", documents);
  expect(first.stdout).toContain(", 1 oddity");
  expect(first.stdout).toContain("1 oddity in what was read: --log-level debug shows it, again at any time.\n");
  expect(first.stderr).toBe("");
  const again = await sync({}, "--from", documents, "--log-level", "debug");
  expect(again.stdout).not.toContain("oddit");
  expect(again.stderr).toMatch(/^2026-Jan: CurrentReleaseDate: .* is before the first release[^\n]*\n$/);
});

describe("a release history", () => {
  const history = JSON.stringify({ releases: {} });
  beforeEach(() => writeFileSync(join(folder, "history.json"), history));
  const given = (): string[] => ["--release-history", join(folder, "history.json")];

  test("is told of when it is taken, and when it was held already", async () => {
    put("a.xml", cvrfXml(rows()));
    expect((await sync({}, "--from", documents, ...given())).stdout).toContain("1 new.\nRelease history taken.\nCatalog revision 1 (new)");
    expect((await sync({}, "--from", documents, ...given())).stdout).toContain("Release history unchanged.\n");
    expect(JSON.parse((await sync({}, "--from", documents, "--json", ...given())).stdout)).toMatchObject({ releaseHistory: "unchanged" });
    expect((await sync({}, "--from", documents)).stdout).not.toContain("Release history");
  });

  test("alone is taken without asking any source", async () => {
    put("a.xml", cvrfXml(rows()));
    await sync({}, "--from", documents);
    const ran = await sync({}, ...given());
    expect(ran).toMatchObject({ exit: 0, stderr: "" });
    expect(ran.stdout).toMatch(/^Release history taken\.\nCatalog revision \d/);
  });

  test("alone adds to nothing where there is no document yet", async () => {
    const ran = await sync({}, ...given());
    expect(ran).toMatchObject({ exit: 3, stdout: "" });
    expect(ran.stderr).toContain("a release history adds to update knowledge, and there is none yet. Bring documents in");
  });
});

test("the result as JSON is all there is on standard output", async () => {
  put("a.xml", cvrfXml(rows()));
  const { stdout } = await sync({ stderrTerminal: 80 }, "--from", documents, "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    documents: [{ id: "2026-Jan", outcome: "new" }],
    counts: { new: 1 },
    isNewRevision: true,
    catalog: { revision: 1, documents: 1, newest: "2026-Jan", absent: [] },
  });
});

test("progress is one line on a terminal, cleared at the end, and absent elsewhere and under --quiet", async () => {
  put("a.xml", cvrfXml(rows()));
  const watched = await sync({ stderrTerminal: 80 }, "--from", documents);
  expect(watched.stderr).toContain("reading 1 of 1");
  expect(watched.stderr.endsWith("\r\x1b[K")).toBe(true);
  expect((await sync({}, "--from", documents)).stderr).toBe("");
  expect((await sync({ stderrTerminal: 80 }, "--from", documents, "--quiet")).stderr).toBe("");
});

test("X83: a link in a document is never handed on: the answer's is made from the number of the update", async () => {
  const hostile = [
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "http://evil.example/",
    `https://x/${"a".repeat(10_000)}`,
  ];
  const links = hostile.map((link) => `<vuln:URL>${link}</vuln:URL>`).join("");
  put("a.xml", cvrfXml(rows()).replaceAll("</vuln:Remediation>", `${links}</vuln:Remediation>`));
  await sync({}, "--from", documents);
  const pc = { deviceName: "pc", os: { caption: "Microsoft Windows 11 Pro", build: 26100, ubr: 1, architecture: "x64" }, installedKbs: [] };
  const ask = (flag: string): Promise<Ran> => runIn({ stdin: JSON.stringify(pc) }, "missing", "--data", data, "--inventory", "-", flag);
  const url = "https://catalog.update.microsoft.com/v7/site/Search.aspx?q=KB5074109";
  expect(JSON.parse((await ask("--json")).stdout)).toMatchObject({ devices: [{ missing: [{ id: "5074109", url }] }] });
  for (const flag of ["--json", "--csv", "--explain"])
    expect((await ask(flag)).stdout).not.toMatch(/javascript|data:text|file:|evil|https:\/\/x/);
});

test.each([
  ["a month that is none", ["--since", "April"], 2, "is no month"],
  ["a folder that is not there", ["--from", "nowhere/at/all"], 3, "nowhere"],
  ["a release history that is none", ["--from", "SAMPLE", "--release-history", "PACKAGE"], 2, "package.json"],
])("%s is refused", async (_what, args, exit, message) => {
  const paths = args.map((arg) => arg.replace("SAMPLE", join(sample, "documents")).replace("PACKAGE", join(sample, "..", "package.json")));
  const ran = await sync({}, ...paths);
  expect({ exit: ran.exit, stdout: ran.stdout }).toEqual({ exit, stdout: "" });
  expect(ran.stderr).toContain(message);
});

test("help and version go to standard output, wrong use to standard error", async () => {
  const version = (JSON.parse(readFileSync(join(sample, "..", "package.json"), "utf8")) as { version: string }).version;
  expect(await runIn({}, "--version")).toEqual({ exit: 0, stdout: `${version}\n`, stderr: "" });
  expect((await runIn({}, "sync", "--help")).stdout).toContain("--allow-large-change");
  expect(await runIn({}, "snyc")).toMatchObject({ exit: 2, stdout: "", stderr: "patchgap: unknown command 'snyc' (Did you mean sync?)\n" });
  const lost =
    "patchgap: unknown command 'foo'. Commands: sync, missing, ingest, devices, fleet, tenant list, tenant add, client add, client list, client revoke, token, sign-in, migrate-store, database distribute, serve, start; --help says more.\n";
  expect(await runIn({}, "foo")).toEqual({ exit: 2, stdout: "", stderr: lost });
  expect(await runIn({})).toMatchObject({ exit: 2, stdout: "" });
});
