/** A server whose PostgreSQL is slow, may only be read, or is newer: nothing wrong is said, and no restart is needed. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makePostgresPlace, type PostgresPlace, postgresServers } from "../a-postgres.ts";
import { runIn } from "../cli/fake-io.ts";
import { anInventory } from "../http/a-server.ts";
import { execute, rowsOf } from "../postgres-servers.ts";
import { type Client, nothing, type Place, prepare, type Served, serve, serveInVain, well } from "./served.ts";

const inventory = (name: string): string => JSON.stringify(anInventory(name, 2965));

describe.each(postgresServers)("on $name", (postgres) => {
  const data = mkdtempSync(join(tmpdir(), "patchgap-trouble-"));
  let database: PostgresPlace;
  let place: Place;
  let client: Client;
  let served: Served;

  beforeAll(async () => {
    database = await makePostgresPlace(postgres);
    place = { data, database: database.url };
    client = await prepare(place);
    served = await serve(place, client, ["--database-timeout", "1", "--database-connections", "6"]);
    expect((await served.post("first", "other")).status).toBe(200);
    await served.until(well);
  });
  afterAll(async () => {
    await served.stop();
    await database.remove();
    rmSync(data, { recursive: true, force: true });
  });

  test.each([
    ["the row that changes of devices wait for", "SELECT value FROM fleet_change FOR UPDATE", { ...well, checkIn: 503 }],
    ["the devices", "LOCK TABLE device", { ...well, checkIn: 503, list: 503, device: 503 }],
  ])(
    "slow, as somebody holds %s: who needs it gets 503, the others their answers, and all of them when it ends",
    async (_, sql, statuses) => {
      const other = new pg.Client({ connectionString: database.url });
      await other.connect();
      try {
        await other.query("BEGIN");
        await other.query(sql);
        expect(await served.askAll()).toEqual(statuses);
        expect((await served.post("slow")).status).toBe(503);
        await served.says("the database took too long to answer");
        await other.query("ROLLBACK");
        expect(await served.askAll()).toEqual(well);
      } finally {
        await other.end();
      }
      expect((await served.names()).has("slow")).toBe(false);
    },
  );

  test("may only be read: lists and devices are answered, check-ins refused with the reason, and later the same connections are not held on to", async () => {
    const name = new URL(database.url).pathname.slice(1);
    const reconnect = (): Promise<void> =>
      execute(
        database.url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
      );
    await execute(postgres.url, `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    try {
      await reconnect();
      await served.until({ ...well, checkIn: 503 });
      await served.says("the database may only be read");
      // Its first page would have to be remembered for the next.
      expect((await served.get("/api/machines?pageSize=1")).status).toBe(503);
      const ingest = await runIn({ stdin: inventory("read-only") }, "ingest", "-", "--data", data, "--database", database.url);
      expect(ingest).toMatchObject({ exit: 3, stderr: expect.stringContaining("the database may only be read") });
      // One that starts now answers as well.
      const beside = await serve(place, client);
      expect(await beside.askAll()).toEqual({ ...well, checkIn: 503 });
      // Nobody is idle meanwhile for long enough to be let go.
      await execute(postgres.url, `ALTER DATABASE ${name} RESET default_transaction_read_only`);
      for (const each of [served, beside]) await each.until(well);
      await beside.stop();
    } finally {
      await execute(postgres.url, `ALTER DATABASE ${name} RESET default_transaction_read_only`);
    }
    expect((await served.names()).has("read-only")).toBe(false);
  });

  describe("a newer patchgap has brought the database up to date", () => {
    const numbers = /the database has schema 999; this patchgap knows schemas up to \d+\b/;
    const setVersion = (version: number): Promise<void> => execute(database.url, `UPDATE patchgap_schema SET version = ${version}`);
    let known: number;
    beforeAll(async () => {
      known = (await rowsOf(database.url, "SELECT version FROM patchgap_schema"))[0]?.["version"] as number;
      await setVersion(999);
    });
    afterAll(() => setVersion(known));

    test("a server that runs takes nothing in from then on, answers nothing a second later, and goes on with the former schema", async () => {
      await setVersion(known);
      await served.until(well);
      await setVersion(999);
      expect((await served.post("too new")).status).toBe(503);
      await served.until(nothing);
      await served.says(numbers);
      await setVersion(known);
      await served.until(well);
      expect((await served.names()).has("too new")).toBe(false);
      await setVersion(999);
    });

    test("serve does not start", async () => {
      const { exit, said } = await serveInVain(place);
      expect([exit, said]).toEqual([3, expect.stringMatching(numbers)]);
    });

    test.each([
      ["ingest", "-"],
      ["missing", "first"],
      ["migrate-store", "DATABASE", join(data, "other")],
    ])("%s refuses", async (...args) => {
      const words = args.map((arg) => arg.replace("DATABASE", database.url));
      const given = words[0] === "migrate-store" ? [] : ["--data", data, "--database", database.url];
      const ran = await runIn({ stdin: inventory("first") }, ...words, ...given);
      expect(ran).toMatchObject({ exit: 3, stdout: "", stderr: expect.stringMatching(numbers) });
    });
  });
});
