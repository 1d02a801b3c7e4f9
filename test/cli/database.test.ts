import { describe, expect, test } from "vitest";
import { postgresServers } from "../a-postgres.ts";
import { createCitusDatabase, dropEverywhere } from "../citus-servers.ts";
import { createDatabase, rowsOf } from "../postgres-servers.ts";
import { runIn } from "./fake-io.ts";

test.each([
  ["no database", [], 2, "there is no --database"],
  ["a URL that is none", ["--database", "mysql://x:hunter2@y/z"], 2, "not the URL of a PostgreSQL database"],
  ["no part", ["--shards", "0"], 2, "--shards"],
  ["half a part", ["--shards", "1.5"], 2, "--shards"],
  ["no number", ["--shards", "many"], 2, "--shards"],
])("database distribute with %s is wrong use", async (_, args, code, says) => {
  const { exit, stdout, stderr } = await runIn({}, "database", "distribute", ...args);
  expect([exit, stdout]).toEqual([code, ""]);
  expect(stderr).toContain(says);
  expect(stderr).not.toContain("hunter2");
});

test("a server that is not there is said to be so", async () => {
  const { exit, stderr } = await runIn({}, "database", "distribute", "--database", "postgresql://test:hunter2@127.0.0.1:1/x");
  expect(exit).toBe(3);
  expect(stderr).toContain("cannot be reached");
  expect(stderr).not.toContain("hunter2");
});

describe.each(postgresServers)("on $name", (server) => {
  test("a database without Citus is left alone", async () => {
    const { url, drop } = await createDatabase(server.url);
    const { exit, stdout, stderr } = await runIn({}, "database", "distribute", "--database", url);
    expect([exit, stdout]).toEqual([3, ""]);
    expect(stderr).toContain("the database has no Citus. Make the database on the coordinator");
    expect(await rowsOf(url, "SELECT 1 FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
    await drop();
  });
});

describe.each(postgresServers.filter(({ workers }) => workers !== undefined))("on $name", (server) => {
  test("the tables are printed with where they lie; again it says that nothing was to do", async () => {
    const url = await createCitusDatabase({ url: server.url, workers: server.workers ?? [] });
    const first = await runIn({}, "database", "distribute", "--database", url, "--shards", "4");
    expect(first).toMatchObject({ exit: 0, stderr: expect.stringContaining("is distributed over 2 workers.") });
    expect(first.stdout).toMatch(/^Table +Rows +Lies\ndevice +0 +by device, in 4 parts\n/);
    expect(first.stderr).toMatch(/device_history: moved in \d+\.\d s/);
    const again = await runIn({}, "database", "distribute", "--database", url, "--json");
    expect(again).toMatchObject({ exit: 0, stderr: expect.stringContaining("was distributed already") });
    expect(JSON.parse(again.stdout)).toMatchObject({ workers: 2, shards: 4, moved: 0, tables: expect.any(Array) });
    await dropEverywhere(server, url);
  });
});
