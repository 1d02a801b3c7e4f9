import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStore, type Store } from "../../src/compose.ts";
import { makePostgresPlace, postgresServers } from "../a-postgres.ts";
import { aCheckIn, hex, oddCheckIns } from "../contract/made-up-fleet.ts";
import { hostileNames } from "../fixtures/hostile-names.ts";
import { aServer, sampleDocuments, sampleTime } from "../http/a-server.ts";
import { execute, rowsOf } from "../postgres-servers.ts";
import { sharedFile } from "../shared-data.ts";
import { type Ran, runIn } from "./fake-io.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const documents = sharedFile("data/msrc-cvrf") ?? sampleDocuments;
const inventories = sharedFile("data/inventories");
if (inventories === undefined)
  process.stderr.write("The real data is not here: stores are migrated with the sample's documents and made-up devices only.\n");

let folder: string;
/** an installation in a data folder, with something in every table */
let origin: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "patchgap-migrate-"));
  origin = join(folder, "origin");
  await fill(origin);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function fill(data: string): Promise<void> {
  const run = async (...argv: readonly string[]): Promise<Ran> => runIn({}, ...argv, "--data", data);
  expect((await run("sync", "--from", documents)).exit).toBe(0);
  expect((await run("tenant", "add", "contoso")).exit).toBe(0);
  for (const [tenant, tag] of [
    ["default", "servers"],
    ["contoso", "group:west"],
  ] as const) {
    const files = inventories === undefined ? [] : readdirSync(inventories).filter((name) => name.includes("systeminfo"));
    const paths = files.map((name) => join(inventories ?? "", name));
    if (paths.length > 0) expect((await run("ingest", ...paths, "--tenant", tenant, "--tag", tag)).exit).toBe(0);
    expect((await run("client", "add", `reader of ${tenant}`, "--tenant", tenant, "--roles", "Machine.Read.All")).exit).toBe(0);
  }
  expect((await run("sign-in")).exit).toBe(0);
  expect((await run("token", "--roles", "Machine.Read.All")).exit).toBe(0);
  const store = await openStore({ data });
  await addOddThings(store);
  await store.close();
  // A second revision, so that numbers and old provenance have something to keep.
  const database = new Database(join(data, "patchgap.db"));
  database.exec(`INSERT INTO catalog (revision, content_hash, created_at, documents, compiled)
    SELECT 0, 'an older one', '2026-01-01T00:00:00.000Z', documents, NULL FROM catalog LIMIT 1`);
  database.close();
}

async function addOddThings(store: Store): Promise<void> {
  const [tenant] = await store.tenants();
  const id = tenant?.id ?? "";
  const named = hostileNames.map((name, index) => aCheckIn(`hostile ${index}`, 5, index, { name, assignTags: [name] }));
  await store.checkIn(id, named);
  await store.checkIn(id, oddCheckIns());
  await store.checkIn(id, [aCheckIn("hostile 1", 9, 77), aCheckIn("hostile 1", 2, 78), aCheckIn("hostile 2", 11, 79)]);
  await store.editDevices(id, [hex("hostile 1")], { removeTags: [hostileNames[1] ?? ""], value: "High" });
  await store.editDevices(id, [hex("hostile 3")], { addTags: ["a\u0000b", "\u0001\u0002\u0002", "\u202egnp"] });
  await store.secret("exports", () => new Uint8Array(32).fill(7));
  await store.epoch({ contentHash: "c", asOf: "2026-03-31", rules: "0" });
  await store.epoch({ contentHash: "d", asOf: "2026-03-31", rules: "0" });
}

interface Moved {
  readonly rows: Readonly<Record<string, number>>;
  readonly contentHash: { readonly from: string; readonly to: string };
}

async function migrate(from: string, to: string): Promise<Moved> {
  const { exit, stdout, stderr } = await runIn({}, "migrate-store", from, to, "--json");
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: expect.stringContaining("stays as it was") });
  return JSON.parse(stdout) as Moved;
}

/** The server waits where the program shall be killed, and sees that it was. */
async function linger(url: string, table: string): Promise<() => Promise<void>> {
  await execute(
    url,
    `CREATE OR REPLACE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(30); RETURN NULL; END $$;
     CREATE TRIGGER linger AFTER INSERT ON ${table} EXECUTE FUNCTION linger()`,
  );
  return () => execute(url, `DROP TRIGGER linger ON ${table}`);
}

/** The same where there are no triggers. */
async function lock(url: string, table: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`BEGIN; LOCK TABLE ${table} IN SHARE MODE`);
  return () => client.end();
}

/** Bodies, with the address of the server left out. */
async function answersOf(place: { readonly folder: string; readonly database?: string }): Promise<readonly string[]> {
  const server = await aServer({ ...place, now: () => new Date(sampleTime) });
  // A server answers before it has taken its knowledge up.
  for (let tries = 0; server.server.fleet.revision === 0 && tries < 500; tries++) {
    await setTimeout(10);
    await server.server.lookForKnowledge();
  }
  const device = hex("hostile 3");
  const paths = [
    ...["/api/machines", "/api/missingupdates", "/api/software", "/api/fleet", "/api/fleet/patchage", "/api/vulnerabilities?$top=20"],
    ...["getmissingkbs", "history", "inventory", "software"].map((part) => `/api/machines/${device}/${part}`),
    ...[`/api/machines/${hex("hostile 1")}`, `/api/machines/${hex("hostile 1")}/history`, "/api/machines/findbytag?tag=servers"],
  ];
  const answers: string[] = [];
  try {
    for (const tenant of ["default", "contoso"]) {
      for (const path of paths) {
        const { status, text } = await server.ask(path, { tenant });
        answers.push(`${status} ${path} ${text.replaceAll(server.origin, "")}`);
      }
    }
  } finally {
    await server.close();
  }
  return answers.map((answer) => answer.replace(/"(?:target|date)":"[^"]*"/g, ""));
}

test("a terminal sees how far it is; without --json the counts and both hashes are printed", async () => {
  const { exit, stdout, stderr } = await runIn({ terminal: 100 }, "migrate-store", origin, join(folder, "printed"));
  expect(exit).toBe(0);
  expect(stdout).toMatch(/^Table +Rows\ndocument +\d+\n/);
  const [first, second, ...more] = [...stdout.matchAll(/^Content of \w+ +([0-9a-f]{64})$/gm)].map(([, hash]) => hash);
  expect([first, more]).toEqual([second, []]);
  expect(stderr).toContain("Everything is in");
});

test("of a file to a file: nothing is left behind, in any table", async () => {
  const to = join(folder, "copy.db");
  const { rows } = await migrate(join(origin, "patchgap.db"), to);
  const [was, is] = [readAll(join(origin, "patchgap.db")), readAll(to)];
  expect(is).toEqual(was);
  const travelling = Object.entries(was).map(([table, own]) => [table, own.length]);
  expect(rows).toEqual(Object.fromEntries(travelling));
  expect(Math.min(...Object.values(rows))).toBeGreaterThan(0);
});

/** All columns of all tables that are not made again by themselves. */
function readAll(file: string): Readonly<Record<string, readonly unknown[]>> {
  const database = new Database(file, { readonly: true });
  const madeAgain = ["standing", "walk", "device_past", "sqlite_sequence"];
  const tables = database.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all();
  const all = tables
    .filter((name) => !madeAgain.includes(name) && !name.startsWith("sqlite_"))
    .map((name) => [
      name,
      database
        .prepare(`SELECT * FROM ${name} ORDER BY 1, 2`)
        .raw()
        .all()
        .map((row) => JSON.stringify(row)),
    ]);
  database.close();
  return Object.fromEntries(all) as Record<string, readonly unknown[]>;
}

test.each([
  ["a FROM that is not there", ["nowhere", "to"], 3, "there is no database"],
  ["the same twice", ["origin", "origin"], 2, "the same"],
  ["one name only", ["origin"], 2, "to"],
])("%s is refused, and nothing is made", async (_, names, code, says) => {
  const { exit, stderr } = await runIn({}, "migrate-store", ...names.map((name) => join(folder, name)));
  expect(exit).toBe(code);
  expect(stderr).toContain(says);
  expect(existsSync(join(folder, "to"))).toBe(false);
});

test("a FROM of a newer patchgap is refused, and TO stays empty", async () => {
  const newer = join(folder, "newer.db");
  await migrate(origin, newer);
  const database = new Database(newer);
  database.pragma("user_version = 999");
  database.close();
  const { exit, stderr } = await runIn({}, "migrate-store", newer, join(folder, "never"));
  expect([exit, existsSync(join(folder, "never"))]).toEqual([3, false]);
  expect(stderr).toContain("schema 999");
});

test("a TO with anything in it is refused, and stays as it is", async () => {
  const to = join(folder, "full");
  expect((await runIn({}, "client", "add", "one", "--roles", "Machine.Read.All", "--data", to)).exit).toBe(0);
  const before = readAll(join(to, "patchgap.db"));
  const { exit, stderr } = await runIn({}, "migrate-store", origin, to);
  expect(exit).toBe(2);
  expect(stderr).toContain("there is something in the store already (client)");
  expect(readAll(join(to, "patchgap.db"))).toEqual(before);
});

/** Kills the program as soon as it is where it shall be; says whether it was, or had ended. */
async function killWhen(from: string, to: string, isThere: () => Promise<boolean> | boolean): Promise<boolean> {
  const child = spawn(process.execPath, [main, "migrate-store", from, to], { stdio: "ignore" });
  const ended = once(child, "exit");
  let isHalfWay = false;
  while (child.exitCode === null && !isHalfWay) {
    isHalfWay = await isThere();
    if (!isHalfWay) await setTimeout(1);
  }
  child.kill("SIGKILL");
  await ended;
  return isHalfWay && child.signalCode === "SIGKILL";
}

/** A larger one, so that there is a half-way. */
async function aLargeOne(): Promise<string> {
  const data = join(folder, "large");
  if (existsSync(data)) return data;
  await migrate(origin, data);
  const store = await openStore({ data });
  const [tenant] = await store.tenants();
  // Each device becomes another: so it has a history.
  for (const moment of [4, 5])
    for (let at = 0; at < 20_000; at += 2_000)
      await store.checkIn(
        tenant?.id ?? "",
        Array.from({ length: 2_000 }, (_, index) => aCheckIn(`large ${at + index}`, moment, (at + index + moment) % 50)),
      );
  await store.close();
  return data;
}

test("killed half-way it leaves an empty data folder, to whoever opens it, and the next run moves everything", async () => {
  const from = await aLargeOne();
  for (const written of [1, 2_000_000]) {
    // Where this process was not given the time to look in between, the program has ended before it could be killed.
    let to = "";
    for (let attempt = 0, wasKilled = false; !wasKilled; attempt++) {
      expect(attempt).toBeLessThan(10);
      to = join(folder, `killed-${written}-${attempt}`);
      const wal = join(to, "patchgap.db-wal");
      wasKilled = await killWhen(from, to, () => (statSync(wal, { throwIfNoEntry: false })?.size ?? 0) >= written);
    }
    const filled = Object.entries(readAll(join(to, "patchgap.db"))).filter(([, rows]) => rows.length > 0);
    expect(filled.map(([table]) => table)).toEqual(["fleet_change", "tenant"]);
    const { contentHash } = await migrate(from, to);
    expect(contentHash.to).toBe(contentHash.from);
  }
}, 120_000);

describe.skipIf(postgresServers.length === 0)("with PostgreSQL", () => {
  test.each(postgresServers)(
    "there and back, $name: the same content three times, and the same answers",
    async (server) => {
      const there = await makePostgresPlace(server);
      const back = join(folder, `back-${server.name}`);
      try {
        const [one, two] = [await migrate(origin, there.url), await migrate(there.url, back)];
        const three = await migrate(back, join(folder, `again-${server.name}`));
        const hashes = [one, two, three].flatMap(({ contentHash }) => [contentHash.from, contentHash.to]);
        expect(new Set(hashes).size).toBe(1);
        expect([two.rows, three.rows]).toEqual([one.rows, one.rows]);
        expect(readAll(join(back, "patchgap.db"))).toEqual(readAll(join(origin, "patchgap.db")));
        const keys = await rowsOf(there.url, "SELECT name_key FROM device");
        expect(keys.length).toBeGreaterThan(hostileNames.length);
        const first = await answersOf({ folder: back });
        expect(first.filter((answer) => answer.startsWith("200 ")).length).toBeGreaterThan(18);
        expect(await answersOf({ folder, database: there.url })).toEqual(first);
        expect(await answersOf({ folder: join(folder, `again-${server.name}`) })).toEqual(first);
      } finally {
        await there.remove();
      }
    },
    120_000,
  );

  test("a TO with anything in it is refused, whatever it is, and says nothing of a password", async () => {
    for (const sql of [
      "INSERT INTO tenant (tenant_id, alias) VALUES ('x', 'x')",
      "INSERT INTO secret (name, value) VALUES ('x', '')",
      "UPDATE setting SET value = '3'",
    ]) {
      const there = await makePostgresPlace(postgresServers[0] as (typeof postgresServers)[number]);
      await execute(there.url, sql);
      const url = new URL(there.url);
      url.password = "hunter2";
      const { exit, stderr, stdout } = await runIn({}, "migrate-store", origin, url.href);
      expect(exit).toBe(2);
      expect(stderr).toContain("there is something in the store already");
      expect(stderr + stdout).not.toContain("hunter2");
      expect(await rowsOf(there.url, "SELECT count(*)::int AS rows FROM document")).toEqual([{ rows: 0 }]);
      await there.remove();
    }
  });

  test("a FROM in which patchgap has kept nothing is refused, and no table is made there", async () => {
    const there = await makePostgresPlace({ ...(postgresServers[0] as (typeof postgresServers)[number]), template: "template0" });
    const { exit, stderr } = await runIn({}, "migrate-store", there.url, join(folder, "none"));
    expect([exit, existsSync(join(folder, "none"))]).toEqual([3, false]);
    expect(stderr).toContain("kept nothing");
    expect(await rowsOf(there.url, "SELECT 1 FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
    await there.remove();
  });

  test.each(postgresServers)(
    "killed half-way it leaves an empty database, and the next run moves everything: $name",
    async (server) => {
      const from = await aLargeOne();
      const there = await makePostgresPlace(server);
      await execute(there.url, `ALTER DATABASE ${new URL(there.url).pathname.slice(1)} SET client_connection_check_interval = '20ms'`);
      for (const table of ["document", "device", "device_history"]) {
        const letGo = await (server.workers === undefined ? linger : lock)(there.url, table);
        const isHalfWay = async (): Promise<boolean> =>
          (
            await rowsOf(
              there.url,
              `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'INSERT INTO ${table} (%'`,
            )
          ).length > 0;
        expect(await killWhen(from, there.url, isHalfWay)).toBe(true);
        await letGo();
        for (const held of ["document", "device", "device_history", "client", "secret"])
          expect(await rowsOf(there.url, `SELECT count(*)::int AS rows FROM ${held}`)).toEqual([{ rows: 0 }]);
      }
      const { contentHash } = await migrate(from, there.url);
      expect(contentHash.to).toBe(contentHash.from);
      await there.remove();
    },
    180_000,
  );
});
