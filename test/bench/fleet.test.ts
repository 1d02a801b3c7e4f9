import { execFile } from "node:child_process";
import { Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { describe, expect, it, test } from "vitest";
import { madeUpCatalog } from "../../bench/fleet/fleet-knowledge.ts";
import { fleetLines } from "../../bench/fleet/fleet-lines.ts";
import { examinerOf } from "../../bench/fleet/postures.ts";
import { writeFleet } from "../../bench/fleet/write-fleet.ts";
import type { Catalog } from "../../src/domain/catalog/catalog.ts";
import type { Inventory } from "../../src/domain/fleet/inventory.ts";
import { contentOf } from "../../src/domain/fleet/inventory-content.ts";
import { readInventories } from "../../src/inventory/read-inventories.ts";
import { realCatalog, realDocumentsAreThere } from "../cases/real-catalog.ts";

const wish = { devices: 5_000, postures: 300, seed: 7 };

function textOf(catalog: Catalog, asked = wish): string {
  return [...fleetLines(catalog, asked)].map(({ text }) => `${text}\n`).join("");
}

function read(text: string): readonly Inventory[] {
  const { devices, problems } = readInventories([{ source: "fleet", bytes: new TextEncoder().encode(text), format: "native" }]);
  expect(problems).toEqual([]);
  return devices;
}

describe.each([
  ["made-up updates", true, madeUpCatalog],
  ["the real documents", realDocumentsAreThere, realCatalog],
] as const)("a fleet drawn from %s", (_, isThere, catalogOf) => {
  it.skipIf(!isThere)("has as many devices and postures as asked for, and about twice as many inventories", () => {
    const catalog = catalogOf();
    const devices = read(textOf(catalog));
    expect(new Set(devices.map(({ deviceName }) => deviceName)).size).toBe(wish.devices);
    const examiner = examinerOf(catalog);
    const contents = devices.map(contentOf);
    expect(new Set(contents.map((content) => examiner.postureOf(content).key)).size).toBe(wish.postures);
    const inventories = new Set(contents.map((content) => JSON.stringify(content))).size;
    expect(inventories).toBeGreaterThan(wish.postures * 2);
    expect(inventories).toBeLessThanOrEqual(wish.postures * 3);
  });

  it.skipIf(!isThere)("has clients, servers, servers without desktop, applications, groups, and some devices that are broken", () => {
    const catalog = catalogOf();
    const devices = read(textOf(catalog));
    const examiner = examinerOf(catalog);
    const answers = devices.map((device) => examiner.examinePosture(examiner.postureOf(contentOf(device))).assessment);
    const share = (accepts: (device: Inventory, index: number) => boolean): number => devices.filter(accepts).length / wish.devices;
    expect(share(({ os }) => os.installationType === "Client")).toBeGreaterThan(0.5);
    expect(share(({ os }) => os.installationType === "Server")).toBeGreaterThan(0.1);
    expect(share(({ os }) => os.installationType === "Server Core")).toBeGreaterThan(0.01);
    expect(share(({ tags }) => tags.some((tag) => tag.startsWith("group:")))).toBeGreaterThan(0.3);
    expect(share(({ installedKbs }) => installedKbs === null)).toBeGreaterThan(0.001);
    expect(share(({ software }) => software.some(({ name }) => /SQL Server/.test(name)))).toBeGreaterThan(0.005);
    expect(share((__, index) => answers[index]?.pendingRestart === true)).toBeGreaterThan(0.005);
    expect(share((__, index) => answers[index]?.status === "unsupported")).toBeGreaterThan(0);
    expect(share((__, index) => answers[index]?.status === "unknown")).toBeGreaterThan(0.001);
    expect(share((__, index) => answers[index]?.status === "unknown")).toBeLessThan(0.1);
    const missing = share((__, index) => (answers[index]?.missing?.length ?? 0) > 0);
    expect([missing > 0.4, missing < 0.99]).toEqual([true, true]);
  });
});

test("the same seed gives the same bytes, another gives others", () => {
  const catalog = madeUpCatalog();
  expect(textOf(catalog)).toBe(textOf(catalog));
  expect(textOf(catalog, { ...wish, seed: 8 })).not.toBe(textOf(catalog));
});

describe("writing a fleet", () => {
  test("waits for a slow reader, and loses nothing", async () => {
    const catalog = madeUpCatalog();
    let [waiting, most, text] = [0, 0, ""];
    const out = new Writable({
      decodeStrings: false,
      highWaterMark: 1,
      write: (piece: string, _, done) => {
        waiting += piece.length;
        most = Math.max(most, waiting);
        void pause(1).then(() => {
          text += piece;
          waiting -= piece.length;
          done();
        });
      },
    });
    const tally = await writeFleet(fleetLines(catalog, wish), out);
    expect([tally.devices, tally.postures]).toEqual([wish.devices, wish.postures]);
    expect(text).toBe(textOf(catalog));
    expect(most).toBeLessThan(300 * 1024);
    expect(tally.table()).toContain("5000 devices, 300 postures");
  });

  test("ends when its reader has enough, and says where it cannot write", async () => {
    const failing = (code: string): Writable =>
      new Writable({ write: (_piece, _encoding, done) => done(Object.assign(new Error("cannot"), { code })) });
    const tally = await writeFleet(fleetLines(madeUpCatalog(), { ...wish, devices: 50_000 }), failing("EPIPE"));
    expect(tally.devices).toBeLessThan(50_000);
    await expect(writeFleet(fleetLines(madeUpCatalog(), wish), failing("ENOSPC"))).rejects.toThrow("cannot");
  });
});

test("the command writes lines to standard output and what they are to standard error; it refuses what is no number", async () => {
  const run = promisify(execFile);
  const program = new URL("../../bench/fleet/run.ts", import.meta.url).pathname;
  const { stdout, stderr } = await run(process.execPath, [program, "--devices", "500", "--postures", "50", "--seed", "3"]);
  expect(stdout).toBe(textOf(madeUpCatalog(), { devices: 500, postures: 50, seed: 3 }));
  expect(stderr).toMatch(/500 devices, 50 postures\nsystems\n(.*\n)+patch lag\n(.*\n)+broken\n/);
  await expect(run(process.execPath, [program, "--devices", "many"])).rejects.toMatchObject({ code: 2 });
});
