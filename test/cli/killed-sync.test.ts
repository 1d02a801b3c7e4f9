import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { cvrfXml } from "../fixtures/cvrf/build-cvrf.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug"];
const rounds = 20;
let folder: string;
const clean: { hash: string; ms: number }[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "patchgap-kill-"));
  for (const revision of [1, 2]) writeDocuments(documents(revision), revision);
  for (const revision of [1, 2]) {
    const started = performance.now();
    await sync(documents(revision), join(folder, `clean-${revision}`));
    clean.push({ hash: await contentHash(join(folder, `clean-${revision}`)), ms: performance.now() - started });
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function documents(revision: number): string {
  return join(folder, `documents-${revision}`);
}

/** Eight months of sixty CVEs; the second revision adds one to each. */
function writeDocuments(to: string, revision: number): void {
  mkdirSync(to);
  for (const [index, month] of months.entries()) {
    const fix = {
      kb: String(5_100_000 + index),
      products: ["Windows 11 Version 24H2 for x64-based Systems"],
      fixedBuild: `10.0.26100.${2000 + index}`,
    };
    const vulnerabilities = Array.from({ length: 59 + revision }, (_, number) => ({
      cve: `CVE-2026-${1000 + index * 100 + number}`,
      fixes: [fix],
    }));
    const initialRelease = `2026-0${index + 1}-13`;
    writeFileSync(join(to, `${month}.xml`), cvrfXml({ id: `2026-${month}`, revision: String(revision), initialRelease, vulnerabilities }));
  }
}

/** Runs a sync in a process of its own and, where a time is given, kills it then. */
async function sync(from: string, data: string, killAfterMs?: number): Promise<void> {
  const child = spawn(process.execPath, [main, "sync", "--from", from, "--data", data, "--quiet"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = once(child, "exit");
  if (killAfterMs === undefined) {
    expect(await ended).toEqual([0, null]);
    return;
  }
  await setTimeout(killAfterMs);
  child.kill("SIGKILL");
  await ended;
}

async function contentHash(data: string): Promise<string> {
  const store = openSqliteStore(join(data, "patchgap.db"));
  const hash = (await store.currentCatalog())?.contentHash ?? "none";
  await store.close();
  return hash;
}

/** The revisions of the documents held, as one text: all of one kind or the import was torn. */
function heldRevisions(data: string): string {
  const file = join(data, "patchgap.db");
  if (!existsSync(file)) return "nothing";
  const database = new Database(file);
  expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
  const revisions = database.prepare<[], string>("SELECT revision FROM document").pluck().all();
  const catalogs = database.prepare<[], number>("SELECT count(*) FROM catalog").pluck().get();
  database.close();
  expect(catalogs === 0).toBe(revisions.length === 0);
  return revisions.length === 0 ? "nothing" : [...new Set([String(revisions.length), ...revisions])].join(" of ");
}

test(`X71: a sync killed at ${rounds} moments is whole or has not happened, and the next one ends like one never killed`, async () => {
  const before = join(folder, "clean-1");
  const seen = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    const data = join(folder, "data");
    rmSync(data, { recursive: true, force: true });
    const isFirst = round % 4 === 0;
    if (!isFirst) cpSync(before, data, { recursive: true });
    // Spread over the second half, where the database is opened and written.
    await sync(documents(2), data, (clean[1]?.ms ?? 0) * (0.4 + (0.6 * (round + 0.5)) / rounds));
    const held = heldRevisions(data);
    expect([isFirst ? "nothing" : "8 of 1", "8 of 2"]).toContain(held);
    seen.add(held);
    await sync(documents(2), data);
    expect(await contentHash(data)).toBe(clean[1]?.hash);
  }
  expect(seen.size).toBeGreaterThan(1);
}, 120_000);

test.skipIf(process.platform !== "linux")(
  "A21: a sync that finds no more space at 20 points changes nothing, says so, and works again",
  async () => {
    const stops = new Set<number | null>();
    for (let point = 0; point < 20; point++) {
      const data = join(folder, "full");
      rmSync(data, { recursive: true, force: true });
      if (point % 2 === 0) cpSync(join(folder, "clean-1"), data, { recursive: true });
      const before = heldRevisions(data);
      // The shell's limit on the length of a file, in blocks of 512 bytes, stands in for a full disk.
      const command = `ulimit -f ${point * 12}; exec "$0" "$@"`;
      const args = ["-c", command, process.execPath, main, "sync", "--from", documents(2), "--data", data, "--quiet"];
      const { status, stderr } = spawnSync("sh", args, { encoding: "utf8" });
      stops.add(status);
      if (status !== 0) expect({ status, stderr }).toEqual({ status: 3, stderr: expect.stringMatching(/^patchgap: [^\n]*\n$/) });
      expect(heldRevisions(data)).toBe(status === 0 ? "8 of 2" : before);
      expect(spawnSync(process.execPath, args.slice(3), { encoding: "utf8" })).toMatchObject({ status: 0 });
      expect(await contentHash(data)).toBe(clean[1]?.hash);
    }
    expect(stops).toEqual(new Set([0, 3]));
  },
  120_000,
);

test("X70, A24: two syncs at once leave every document once and the catalog of one", async () => {
  const data = join(folder, "twice");
  await Promise.all([sync(documents(1), data), sync(documents(1), data)]);
  expect(heldRevisions(data)).toBe("8 of 1");
  expect(await contentHash(data)).toBe(clean[0]?.hash);
});
