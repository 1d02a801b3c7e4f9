/** A server whose PostgreSQL is killed under load, and one whose PostgreSQL is a standby that becomes the primary. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { runIn } from "../cli/fake-io.ts";
import { anInventory } from "../http/a-server.ts";
import { createDatabase, execute, postgresPrograms, rowsOf, startPostgres } from "../postgres-servers.ts";
import { load, nothing, options, prepare, recovers, type Served, serve, serveInVain, until, well } from "./served.ts";

// The copy of a server is made by `cp`.
const programs = process.platform === "win32" ? [] : await postgresPrograms();
const data = mkdtempSync(join(tmpdir(), "patchgap-gone-"));
afterAll(() => rmSync(data, { recursive: true, force: true }));

describe.each(programs)("$name", (program) => {
  test("killed and started again under load; then a standby that becomes the primary: no restart is needed, nothing acknowledged is lost", async () => {
    const postgres = await startPostgres(program, ["fsync=on"]);
    const { url: database } = await createDatabase(postgres.url);
    const place = { data, database };
    const client = await prepare(place);
    const served = await serve(place, client);
    let other: Served | undefined;
    try {
      expect((await served.post("first")).status).toBe(200);
      const sent = load(served);
      await until("some are taken in", () => sent.acknowledged.length > 20);
      await postgres.kill();
      await until("some are refused", () => sent.refused.length > 20);
      await served.until(nothing);
      await served.says("the database cannot be reached");
      const stdin = JSON.stringify(anInventory("of ingest", 2965));
      for (const { exit, said } of [
        await serveInVain(place),
        await runIn({ stdin }, "ingest", "-", ...options(place)).then((ran) => ({ exit: ran.exit, said: ran.stderr })),
      ])
        expect([exit, said]).toEqual([3, expect.stringContaining("the database cannot be reached")]);
      await postgres.start();
      const names = await recovers(served, sent);

      const standby = await postgres.follow();
      try {
        const there = Object.assign(new URL(database), { port: new URL(standby.url).port }).href;
        await until("the standby has all", async () => {
          const [row] = await rowsOf(there, "SELECT count(*)::int AS devices FROM device");
          return row?.["devices"] === names.size;
        });
        other = await serve({ data, database: there }, client);
        await other.until({ ...well, checkIn: 503 });
        await other.says("the database may only be read");
        await postgres.kill();
        await execute(standby.url, "SELECT pg_promote()");
        await other.until(well);
        expect((await other.post("second")).status).toBe(200);
        expect((await other.names()).size).toBe(names.size + 1);
      } finally {
        await other?.stop();
        await standby.remove();
      }
    } finally {
      await served.stop();
      await postgres.remove();
    }
  }, 240_000);
});
