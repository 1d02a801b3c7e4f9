import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "../../src/stores/sqlite/open-database.ts";
import { openSqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import { describeCatalogStore } from "./catalog-store.contract.ts";

describeCatalogStore("SQLite", () => {
  const folder = mkdtempSync(join(tmpdir(), "patchgap-store-"));
  return { open: () => openSqliteStore(join(folder, "patchgap.db")), remove: () => rmSync(folder, { recursive: true }) };
});

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "patchgap-store-"));
  file = join(folder, "data", "patchgap.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs against a whole database and gives back what opening it again says. */
function openAfter(damage: () => void): unknown {
  openSqliteStore(file).close();
  damage();
  try {
    const store = openSqliteStore(file);
    store.holdings();
    store.close();
    return "opened";
  } catch (error) {
    return error;
  }
}

test.skipIf(process.platform === "win32")("data folder and database are for their owner only", () => {
  openSqliteStore(file).close();
  expect(statSync(join(folder, "data")).mode & 0o777).toBe(0o700);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("a commit is on the disk before it is answered", () => {
  const database = openDatabase(file);
  expect(database.pragma("journal_mode", { simple: true })).toBe("wal");
  expect(database.pragma("synchronous", { simple: true })).toBe(2);
  database.close();
});

test("a file that is no database is refused and left alone", () => {
  const error = openAfter(() => writeFileSync(file, "not a database at all, only text\n".repeat(40)));
  expect(error).toMatchObject({ code: "database", message: "the database is not a database", place: { source: file } });
  expect(readFileSync(file, "utf8")).toContain("only text");
});

test("an empty file is refused, never taken for a new database", () => {
  expect(openAfter(() => truncateSync(file))).toMatchObject({ code: "database", message: "the file is not a patchgap database" });
  expect(statSync(file).size).toBe(0);
});

test("another program's database is refused and left alone", () => {
  const error = openAfter(() => {
    rmSync(file);
    const database = new Database(file);
    database.exec("CREATE TABLE theirs (a)");
    database.close();
  });
  expect(error).toMatchObject({ code: "database", message: "the file is not a patchgap database" });
  expect(existsSync(`${file}-wal`)).toBe(false);
});

test("a database of a newer patchgap is refused", () => {
  const error = openAfter(() => {
    const database = new Database(file);
    database.pragma("user_version = 999");
    database.close();
  });
  expect(error).toMatchObject({ code: "database", message: expect.stringContaining("schema 999") });
});

test.each([1, 100, 1024, 4096, 6000, 8192, 12_288])("a database cut off after %i bytes is never read as an empty one", (size) => {
  expect(openAfter(() => truncateSync(file, size))).toMatchObject({ code: "database" });
});
