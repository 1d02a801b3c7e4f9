import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostileNames } from "../fixtures/hostile-names.ts";
import { type Ran, runIn, type World } from "./fake-io.ts";

const sample = fileURLToPath(new URL("../../sample", import.meta.url));
const inventories = readdirSync(join(sample, "inventories"))
  .sort()
  .map((name) => join(sample, "inventories", name));
let folder: string;
let data: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "patchgap-fleet-"));
  data = join(folder, "data");
  expect(await runIn({}, "sync", "--from", join(sample, "documents"), "--data", data)).toMatchObject({ exit: 0 });
  expect(await runIn({}, "ingest", ...inventories, "--data", data, "--tag", "lab")).toMatchObject({ exit: 0, stderr: "" });
});
afterAll(() => rmSync(folder, { recursive: true }));

function patchgap(world: World, ...args: readonly string[]): Promise<Ran> {
  return runIn(world, ...args.map((arg) => (arg.startsWith("#") ? join(folder, arg.slice(1)) : arg)), "--data", data);
}

function native(facts: object = {}): string {
  return JSON.stringify({ deviceName: "pc", os: { build: 19045, ubr: 6809 }, installedKbs: [], ...facts });
}

/** A data folder of its own. */
function fresh(name: string): World {
  return { environment: { PATCHGAP_DATA: join(folder, name) } };
}

describe("output", () => {
  test.each<[string, World, string[]]>([
    ["devices in a pipe", {}, ["devices"]],
    ["devices on a narrow terminal", { terminal: 80 }, ["devices"]],
    ["devices as JSON", {}, ["devices", "--json"]],
    ["devices as CSV", {}, ["devices", "--csv"]],
    ["the fleet in a pipe", {}, ["fleet"]],
    ["the fleet on a terminal", { terminal: 100 }, ["fleet"]],
    ["the fleet as JSON", {}, ["fleet", "--json"]],
    ["the fleet as CSV", {}, ["fleet", "--csv"]],
    ["the fleet on an earlier day", {}, ["fleet", "--as-of", "2026-02-20"]],
    ["the fleet on a day that the knowledge is too old for", {}, ["fleet", "--as-of", "2026-11-23"]],
    ["a repeated ingest", {}, ["ingest", ...inventories]],
    ["a repeated ingest as JSON", {}, ["ingest", ...inventories, "--json"]],
  ])("%s", async (_what, world, args) => {
    const { exit, stdout, stderr } = await patchgap(world, ...args);
    expect(stdout).toMatchSnapshot();
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  });

  test("a stored device is answered like its file", async () => {
    const file = join(sample, "inventories", "sample-desk-02.native.json");
    const ofFile = await patchgap({}, "missing", "--json", "--inventory", file);
    const stored = await patchgap({}, "missing", "--json", "SAMPLE-desk-02");
    expect(stored).toEqual(ofFile);
    const { deviceId } = JSON.parse(stored.stdout).devices[0];
    expect(await patchgap({}, "missing", "--json", deviceId.toUpperCase())).toEqual(stored);
    const two = await patchgap({}, "missing", "--csv", "--fail-on-missing", "sample-srv-03", deviceId);
    expect(two.exit).toBe(1);
    expect(two.stdout.match(/sample-(srv-03|desk-02)/g)).toEqual(["sample-srv-03", "sample-desk-02"]);
  });

  test.each(["--json", "--csv", "--quiet"])("hostile names reach a terminal harmless, %s", async (flag) => {
    const world = { ...fresh("hostile"), terminal: 100, now: "2026-03-31T12:00:00Z" };
    const environment = { ...world.environment, NO_COLOR: "1" };
    const stdin = hostileNames.map((deviceName) => native({ deviceName, tags: [deviceName] })).join("\n");
    const ran = [
      await runIn({ ...world, environment, stdin }, "ingest", "-", ...(flag === "--csv" ? [] : [flag])),
      await runIn({ ...world, environment }, "devices", flag),
    ];
    for (const { stdout, stderr } of ran) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      expect(stdout + stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u200b\ufeff]/);
    }
    if (flag !== "--json") return;
    const names = JSON.parse(ran[1]?.stdout ?? "").devices.map(({ deviceName }: { deviceName: string }) => deviceName);
    expect(names.sort()).toEqual([...hostileNames].sort());
  });
});

describe("ingest", () => {
  test("a bad line among good ones: the good ones are stored, exit 4, the bad one told", async () => {
    const world = { ...fresh("partly"), stdin: `${native()}\n{"deviceName": \n${native({ deviceName: "b" })}` };
    const { exit, stdout, stderr } = await runIn(world, "ingest", "-", "--json");
    expect(exit).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({
      inventories: 3,
      outcomes: { new: 2, refused: 1 },
      problems: [{ line: 2 }],
      problemsInAll: 1,
    });
    expect(stderr).toBe("patchgap: standard input:2: the line is not valid JSON\n");
  });

  test("a bad file among good ones", async () => {
    writeFileSync(join(folder, "broken.txt"), "hello");
    const { exit, stdout, stderr } = await runIn(
      fresh("files"),
      "ingest",
      join(folder, "broken.txt"),
      join(folder, "nowhere"),
      ...inventories,
    );
    expect(exit).toBe(4);
    expect(stdout).toContain("9 inventories, 2 problems");
    expect(stderr).toContain("broken.txt: this is a text of 1 line");
    expect(stderr).toContain("nowhere: there is no such file");
  });

  test("a newer inventory replaces, an older one never does", async () => {
    const world = fresh("order");
    const at = (day: number, ubr: number): string => native({ collectedAt: `2026-03-0${day}T00:00:00Z`, os: { build: 19045, ubr } });
    await runIn({ ...world, stdin: [at(2, 2), at(3, 3), at(1, 1)].join("\n") }, "ingest", "-");
    const { exit, stdout } = await runIn(world, "devices", "--json");
    expect(exit).toBe(3);
    expect(JSON.parse(stdout).devices).toMatchObject([
      { os: { ubr: 3 }, status: "unknown", missing: null, firstSeen: "2026-03-01T00:00:00.000Z", lastSeen: "2026-03-03T00:00:00.000Z" },
    ]);
  });
});

describe("exit codes", () => {
  test.each<[number, string, string[]]>([
    [2, "no file to ingest", ["ingest"]],
    [2, "nothing readable", ["ingest", "#rubbish"]],
    [2, "an array of nothing", ["ingest", "#empty.json"]],
    [2, "standard input twice", ["ingest", "-", "-"]],
    [2, "an empty tag", ["ingest", "#rubbish", "--tag", " "]],
    [2, "an unknown device and one like it", ["missing", "sample-desk-20"]],
    [2, "an unknown device and none like it", ["missing", "x".repeat(30)]],
    [2, "an unknown id", ["missing", "0".repeat(40)]],
    [2, "a stored device beside files", ["missing", "sample-desk-02", "--inventory", "x"]],
    [2, "devices as JSON and CSV", ["devices", "--json", "--csv"]],
    [2, "no day", ["fleet", "--as-of", "2026-02-30"]],
    [3, "devices where nothing is", ["devices", "--data", "#nothing-here"]],
    [3, "a device where nothing is", ["missing", "pc", "--data", "#nothing-here"]],
    [3, "a folder that holds something else", ["ingest", "#rubbish", "--data", "#other"]],
  ])("%i for %s", async (exit, _what, args) => {
    writeFileSync(join(folder, "rubbish"), "rubbish");
    writeFileSync(join(folder, "empty.json"), "[]");
    mkdirSync(join(folder, "other"), { recursive: true });
    writeFileSync(join(folder, "other/patchgap.db"), "something else".repeat(100));
    const paths = args.map((arg) => (arg.startsWith("#") ? join(folder, arg.slice(1)) : arg));
    const ran = await runIn({ environment: { PATCHGAP_DATA: data } }, ...paths);
    expect({ exit: ran.exit, stderr: ran.stderr.replaceAll(folder, "FOLDER") }).toMatchSnapshot();
    expect(ran.exit).toBe(exit);
  });

  test("several devices of one name are all named, none is guessed", async () => {
    const world = fresh("twins");
    const stdin = ["a", "b"].map((digit) => native({ deviceId: digit.repeat(40), collectedAt: "2026-03-01T00:00:00Z" })).join("\n");
    expect((await runIn({ ...world, stdin }, "ingest", "-")).exit).toBe(4);
    const { exit, stdout, stderr } = await runIn(world, "missing", "PC");
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
    expect(stderr).toContain(`2 devices are named PC: ${"a".repeat(40)} (last seen 2026-03-01), ${"b".repeat(40)} (last seen 2026-03-01)`);
  });
});
