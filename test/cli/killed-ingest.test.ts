import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const rounds = 10;
const devices = 6_000;
let folder: string;
let input: string;
let clean: { readonly state: string; readonly ms: number };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "patchgap-kill-"));
  input = join(folder, "fleet.ndjson");
  const lines = Array.from({ length: 2 * devices }, (_, index) => {
    const number = index % devices;
    const collectedAt = `2026-03-0${index < devices ? 1 : 2}T08:00:00Z`;
    const installedKbs = Array.from({ length: 20 }, (_kb, kb) => String(5_000_000 + (number % 97) * 100 + kb + (index < devices ? 0 : 50)));
    return JSON.stringify({
      deviceName: `pc-${number}`,
      collectedAt,
      os: { build: 19045, ubr: number % 50 },
      installedKbs,
      serial: number,
    });
  });
  writeFileSync(input, lines.join("\n"));
  const started = performance.now();
  await ingest(join(folder, "clean"));
  const ms = performance.now() - started;
  clean = { state: readState(join(folder, "clean")).text, ms };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs in a process of its own and, where a time is given, kills it then. */
async function ingest(data: string, killAfterMs?: number): Promise<void> {
  const child = spawn(process.execPath, [main, "ingest", input, "--data", data], { stdio: ["ignore", "ignore", "inherit"] });
  const ended = once(child, "exit");
  if (killAfterMs === undefined) {
    expect(await ended).toEqual([0, null]);
    return;
  }
  await setTimeout(killAfterMs);
  child.kill("SIGKILL");
  await ended;
}

/** Everything but the time of arrival; every device must have its inventory and its history. */
function readState(data: string): { readonly devices: number; readonly text: string } {
  const file = join(data, "patchgap.db");
  if (!existsSync(file)) return { devices: 0, text: "" };
  const database = new Database(file);
  expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
  const rows = database
    .prepare("SELECT device_id, name, digest, first_seen, last_seen, reported, assigned_tags FROM device ORDER BY device_id")
    .raw()
    .all();
  const history = database.prepare("SELECT device_id, at, digest FROM device_history ORDER BY device_id, at").raw().all();
  const inventories = database.prepare("SELECT digest, hex(body) FROM inventory ORDER BY digest").raw().all();
  const torn = database
    .prepare(
      `SELECT count(*) FROM device AS d WHERE digest NOT IN (SELECT digest FROM inventory)
       OR d.digest <> coalesce((SELECT h.digest FROM device_history AS h WHERE h.tenant_id = d.tenant_id AND h.device_id = d.device_id
         ORDER BY h.at DESC LIMIT 1), d.digest)`,
    )
    .pluck()
    .get();
  expect(torn).toBe(0);
  database.close();
  return { devices: rows.length, text: JSON.stringify([rows, history, inventories]) };
}

test(`A23: an ingest killed at ${rounds} moments leaves whole devices only, and the next one ends like one never killed`, async () => {
  const seen = new Set<number>();
  for (let round = 0; round < rounds; round++) {
    const data = join(folder, `data-${round}`);
    await ingest(data, clean.ms * (0.2 + (0.75 * (round + 0.5)) / rounds));
    const { devices: held } = readState(data);
    expect(held % 500).toBe(0);
    seen.add(held);
    await ingest(data);
    expect(readState(data).text === clean.state).toBe(true);
    rmSync(data, { recursive: true });
  }
  expect(seen.size).toBeGreaterThan(1);
}, 120_000);

test("two ingests of one file at once end like one", async () => {
  const data = join(folder, "twice");
  await Promise.all([ingest(data), ingest(data)]);
  expect(readState(data).text === clean.state).toBe(true);
});
