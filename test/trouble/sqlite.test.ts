/** A server whose embedded database is locked, gone, newer or read-only: nothing wrong is said, nothing acknowledged is lost, no restart is needed. */
import { copyFileSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runIn } from "../cli/fake-io.ts";
import { anInventory } from "../http/a-server.ts";
import { mayMount, readOnlyView } from "./a-mount.ts";
import { type Client, nothing, prepare, type Served, serve, serveInVain, well } from "./served.ts";

const data = mkdtempSync(join(tmpdir(), "patchgap-sqlite-"));
const file = join(data, "patchgap.db");
const inventory = (name: string): string => JSON.stringify(anInventory(name, 2965));
let client: Client;
let served: Served;

beforeAll(async () => {
  client = await prepare({ data });
  served = await serve({ data }, client);
  expect((await served.post("first")).status).toBe(200);
});
afterAll(async () => {
  await served.stop();
  rmSync(data, { recursive: true, force: true });
});

test("locked for too long: check-ins get 503, all else is answered meanwhile, and when it ends everything goes on", async () => {
  const other = new Database(file);
  try {
    other.exec("BEGIN IMMEDIATE");
    const order: string[] = [];
    const checkIn = served.post("refused").finally(() => order.push("check-in"));
    const ingest = runIn({ stdin: inventory("refused too") }, "ingest", "-", "--data", data);
    const { checkIn: _, ...others } = well;
    for (let round = 0; round < 10; round++) await served.until(others);
    // Not one by one behind the lock.
    expect(order).toEqual([]);
    expect((await checkIn).status).toBe(503);
    await served.says("the database is locked by another process");
    expect(await ingest).toMatchObject({ exit: 3, stderr: expect.stringContaining("the database is locked by another process") });
    const patient = served.post("patient");
    other.exec("ROLLBACK");
    expect((await patient).status).toBe(200);
  } finally {
    other.close();
  }
  expect(await served.askAll()).toEqual(well);
  expect([...(await served.names())].sort()).toEqual(["first", "patient"]);
});

test("a file that was taken away, or replaced: nothing is acknowledged that would be lost, and with the former all goes on", async () => {
  const away = join(data, "away.db");
  renameSync(file, away);
  expect((await served.post("lost")).status).toBe(503);
  await served.says("the database file is not there any more");
  await served.until(nothing);
  copyFileSync(away, file);
  expect((await served.post("lost")).status).toBe(503);
  await served.says("another file has taken the place of the database");
  await served.until(nothing);
  renameSync(away, file);
  await served.until(well);
  expect((await served.names()).has("lost")).toBe(false);
});

describe("a newer patchgap has brought the database up to date", () => {
  const numbers = /the database has schema 999; this patchgap knows schemas up to \d+\b/;
  const setVersion = (version: number): void => {
    const database = new Database(file);
    database.pragma(`user_version = ${version}`);
    database.close();
  };
  let known: number;
  beforeAll(() => {
    const database = new Database(file, { readonly: true });
    known = database.pragma("user_version", { simple: true }) as number;
    database.close();
    setVersion(999);
  });
  afterAll(() => setVersion(known));

  test("a server that runs takes nothing in from then on, answers nothing a second later, and goes on with the former schema", async () => {
    setVersion(known);
    await served.until(well);
    setVersion(999);
    expect((await served.post("too new")).status).toBe(503);
    await served.until(nothing);
    await served.says(numbers);
    setVersion(known);
    await served.until(well);
    expect((await served.names()).has("too new")).toBe(false);
    setVersion(999);
  });

  test("serve does not start", async () => {
    const { exit, said } = await serveInVain({ data });
    expect([exit, said]).toEqual([3, expect.stringMatching(numbers)]);
  });

  test.each([
    ["ingest", "-", "--data", data],
    ["missing", "first", "--data", data],
    ["migrate-store", data, join(data, "other")],
  ])("%s refuses", async (...args) => {
    expect(await runIn({ stdin: inventory("first") }, ...args)).toMatchObject({
      exit: 3,
      stdout: "",
      stderr: expect.stringMatching(numbers),
    });
  });
});

test.skipIf(!mayMount)(
  "a data folder that may only be read: serve and ingest say so, `missing` answers, and later all goes on",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "patchgap-read-only-"));
    await new Database(file).backup(join(folder, "patchgap.db"));
    const view = readOnlyView(folder);
    const onView = ["--data", view.folder];
    let later: Served | undefined;
    try {
      const says = expect.stringContaining("the data folder is on a file system that is read-only");
      const { exit, said } = await serveInVain({ data: view.folder });
      expect([exit, said]).toEqual([3, says]);
      expect(await runIn({ stdin: inventory("second") }, "ingest", "-", ...onView)).toMatchObject({ exit: 3, stderr: says });
      expect(await runIn({}, "missing", "first", ...onView)).toMatchObject({ exit: 0, stdout: expect.stringContaining("KB5078885") });
      view.allowWriting();
      later = await serve({ data: view.folder }, client);
      expect(await later.askAll()).toEqual(well);
    } finally {
      await later?.stop();
      view.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
