/** A server whose database has no room: what was acknowledged is there, nothing is half stored, and with room all goes on without a restart. */
import { chownSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openPostgresStoreAt } from "../a-postgres.ts";
import { runIn } from "../cli/fake-io.ts";
import { anInventory } from "../http/a-server.ts";
import { createDatabase, execute, postgresPrograms, startPostgres } from "../postgres-servers.ts";
import { makeSmallDisk, mayMount } from "./a-mount.ts";
import { load, options, type Place, prepare, recovers, type Served, serve, until, well } from "./served.ts";

// One is enough: what a full disk does to them is the same.
const programs = (await postgresPrograms()).slice(0, 1);
/** PostgreSQL runs as this user. */
const nobody = 65_534;
const full = "cannot grow";

/** Takes all the room that is left, and gives it back. */
function fillUp(folder: string): () => void {
  const path = join(folder, "filler");
  const file = openSync(path, "w");
  const bytes = Buffer.alloc(1024 * 1024);
  // Whoever writes beside it is faster or not: a last piece is written in part.
  for (let size = bytes.length; size >= 4096; ) {
    try {
      if (writeSync(file, bytes, 0, size) < size) size = 4096;
    } catch {
      size /= 2;
    }
  }
  closeSync(file);
  return () => rmSync(path);
}

/** Devices check in while the disk fills up and gets room again. */
async function holdThrough(served: Served, place: Place, folder: string): Promise<void> {
  const sent = load(served);
  await until("some are taken in", () => sent.acknowledged.length > 20);
  const makeRoom = fillUp(folder);
  try {
    await until("some are refused", () => sent.refused.length > 20);
    await served.says(full);
    await served.until({ ...well, checkIn: 503 });
    const many = Array.from({ length: 500 }, (_, index) => `${JSON.stringify(anInventory(`of-ingest-${index}`, index))}\n`).join("");
    const ingest = await runIn({ stdin: many }, "ingest", "-", ...options(place));
    expect(ingest).toMatchObject({ exit: 3, stderr: expect.stringContaining(full) });
  } finally {
    makeRoom();
  }
  const names = await recovers(served, sent);
  expect([...names].filter((name) => sent.refused.includes(name) || name.startsWith("of-ingest"))).toEqual([]);
}

describe.skipIf(!mayMount)("a disk that is full", () => {
  test("under the embedded database", async () => {
    const disk = makeSmallDisk("24m");
    const place = { data: disk.folder };
    const served = await serve(place, await prepare(place));
    try {
      expect((await served.post("first")).status).toBe(200);
      await holdThrough(served, place, disk.folder);
    } finally {
      await served.stop();
      disk.remove();
    }
  }, 240_000);

  test.each(programs)(
    "under $name: its tables, then its log, for want of which it ends",
    async (program) => {
      const [system, tables] = [makeSmallDisk("200m"), makeSmallDisk("32m")];
      const postgres = await startPostgres(program, ["min_wal_size=32MB", "max_wal_size=32MB"], system.folder);
      const data = mkdtempSync(join(tmpdir(), "patchgap-full-"));
      let served: Served | undefined;
      try {
        const place = { data, database: await databaseOn(postgres.url, tables.folder) };
        served = await serve(place, await prepare(place));
        expect((await served.post("first")).status).toBe(200);
        await holdThrough(served, place, tables.folder);

        const sent = load(served);
        await until("some are taken in", () => sent.acknowledged.length > 20);
        const makeRoom = fillUp(system.folder);
        // It takes up the next piece of its log, which there is no room for.
        await until("the database ends", () =>
          execute(postgres.url, "SELECT pg_switch_wal()").then(
            () => false,
            () => true,
          ),
        );
        await until("some are refused", () => sent.refused.length > 20);
        await served.until({ checkIn: 503, readyz: 503, healthz: 200 });
        makeRoom();
        await postgres.kill();
        await postgres.start();
        await recovers(served, sent);
      } finally {
        await served?.stop();
        await postgres.remove();
        for (const disk of [system, tables]) disk.remove();
        rmSync(data, { recursive: true, force: true });
      }
    },
    240_000,
  );
});

/** A database whose tables are in a folder of their own; the log stays where it is. */
async function databaseOn(server: string, folder: string): Promise<string> {
  const location = join(folder, "tables");
  mkdirSync(location, { mode: 0o700 });
  chownSync(location, nobody, nobody);
  await execute(server, `CREATE TABLESPACE small LOCATION '${location}'`);
  const { url } = await createDatabase(server);
  await execute(server, `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET TABLESPACE small`);
  await (await openPostgresStoreAt(url)).close();
  return url;
}
