import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readInput } from "../../src/cli/read-input.ts";
import { type Ran, runIn, type World } from "./fake-io.ts";

const sample = fileURLToPath(new URL("../../sample", import.meta.url));
const inventories = join(sample, "inventories");
let folder: string;
let data: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "patchgap-cli-"));
  data = join(folder, "data");
  expect(await runIn({}, "sync", "--from", join(sample, "documents"), "--data", data)).toMatchObject({ exit: 0 });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** `@name` stands for a file of the sample, `#name` for one in the test's own folder. */
function missing(world: World, ...args: readonly string[]): Promise<Ran> {
  const paths = args.map((arg) => (arg.startsWith("@") ? join(inventories, arg.slice(1)) : arg.startsWith("#") ? file(arg.slice(1)) : arg));
  return runIn(world, "missing", "--data", data, ...paths);
}

function file(name: string): string {
  return join(folder, name);
}

function native(facts: object): string {
  return JSON.stringify({ schema: "patchgap.inventory/1", deviceName: "pc", os: { build: 19045, ubr: 6809 }, installedKbs: [], ...facts });
}

describe("output", () => {
  test.each<[string, World, string[]]>([
    ["a table in a pipe", {}, ["@sample-desk-02.native.json"]],
    [
      "a table with reasons on a narrow terminal",
      { terminal: 70, environment: { NO_COLOR: "1" } },
      ["@sample-laptop-01.systeminfo.txt", "--explain"],
    ],
    ["colours on a terminal", { terminal: 120 }, ["@sample-desk-02.native.json"]],
    ["several devices and totals", {}, ["@sample-fleet.ndjson", "@sample-srv-03.osquery.json", "@sample-lab-07.computer-info.json"]],
    [
      "why some KBs are listed and others not",
      {},
      ["@sample-desk-02.native.json", "--explain", "KB5078885", "5075912", "5079473", "5999999"],
    ],
    ["an earlier day", {}, ["@sample-laptop-01.systeminfo.txt", "--as-of", "2026-02-20"]],
    ["superseded months too", {}, ["@sample-laptop-01.systeminfo.txt", "--include-superseded"]],
    ["JSON", {}, ["@sample-desk-02.native.json", "@sample-fleet.ndjson", "--json"]],
    ["CSV", {}, ["@sample-desk-02.native.json", "@sample-fleet.ndjson", "--csv"]],
  ])("%s", async (_what, world, args) => {
    const { exit, stdout, stderr } = await missing(world, "--inventory", ...args);
    expect(stdout).toMatchSnapshot();
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  });

  test.each([60, 66, 72, 78, 79, 80, 81, 82, 90, 100, 120])("on %i columns no word and no link is broken", async (terminal) => {
    const { stdout } = await missing({ terminal, environment: { NO_COLOR: "1" } }, "--inventory", "@sample-desk-02.native.json");
    const lines = stdout.split("\n");
    const link = "https://catalog.update.microsoft.com/v7/site/Search.aspx?q=KB5078885";
    expect(lines.filter((line) => line.length > terminal && line !== link)).toEqual([]);
    expect(lines.filter((line) => line.endsWith(link))).toHaveLength(1);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(" March 2026 Security Updates (sample) ");
  });

  test("a device without an id gets the SHA-1 of tenant and lower-cased name", async () => {
    const { stdout } = await missing({ stdin: native({ deviceName: "PC-042" }) }, "--inventory", "-", "--json");
    // printf 'default/pc-042' | sha1sum
    expect(JSON.parse(stdout).devices[0].deviceId).toBe("51eb84ed708e1144027e397087e0dd89524a4f1f");
  });

  test("X66: knowledge that is too old for the day says so", async () => {
    const { stdout } = await missing({ now: "2026-11-23T00:00:00Z" }, "--inventory", join(inventories, "sample-srv-03.osquery.json"));
    expect(stdout).toContain("as of 2026-11-23");
    expect(stdout).toContain("security updates released after that month are not known here");
    expect(stdout).toContain("It was last revised on 2026-03-31, 237 days before the day");
  });

  test.each(["--json", "--csv", "--quiet"])("S13: hostile names reach a terminal harmless, %s", async (flag) => {
    const deviceName = "\u001b]52;c;eA==\u0007\u202egnp";
    const { exit, stdout } = await missing(
      { terminal: 100, environment: { NO_COLOR: "1" }, stdin: native({ deviceName }) },
      "--inventory",
      "-",
      flag,
    );
    expect(exit).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(stdout).toMatch(/\\x1b\]52|\\u001b\]52/);
  });
});

describe("input", () => {
  test("comes from standard input, the environment or a config file", async () => {
    const text = native({ deviceName: "from-stdin" });
    expect((await missing({ stdin: text }, "--inventory", "-", "--csv")).stdout).toContain("from-stdin");
    const two = [join(inventories, "sample-desk-02.native.json"), join(inventories, "sample-srv-03.osquery.json")].join(delimiter);
    const fromEnvironment = await runIn({ environment: { PATCHGAP_INVENTORY: two, PATCHGAP_DATA: data, PATCHGAP_CSV: "1" } }, "missing");
    expect(fromEnvironment.stdout.match(/sample-(desk-02|srv-03)/g)).toEqual(["sample-desk-02", "sample-srv-03"]);
    writeFileSync(file("config.json"), JSON.stringify({ data, inventory: [join(inventories, "sample-desk-02.native.json")], json: true }));
    expect(JSON.parse((await runIn({}, "missing", "--config", file("config.json"))).stdout).devices).toHaveLength(1);
  });

  test("S15: files of any name are read, and - is standard input", async () => {
    const text = (deviceName: string): string => native({ deviceName });
    for (const name of ["--output=x", "--help", "-rf", "a\nb.json"]) {
      writeFileSync(file(name), text(`in ${JSON.stringify(name)}`));
      const { exit, stdout } = await missing({}, "--json", `--inventory=${file(name)}`);
      expect({ exit, name: JSON.parse(stdout).devices[0].deviceName }).toEqual({ exit: 0, name: `in ${JSON.stringify(name)}` });
    }
    expect((await missing({ stdin: text("from-stdin") }, "--csv", "--inventory", "-")).stdout).toContain("from-stdin");
    expect(await missing({}, "--json", "--", "--help")).toMatchObject({ exit: 2, stdout: "" });
    const { stderr } = await missing({}, "--inventory", file("no\nsuch"));
    expect(stderr.trimEnd()).not.toContain("\n");
  });

  test.each([
    ["is deleted", (path: string) => rmSync(path)],
    ["is cut", (path: string) => truncateSync(path, 100)],
    ["grows", (path: string) => appendFileSync(path, "x")],
  ])("S16: a file that %s while it is read is refused, or read whole as it was", async (_what, change) => {
    const io = { stdin: async function* () {} } as unknown as Parameters<typeof readInput>[1];
    for (const moments of [0, 1, 2, 3, 5, 8, 13, 21]) {
      writeFileSync(file("moving"), "y".repeat(8 * 1024 * 1024));
      const reading = readInput(file("moving"), io).then(
        (bytes) => bytes.length,
        (error: unknown) => error,
      );
      for (let moment = 0; moment < moments; moment++) await new Promise(setImmediate);
      change(file("moving"));
      const outcome = await reading;
      if (typeof outcome === "number") expect([8 * 1024 * 1024, 100, 8 * 1024 * 1024 + 1]).toContain(outcome);
      else expect(outcome).toMatchObject({ code: "unreadable-input" });
      rmSync(file("moving"), { force: true });
    }
  });

  test("two files are one device where --merge says so", async () => {
    writeFileSync(file("qfe.txt"), "HotFixID\nKB5079473\n");
    const { exit, stdout } = await missing({}, "--merge", "--json", "--inventory", "@sample-laptop-01.systeminfo.txt", "#qfe.txt");
    expect(exit).toBe(0);
    expect(JSON.parse(stdout).devices).toMatchObject([{ deviceName: "SAMPLE-LAPTOP-01", missing: [] }]);
  });

  test("one bad file among good ones: the good ones are answered, the bad one is named, exit 4", async () => {
    writeFileSync(file("broken.json"), '{"deviceName": ');
    const { exit, stdout, stderr } = await missing(
      {},
      "--csv",
      "--inventory",
      "#broken.json",
      "#nowhere.txt",
      "@sample-desk-02.native.json",
    );
    expect(exit).toBe(4);
    expect(stdout).toContain("sample-desk-02");
    expect(stderr).toContain("broken.json");
    expect(stderr).toContain("nowhere.txt: there is no such file");
  });
});

describe("S14: input that is refused with exit 2, a message and nothing on standard output", () => {
  const cases: [string, () => void, string][] = [
    ["no such file", () => undefined, "there is no such file"],
    ["a folder", () => mkdirSync(file("input")), "this is a folder, not a file"],
    ["an empty file", () => writeFileSync(file("input"), ""), "input"],
    ["a picture", () => writeFileSync(file("input"), Buffer.from("89504e470d0a1a0a0000000d49484452", "hex")), "input"],
    [
      "a huge file",
      () => {
        writeFileSync(file("input"), "");
        truncateSync(file("input"), 100 * 1024 * 1024);
      },
      "larger than 64 MB",
    ],
  ];
  if (process.platform !== "win32") {
    cases.push(
      ["a pipe", () => execFileSync("mkfifo", [file("input")]), "this is a pipe or a device, not a file"],
      ["a link to an endless device", () => symlinkSync("/dev/zero", file("input")), "this is a pipe or a device, not a file"],
      ["a link to nowhere", () => symlinkSync(file("nowhere"), file("input")), "the link leads nowhere"],
    );
  }
  test.each(cases)("%s", async (_what, make, message) => {
    make();
    const { exit, stdout, stderr } = await missing({}, "--inventory", "#input");
    rmSync(file("input"), { recursive: true, force: true });
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});

describe("exit codes", () => {
  test.each<[number, string, string[]]>([
    [0, "something missing, without --fail-on-missing", ["--inventory", "@sample-desk-02.native.json"]],
    [1, "something missing", ["--fail-on-missing", "--inventory", "@sample-desk-02.native.json"]],
    [0, "nothing missing", ["--fail-on-missing", "--inventory", "@sample-srv-03.osquery.json"]],
    [
      1,
      "something missing beside a device that cannot be judged",
      ["--fail-on-missing", "--inventory", "#unknown.json", "@sample-desk-02.native.json"],
    ],
    [
      1,
      "something missing beside a file that is not there",
      ["--fail-on-missing", "--inventory", "#none.json", "@sample-desk-02.native.json"],
    ],
    [
      4,
      "nothing missing beside a file that is not there",
      ["--fail-on-missing", "--inventory", "#none.json", "@sample-srv-03.osquery.json"],
    ],
    [4, "a device that cannot be judged", ["--fail-on-missing", "--inventory", "#unknown.json"]],
    [2, "no inventory", []],
    [2, "a stored device", ["pc-042"]],
    [2, "a file that is taken for a device", ["@sample-desk-02.native.json"]],
    [2, "a list whose entry has no such revision", ["--inventory", "#odd-revision.json"]],
    [2, "random bytes", ["--inventory", "#random"]],
    [2, "any other text", ["--inventory", "#odd.txt"]],
    [2, "a device after --", ["--", "--inventory"]],
    [2, "an unknown option", ["--inventroy", "x"]],
    [2, "an unknown format", ["--format", "xml", "--inventory", "x"]],
    [2, "no day", ["--as-of", "2026-02-30", "--inventory", "@sample-desk-02.native.json"]],
    [2, "no KB", ["--inventory", "@sample-desk-02.native.json", "--explain", "KB12"]],
    [2, "JSON and CSV", ["--json", "--csv", "--inventory", "@sample-desk-02.native.json"]],
    [2, "standard input twice", ["--inventory", "-", "-"]],
    [2, "a database that is no URL", ["--database", "postgres:/secret@x", "--inventory", "@sample-desk-02.native.json"]],
    [2, "a config file that is not there", ["--config", "#none.json"]],
    [2, "a config file with an unknown name", ["--config", "#odd.json"]],
    [3, "no knowledge yet", ["--data", "#nothing-here", "--inventory", "@sample-desk-02.native.json"]],
    [3, "a file as data folder", ["--data", "#odd.json", "--inventory", "@sample-desk-02.native.json"]],
    [3, "a data folder that holds something else", ["--data", "#other", "--inventory", "@sample-desk-02.native.json"]],
  ])("%i for %s", async (exit, _what, args) => {
    writeFileSync(file("unknown.json"), native({ os: { build: 19045 }, installedKbs: null }));
    writeFileSync(file("odd.json"), '{"asof": "2026-01-01"}');
    writeFileSync(file("odd.txt"), "patchgap\n");
    writeFileSync(file("odd-revision.json"), native({ os: { build: 19045, ubr: -1 } }));
    writeFileSync(file("random"), Buffer.concat([0, 1, 2, 3].map((part) => createHash("sha512").update(String(part)).digest())));
    mkdirSync(file("other"), { recursive: true });
    writeFileSync(file("other/patchgap.db"), "something else".repeat(100));
    const ran = await missing({}, ...args);
    const stderr = ran.stderr.replaceAll(folder, "FOLDER").replaceAll(inventories, "SAMPLE");
    expect({ exit: ran.exit, stderr }).toMatchSnapshot();
    expect(ran.exit).toBe(exit);
    // A part that cannot be read has a line of its own before the closing one.
    expect(ran.stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(stderr.includes("the answer covers the rest") ? 2 : 1);
  });
});
