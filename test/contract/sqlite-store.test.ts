import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { newClient } from "../../src/auth/issuer/client-secret.ts";
import { hashPageSecret } from "../../src/auth/session/page-secret.ts";
import { Sessions } from "../../src/auth/session/sessions.ts";
import { hasDatabase, makeDataFolder } from "../../src/stores/sqlite/data-folder.ts";
import { migrations } from "../../src/stores/sqlite/migrations.ts";
import { openDatabase } from "../../src/stores/sqlite/open-database.ts";
import { openSqliteStore, openSqliteStoreToRead } from "../../src/stores/sqlite/sqlite-store.ts";
import { allOf } from "../all-of.ts";
import { SLOW_MACHINE } from "../slow-machine.ts";
import { describeAuthStore } from "./auth-store.contract.ts";
import { describeCatalogStore } from "./catalog-store.contract.ts";
import { describeDeviceStore } from "./device-store.contract.ts";
import { describeFleetStore } from "./fleet-store.contract.ts";

async function makePlace(): Promise<{ open: () => Promise<ReturnType<typeof openSqliteStore>>; remove: () => Promise<void> }> {
  const place = mkdtempSync(join(tmpdir(), "patchgap-store-"));
  return { open: async () => openSqliteStore(join(place, "patchgap.db")), remove: async () => rmSync(place, { recursive: true }) };
}

describeCatalogStore("SQLite", makePlace);
describeDeviceStore("SQLite", makePlace);
describeAuthStore("SQLite", makePlace);
describeFleetStore("SQLite", makePlace, { isKept: true });
describeFleetStore("SQLite in memory", async () => ({ open: async () => openSqliteStore(":memory:"), remove: async () => undefined }), {
  isKept: false,
});

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "patchgap-store-"));
  file = join(folder, "data", "patchgap.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs against a whole database and gives back what opening it again says. */
async function openAfter(damage: () => void): Promise<unknown> {
  await openSqliteStore(file).close();
  damage();
  try {
    const store = openSqliteStore(file);
    await store.holdings();
    await store.close();
    return "opened";
  } catch (error) {
    return error;
  }
}

test.skipIf(process.platform === "win32")("data folder and database are for their owner only", async () => {
  await openSqliteStore(file).close();
  expect(statSync(join(folder, "data")).mode & 0o777).toBe(0o700);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("a commit is on the disk before it is answered", () => {
  const database = openDatabase(file);
  expect(database.pragma("journal_mode", { simple: true })).toBe("wal");
  expect(database.pragma("synchronous", { simple: true })).toBe(2);
  database.close();
});

test.each(migrations.slice(0, -1).map((_, index) => index + 1))(
  "a database of schema %i is brought up to date, and what it holds stays",
  async (number) => {
    const store = openSqliteStore(file);
    await store.close();
    rmSync(file);
    const old = new Database(file);
    for (const migration of migrations.slice(0, number)) old.exec(migration);
    old.exec("INSERT INTO setting (name, value) VALUES ('release-history', '[]')");
    if (number >= 2) {
      old.exec(`INSERT INTO device (tenant_id, device_id, name, name_key, digest, first_seen, last_seen, received_at, reported, assigned_tags)
      SELECT tenant_id, 'a', 'A', 'a', 'd', '2026', '2026', '2026', '{"tags":["x"],"ipAddresses":[]}', '["y"]' FROM tenant`);
    }
    // From here on a device brings what its tags come to.
    if (number >= 4) old.exec(`UPDATE device SET tags = '["x","y"]'`);
    old.pragma(`application_id = ${0x70_67_61_70}`);
    old.pragma(`user_version = ${number}`);
    old.close();
    const migrated = openSqliteStore(file);
    expect((await migrated.holdings()).releaseHistory).toBe("[]");
    const [tenant] = await migrated.tenants();
    expect(tenant).toMatchObject({ alias: "default" });
    expect(await migrated.clients.list(tenant?.id ?? "")).toEqual([]);
    const view = { epoch: 1, at: "2026-01-02T00:00:00.000Z" };
    const { devices } = await migrated.listDevices(tenant?.id ?? "", { view, limit: 10 });
    expect(devices.map(({ name, tags }) => ({ name, tags: [...tags].sort() }))).toEqual(
      number >= 2 ? [{ name: "A", tags: ["x", "y"] }] : [],
    );
    await migrated.close();
  },
);

test("what fails is rejected, nothing throws at once", async () => {
  const store = openSqliteStore(":memory:");
  await store.close();
  const answers = [
    store.holdings(),
    store.currentCatalog(),
    allOf(store.readDocuments()),
    allOf(store.readDocuments(["2026-Jan"])),
    store.commit({ basedOn: 0, documents: [], compiled: new Uint8Array(), compiledWith: "", contentHash: "", createdAt: "" }),
    store.tenants(),
    store.addTenant({ id: "", alias: "" }),
    store.checkIn("", []),
    store.device("", ""),
    store.devicesNamed("", ""),
    store.digestsOf("", [""]),
    store.devices("", { limit: 1 }),
    store.history("", ""),
    store.deviceCounts(""),
    store.inventory(""),
    store.clients.find(""),
    store.clients.list(""),
    store.clients.add(newClient({ tenantId: "", name: "", roles: [], createdAt: 0 }).client),
    store.clients.revoke("", 0),
    store.signingKeys.list(),
    store.signingKeys.add({ kid: "", privateKey: "", createdAt: 0 }),
    store.signingKeys.remove(""),
    store.secret("", () => new Uint8Array()),
  ];
  expect((await Promise.allSettled(answers)).map(({ status }) => status)).toEqual(answers.map(() => "rejected"));
});

test("a secret is one, however many processes make it at once", async () => {
  const module = new URL("../../src/stores/sqlite/sqlite-store.ts", import.meta.url).href;
  const script = `
    import { openSqliteStore } from ${JSON.stringify(module)};
    const store = openSqliteStore(${JSON.stringify(file)});
    const secret = await store.secret("page", () => crypto.getRandomValues(new Uint8Array(32)));
    console.log(Buffer.from(secret).toString("hex"));`;
  const secrets = await Promise.all([1, 2, 3].map(() => outputOf(["--input-type=module", "--eval", script])));
  expect(secrets[0]).toMatch(/^[0-9a-f]{64}\n$/);
  expect(new Set(secrets).size).toBe(1);
});

async function outputOf(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += String(chunk);
  });
  expect(await once(child, "close")).toEqual([0, null]);
  return text;
}

test("no secret of a client is in the file", async () => {
  const store = openSqliteStore(file);
  const { client, secret } = newClient({ tenantId: "t", name: "n", roles: [], createdAt: 0 });
  await store.clients.add(client);
  await store.close();
  expect(readFileSync(file).includes(secret)).toBe(false);
  expect(readFileSync(file).includes(client.clientId)).toBe(true);
});

test("no code and no session is in the file", async () => {
  const store = openSqliteStore(file);
  const sessions = new Sessions(store.sessions, () => 0);
  const person = { tenantId: "t", name: "n", roles: [] };
  const secrets = [(await sessions.issueCode(person)).secret, (await sessions.open(person)).secret];
  await store.close();
  for (const secret of secrets) expect(readFileSync(file).includes(secret)).toBe(false);
  expect(readFileSync(file).includes(hashPageSecret(secrets[1] ?? ""))).toBe(true);
});

test("errors of the database name its file", async () => {
  const store = openSqliteStore(file);
  const client = newClient({ tenantId: "t", name: "n", roles: [], createdAt: 0 }).client;
  await store.clients.add(client);
  await expect(store.clients.add(client)).rejects.toMatchObject({ code: "database", place: { source: file } });
  await store.close();
});

test("A22: a file that is no database is refused and left alone", async () => {
  const error = await openAfter(() => writeFileSync(file, "not a database at all, only text\n".repeat(40)));
  expect(error).toMatchObject({ code: "database", message: "the database is not a database", place: { source: file } });
  expect(readFileSync(file, "utf8")).toContain("only text");
});

test("an empty file is refused, never taken for a new database", async () => {
  expect(await openAfter(() => truncateSync(file))).toMatchObject({ code: "database", message: "the file is not a patchgap database" });
  expect(statSync(file).size).toBe(0);
});

test("another program's database is refused and left alone", async () => {
  const error = await openAfter(() => {
    rmSync(file);
    const database = new Database(file);
    database.exec("CREATE TABLE theirs (a)");
    database.close();
  });
  expect(error).toMatchObject({ code: "database", message: "the file is not a patchgap database" });
  expect(existsSync(`${file}-wal`)).toBe(false);
});

test("a database of a newer patchgap is refused", async () => {
  const error = await openAfter(() => {
    const database = new Database(file);
    database.pragma("user_version = 999");
    database.close();
  });
  expect(error).toMatchObject({ code: "database", message: expect.stringContaining("schema 999") });
});

test.each([1, 100, 1024, 4096, 6000, 8192, 12_288])(
  "A22: a database cut off after %i bytes is never read as an empty one",
  async (size) => {
    expect(await openAfter(() => truncateSync(file, size))).toMatchObject({ code: "database" });
  },
);

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;

/** Runs as somebody who may not write: root may everywhere. */
async function withoutRights<T>(work: () => T | Promise<T>): Promise<T> {
  if (!isRoot) return await work();
  process.seteuid?.(nobody);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

describe.skipIf(process.platform === "win32")("A22: in a folder that may only be read", () => {
  async function makeReadOnly(): Promise<void> {
    const store = openSqliteStore(file);
    await store.commit({
      basedOn: 0,
      documents: [],
      compiled: new Uint8Array(),
      compiledWith: "test",
      contentHash: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      createdAt: "2026-02-01T00:00:00.000Z",
    });
    await store.close();
    chmodSync(folder, 0o755);
    chmodSync(join(folder, "data"), 0o555);
    chmodSync(file, 0o444);
  }
  afterEach(() => chmodSync(join(folder, "data"), 0o755));

  test("the catalog is read, and nothing is left beside it", async () => {
    await makeReadOnly();
    const revision = await withoutRights(async () => {
      const store = openSqliteStoreToRead(file);
      try {
        return (await store.currentCatalog())?.revision;
      } finally {
        await store.close();
      }
    });
    expect(revision).toBe(1);
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  test("changes that wait in the WAL are not passed over", async () => {
    await makeReadOnly();
    chmodSync(join(folder, "data"), 0o755);
    writeFileSync(`${file}-wal`, "frames", { mode: 0o444 });
    chmodSync(join(folder, "data"), 0o555);
    await expect(withoutRights(() => openSqliteStoreToRead(file))).rejects.toMatchObject({
      code: "database",
      message: expect.stringContaining("last changes are not in it yet"),
    });
  });

  test("a new folder is refused by its name", async () => {
    await makeReadOnly();
    await expect(withoutRights(() => openSqliteStore(join(folder, "data", "deeper", "patchgap.db")))).rejects.toMatchObject({
      code: "file",
      message: "the data folder may not be read and written",
      place: { source: join(folder, "data", "deeper") },
    });
  });

  test("one that may not even be looked into is refused, not taken for empty", async () => {
    await makeReadOnly();
    chmodSync(join(folder, "data"), isRoot ? 0o700 : 0o000);
    await expect(withoutRights(() => hasDatabase(file))).rejects.toMatchObject({ code: "file" });
  });
});

test.skipIf(process.platform !== "linux")("a folder that cannot be made ends in a message, not in a wait", () => {
  const started = performance.now();
  for (const path of ["/proc/patchgap", "/proc/patchgap/deeper", "/sys/patchgap"]) {
    expect(() => makeDataFolder(path)).toThrow(expect.objectContaining({ code: "file", place: { source: path } }));
  }
  expect(performance.now() - started).toBeLessThan(5000 * SLOW_MACHINE);
});

test("a file that is named as data folder is called no folder", () => {
  const path = join(folder, "README.md");
  writeFileSync(path, "");
  const refusal = expect.objectContaining({ code: "file", message: "this is not a folder" });
  expect(() => hasDatabase(join(path, "patchgap.db"))).toThrow(refusal);
  expect(() => openSqliteStore(join(path, "patchgap.db"))).toThrow(refusal);
  expect(() => openSqliteStore(join(path, "deeper", "patchgap.db"))).toThrow(refusal);
});
