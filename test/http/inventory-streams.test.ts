/** Bodies and answers that are too long for memory, and clients that break off in the middle of them. */
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { request } from "node:http";
import type { Socket } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { DigestsByWords } from "../../src/app/known-words.ts";
import { anInventory, aServer, type TestServer } from "./a-server.ts";
import { connectTo, onTheWire, requestBytes } from "./on-the-wire.ts";

let server: TestServer;
let token: string;
const log: string[] = [];

beforeAll(async () => {
  server = await aServer({ log, patience: { bodyMs: 500 } });
  token = await server.token();
});
afterAll(() => server.close());

const spooled = (): readonly string[] => readdirSync(join(server.folder, "spool"));
const signedIn = (): Record<string, string> => ({ Authorization: `Bearer ${token}`, "Content-Type": "application/x-ndjson" });
const lines = (prefix: string, count: number, more: object = {}): string =>
  Array.from({ length: count }, (_, index) => `${JSON.stringify(anInventory(`${prefix}-${index}`, 2965, more))}\n`).join("");
const count = async (prefix: string): Promise<number> =>
  Number((await server.ask(`/api/machines/$count?$filter=startswith(computerDnsName,'${prefix}-')`)).text);

async function isWell(): Promise<void> {
  expect((await server.ask("/healthz", { token: null })).status).toBe(200);
  await expect.poll(spooled).toEqual([]);
  const failures = log.filter((line) => JSON.parse(line).level >= 50);
  expect(failures).toEqual([]);
}

/** Sends a stream as a client does that reads its answer when it comes. */
async function upload(body: Iterable<Uint8Array>, headers: Record<string, string> = signedIn()): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(server.origin);
  const call = request({ hostname, port, method: "POST", path: "/api/inventories", headers });
  const answered = new Promise<{ status: number; text: string }>((resolve, reject) => {
    call.on("error", reject);
    call.on("response", async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, text });
    });
  });
  Readable.from(body)
    .on("error", () => undefined)
    .pipe(call);
  return answered;
}

function* blocks(block: Uint8Array, times: number, before = "", after = ""): Generator<Uint8Array> {
  yield Buffer.from(before);
  for (let time = 0; time < times; time++) yield block;
  yield Buffer.from(after);
}

test("what the devices of a long stream say in the same words is read once", async () => {
  const [asked, told] = [vi.spyOn(DigestsByWords.prototype, "get"), vi.spyOn(DigestsByWords.prototype, "set")];
  const body = lines("alike", 4_000, { offeredKbs: Array.from({ length: 60 }, (_, index) => `KB${5_000_000 + index}`) });
  const answer = await server.ask("/api/inventories", { method: "POST", token, headers: signedIn(), body });
  expect(answer.json.counts).toEqual({ new: 4_000, updated: 0, unchanged: 0, older: 0, refused: 0 });
  expect([asked.mock.calls.length, told.mock.calls.length]).toEqual([3_999, 1]);
});

describe("long answers", () => {
  test("results that do not fit into memory come whole, and leave no file", async () => {
    const answer = await server.ask("/api/inventories", { method: "POST", token, headers: signedIn(), body: lines("many", 9_000) });
    expect(answer.text.length).toBeGreaterThan(1_048_576);
    expect(answer.json.counts).toEqual({ new: 9_000, updated: 0, unchanged: 0, older: 0, refused: 0 });
    expect(answer.json.value.map(({ line }: { line: number }) => line)).toEqual(Array.from({ length: 9_000 }, (_, index) => index + 1));
    await isWell();
  });

  test("a client that goes before it has read them leaves no file", async () => {
    const one = `${JSON.stringify(anInventory("n".repeat(255), 2965))}\n`;
    const body = Buffer.from(one.repeat(40_000));
    const socket = connectTo(server.origin).on("error", () => undefined);
    socket.pause().write(requestBytes("POST", "/api/inventories", signedIn(), body));
    await expect.poll(() => spooled().length, { timeout: 20_000 }).toBe(1);
    await setTimeout(1_000);
    socket.resetAndDestroy();
    await isWell();
  });

  test("agent-disconnect: a client that goes when it has sent everything is stored, leaves no file, and may send it again", async () => {
    const body = Buffer.from(lines("gone", 9_000));
    for (const afterMs of [1, 20, 100]) {
      const socket = connectTo(server.origin).on("error", () => undefined);
      await once(socket, "connect");
      await new Promise((resolve) => socket.write(requestBytes("POST", "/api/inventories", signedIn(), body), resolve));
      await setTimeout(afterMs);
      socket.destroy();
      await setTimeout(300);
    }
    const again = await upload([body]);
    expect(JSON.parse(again.text).counts).toMatchObject({ updated: 0, refused: 0 });
    expect(await count("gone")).toBe(9_000);
    await isWell();
  });
});

describe("bodies that break off", () => {
  test.each(["destroy", "resetAndDestroy", "end"] as const)(
    "by %s: whole batches are stored, nothing else, and no file is left",
    async (how) => {
      const socket = connectTo(server.origin).on("error", () => undefined);
      await once(socket, "connect");
      const padded = { note: "x".repeat(2_000) };
      const body = lines(`cut-${how}`, 1_700, padded);
      const head = requestBytes("POST", "/api/inventories", { ...signedIn(), "Content-Length": String(body.length + 1_000) });
      socket.write(Buffer.concat([head, Buffer.from(body)]));
      await expect.poll(() => count(`cut-${how}`), { timeout: 20_000 }).toBeGreaterThanOrEqual(1_500);
      socket[how]();
      await setTimeout(200);
      expect((await count(`cut-${how}`)) % 500).toBe(0);
      await isWell();
      socket.destroy();
    },
  );

  test("chunks of every size make one body, and a broken one ends it", async () => {
    const text = lines("chunked", 3);
    const sizes = [1, 2, 3, 500, 5_000];
    let at = 0;
    const chunks = sizes.map((size) => {
      const piece = text.slice(at, at + size);
      at += size;
      return piece === "" ? "" : `${piece.length.toString(16)}\r\n${piece}\r\n`;
    });
    const head = requestBytes("POST", "/api/inventories", { ...signedIn(), "Transfer-Encoding": "chunked" }).toString("latin1");
    expect(await onTheWire(server.origin, `${head}${chunks.join("")}0\r\n\r\n`)).toMatchObject({ status: 200 });
    expect(await count("chunked")).toBe(3);
    const broken = await onTheWire(server.origin, `${head}${chunks[0]}zz\r\n`);
    expect([broken.status, broken.isClosed]).toEqual([400, true]);
    await isWell();
  });

  test("a length that is too short cuts the body, and what follows is no request", async () => {
    const text = lines("short", 2);
    const head = requestBytes("POST", "/api/inventories", { ...signedIn(), "Content-Length": String(text.length - 20) });
    const answer = await onTheWire(server.origin, head.toString("latin1") + text);
    expect(answer.text).toMatch(/HTTP\/1\.1 400 /);
    expect(answer.isClosed).toBe(true);
    await isWell();
  });

  test("a length that is too long is waited for, but not for ever", async () => {
    const head = requestBytes("POST", "/api/inventories", { ...signedIn(), "Content-Length": "100000" });
    expect(await onTheWire(server.origin, head.toString("latin1") + lines("waits", 2))).toMatchObject({ status: 408, isClosed: true });
    expect(await count("waits")).toBe(0);
    await isWell();
  });
});

describe("large bodies", () => {
  test("a packed stream of many megabytes is stored", async () => {
    const random = (): string => Buffer.from(Array.from({ length: 1_500 }, () => Math.floor(Math.random() * 256))).toString("base64");
    const text = Array.from(
      { length: 2_000 },
      (_, index) => `${JSON.stringify(anInventory(`packed-${index}`, 2965, { note: random() }))}\n`,
    );
    const packed = gzipSync(text.join(""), { level: 1 });
    expect(packed.length).toBeGreaterThan(2_000_000);
    const answer = await upload([packed], { ...signedIn(), "Content-Encoding": "gzip" });
    expect(JSON.parse(answer.text)).toMatchObject({ counts: { new: 2_000, refused: 0 } });
  });

  const block = Buffer.alloc(1_048_576, " ");
  const tooLong = (): Generator<Uint8Array> => blocks(block, 80, "[", `${lines("long", 1)}]`);
  const bomb = gzipSync(Buffer.concat([...tooLong()]));

  test.each([
    ["announced", () => tooLong(), { "Content-Length": String(80 * block.length + 2 + lines("long", 1).length) }],
    ["in chunks", () => tooLong(), {}],
    ["packed", () => [bomb], { "Content-Encoding": "gzip", "Content-Length": String(bomb.length) }],
  ] as readonly [string, () => Iterable<Uint8Array>, Record<string, string>][])(
    "an array that is too long, %s, is refused in words that its sender can read",
    async (_how, body, headers) => {
      const answer = await upload(body(), { ...signedIn(), "Content-Type": "application/json", ...headers });
      expect(answer).toMatchObject({ status: 413, text: expect.stringContaining('"RequestTooLarge"') });
      expect(await count("long")).toBe(0);
      await isWell();
    },
  );

  test.each([
    [401, { Authorization: "Bearer x" }],
    [415, { "Content-Type": "text/html" }],
  ])("whoever is refused with %i and looks only when all is sent can read that", async (status, headers) => {
    const socket = connectTo(server.origin).pause();
    let trouble: unknown;
    socket.on("error", (error) => {
      trouble = error;
    });
    socket.write(requestBytes("POST", "/api/inventories", { ...signedIn(), ...headers, "Content-Length": String(40 * block.length) }));
    for (let time = 0; time < 40 && trouble === undefined; time++) await new Promise((resolve) => socket.write(block, resolve));
    const [answer] = await Promise.race([once(socket.resume(), "data"), once(socket, "close")]);
    expect(trouble).toBeUndefined();
    expect(String(answer)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    socket.destroy();
    await isWell();
  });
});

describe("a client that asks before it sends", () => {
  const asking = (headers: Record<string, string>): Buffer =>
    requestBytes("POST", "/api/inventories", { ...headers, Expect: "100-continue", "Content-Length": String(lines("asking", 1).length) });

  test.each([
    ["with a wrong token", 401, () => ({ ...signedIn(), Authorization: "Bearer x" })],
    ["with a body of a wrong kind", 415, () => ({ ...signedIn(), "Content-Type": "text/html" })],
  ] as readonly [string, number, () => Record<string, string>][])("%s is refused before it does", async (_what, status, headers) => {
    const answer = await onTheWire(server.origin, asking(headers()));
    expect([answer.statuses, answer.isClosed]).toEqual([[status], true]);
  });

  test("is told to go on", async () => {
    const socket: Socket = connectTo(server.origin);
    socket.write(asking(signedIn()));
    const [first] = await once(socket, "data");
    expect(String(first)).toBe("HTTP/1.1 100 Continue\r\n\r\n");
    socket.write(lines("asking", 1));
    const [second] = await once(socket, "data");
    expect(String(second)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    socket.destroy();
  });

  test("for anything else is refused", async () => {
    const answer = await onTheWire(server.origin, requestBytes("GET", "/healthz", { Expect: "a miracle" }));
    expect(answer.statuses).toEqual([417]);
  });
});
