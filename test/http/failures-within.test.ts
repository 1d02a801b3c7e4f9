/** What goes wrong within the server is told to its log, and to the client only that it went wrong. */
import { chmodSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ProductError } from "../../src/domain/errors.ts";
import { type Asked, anInventory, aServer, type TestServer } from "./a-server.ts";

const secret = /disk|SQLITE|\/var\/|patchgap\.db|full|malformed|TypeError|canary|\n\s+at /i;

async function withServer(log: string[], work: (server: TestServer) => Promise<void>): Promise<void> {
  const server = await aServer({ log });
  try {
    await server.ask("/api/inventories", { method: "POST", body: anInventory("pc-1", 2965) });
    await work(server);
    expect((await server.ask("/healthz", { token: null })).status).toBe(200);
  } finally {
    await server.close();
  }
}

/** The body of an error without anything of its cause; its id is in the log, with the cause. */
function holdPlain({ json, text }: Asked, log: readonly string[], cause: RegExp): void {
  expect(json).toEqual({
    error: { code: expect.any(String), message: expect.stringMatching(/\S/), target: expect.stringMatching(/^[\da-f-]{36}$/) },
  });
  expect(text).not.toMatch(secret);
  const told = log.filter((line) => line.includes(json.error.target)).join("");
  expect(told).toMatch(cause);
}

/** Replaces a function of an object for as long as the test goes on. */
function failing<T extends object>(owner: T, name: keyof T, error: unknown): void {
  Object.defineProperty(owner, name, { configurable: true, value: async () => Promise.reject(error) });
}

const full = (): ProductError =>
  new ProductError("database", "the database cannot grow: the disk is full (canary)", {
    place: { source: "/var/lib/patchgap.db" },
    hint: "Free some space.",
  });

describe("a store that fails", () => {
  test.each([
    ["the disk is full", full()],
    [
      "it is locked by another process",
      new ProductError("database", "canary: the database is locked by another process", { place: { source: "/var/lib/patchgap.db" } }),
    ],
  ])("%s: reading and writing get 503 and when to come again", async (_what, error) => {
    const log: string[] = [];
    await withServer(log, async (server) => {
      const token = await server.token();
      failing(server.server.fleet, "checkIn", error);
      failing(server.server.fleet.store, "listDevices", error);
      const body = anInventory("pc-2", 2965);
      for (const asked of [
        await server.ask("/api/inventories", { method: "POST", body, token }),
        await server.ask("/api/machines", { token }),
      ]) {
        expect([asked.status, Number(asked.headers.get("retry-after"))]).toEqual([503, expect.any(Number)]);
        expect(Number(asked.headers.get("retry-after"))).toBeGreaterThan(0);
        holdPlain(asked, log, /canary/);
      }
    });
  });

  test("closed while the server runs: nothing is answered but that it is not there", async () => {
    const log: string[] = [];
    const server = await aServer({ log });
    const token = await server.token();
    await server.ask("/api/inventories", { method: "POST", body: anInventory("pc-1", 2965), token });
    await server.store.close();
    for (const [path, options] of [
      ["/api/machines", {}],
      ["/api/inventories", { method: "POST", body: anInventory("pc-2", 2965) }],
    ] as const) {
      const asked = await server.ask(path, { ...options, token });
      expect(asked.status).toBe(503);
      expect(Number(asked.headers.get("retry-after"))).toBeGreaterThan(0);
      holdPlain(asked, log, /could not answer/);
    }
    expect((await server.ask("/healthz", { token: null })).status).toBe(200);
    await server.server.stop();
    rmSync(server.folder, { recursive: true, force: true });
  });
});

describe("a failure that nobody thought of", () => {
  test("is answered with 500 and an id, under which the log has it", async () => {
    const log: string[] = [];
    await withServer(log, async (server) => {
      failing(server.server.fleet.store, "listDevices", new TypeError("canary: cannot read properties of undefined at /var/lib/x"));
      const asked = await server.ask("/api/machines");
      expect(asked.status).toBe(500);
      expect(asked.json.error.code).toBe("InternalServerError");
      holdPlain(asked, log, /canary/);
    });
  });

  test("what is thrown and is no error is answered the same way", async () => {
    const log: string[] = [];
    await withServer(log, async (server) => {
      failing(server.server.fleet.store, "listDevices", "canary");
      expect((await server.ask("/api/machines")).status).toBe(500);
    });
  });
});

describe("a folder for long answers that cannot be written", () => {
  const many = Array.from({ length: 9_000 }, () => anInventory("n".repeat(255), 2965));

  test("where it is gone, the inventories are stored and the answer is 503", async () => {
    const log: string[] = [];
    await withServer(log, async (server) => {
      rmSync(join(server.folder, "spool"), { recursive: true });
      const asked = await server.ask("/api/inventories", { method: "POST", body: many });
      expect([asked.status, asked.headers.get("retry-after")]).toEqual([503, "5"]);
      holdPlain(asked, log, /ENOENT/);
    });
  });

  test.skipIf(process.getuid?.() === 0)("where it may not be written, as well", async () => {
    const log: string[] = [];
    await withServer(log, async (server) => {
      chmodSync(join(server.folder, "spool"), 0o500);
      const asked = await server.ask("/api/inventories", { method: "POST", body: many });
      expect(asked.status).toBe(503);
      holdPlain(asked, log, /EACCES/);
    });
  });
});
