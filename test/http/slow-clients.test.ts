/** Rows of the shared HTTP cases that are about time and number, scaled down: what must hold is held, how fast it is belongs to the benchmark. */
import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anInventory, aServer, type TestServer } from "./a-server.ts";
import { connectTo, onTheWire, requestBytes } from "./on-the-wire.ts";

let server: TestServer;
let token: string;
let machineId: string;

beforeAll(async () => {
  server = await aServer({ patience: { headMs: 300, lookMs: 50, bodyMs: 200 } });
  token = await server.token();
  const fleet = Array.from({ length: 2_000 }, (_, index) => anInventory(`pc-${index}`, 2965));
  const posted = await server.ask("/api/inventories", { method: "POST", body: fleet });
  machineId = posted.json.value[0].deviceId;
});
afterAll(() => server.close());

const signedIn = (): Readonly<Record<string, string>> => ({ Authorization: `Bearer ${token}` });
const isWell = async (): Promise<void> => expect((await server.ask("/healthz", { token: null })).status).toBe(200);
const openConnections = (): Promise<number> =>
  new Promise((resolve, reject) => server.server.app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))));

/** What came until the server ended the connection. */
function untilEnd(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(text));
  });
}

async function trickle(socket: Socket, text: string, everyMs: number): Promise<void> {
  for (const sign of text) {
    if (socket.destroyed || !socket.writable) return;
    socket.write(sign);
    await setTimeout(everyMs);
  }
}

describe("whoever sends slowly", () => {
  test("slow-headers: heads that trickle in are ended with 408, and others do not wait for them", async () => {
    const sockets = Array.from({ length: 20 }, () => connectTo(server.origin));
    const ended = sockets.map(untilEnd);
    const head = `GET /api/machines HTTP/1.1\r\nHost: h\r\nX: ${"x".repeat(500)}`;
    const sending = sockets.map((socket) => trickle(socket, head, 30));
    for (let i = 0; i < 5; i++) await isWell();
    for (const text of await Promise.all(ended)) expect(text).toMatch(/^$|^HTTP\/1\.1 408 /);
    await Promise.all(sending);
  });

  test("wire-http09: a first line without a version is not waited for longer than any other", async () => {
    const answer = await onTheWire(server.origin, "GET /api/machines\r\n");
    expect([400, 408]).toContain(answer.status);
    expect(answer.isClosed).toBe(true);
  });

  test.each([
    ["of which nothing comes", "1000000000", ""],
    ["size-cl-lie-big: of which a gigabyte was announced and two bytes come", "1000000000", "{}"],
    ["that trickles in", "5000", "x".repeat(40)],
  ])("a body %s is ended with 408", async (_what, length, body) => {
    const socket = connectTo(server.origin);
    const ended = untilEnd(socket);
    const head = { ...signedIn(), "Content-Type": "application/json", "Content-Length": length };
    socket.write(requestBytes("POST", "/api/inventories", head));
    await trickle(socket, body, 50);
    expect(await ended).toMatch(/^HTTP\/1\.1 408 .*\r\nconnection: close\r\n.*"code":"RequestTimeout"/is);
    await isWell();
  });

  test("a packed body that trickles in is ended the same way", async () => {
    const head = { ...signedIn(), "Content-Type": "application/json", "Content-Encoding": "gzip", "Content-Length": "5000" };
    const answer = await onTheWire(server.origin, requestBytes("POST", "/api/inventories", head, Buffer.from([0x1f, 0x8b, 8, 0])));
    expect(answer.status).toBe(408);
  });

  test("a body of many pieces may take long as long as each comes in time", async () => {
    const lines = Array.from(
      { length: 12 },
      (_, index) => `${JSON.stringify(anInventory(`long-${index}`, 2965, { note: "x".repeat(1500) }))}\n`,
    );
    const body = async function* (): AsyncGenerator<Uint8Array> {
      for (const line of lines) {
        yield Buffer.from(line);
        await setTimeout(60);
      }
    };
    const init = {
      method: "POST",
      headers: { ...signedIn(), "Content-Type": "application/json" },
      body: ReadableStream.from(body()),
      duplex: "half",
    };
    const answer = await fetch(`${server.origin}/api/inventories`, init as RequestInit);
    expect([answer.status, await answer.json()]).toMatchObject([200, { counts: { new: 12 } }]);
  });
});

describe("whoever reads slowly, or not at all", () => {
  const page = (): Buffer => requestBytes("GET", "/api/machines", signedIn());

  test("slow-read: answers that nobody takes hold nobody else up, and go when their client goes", async () => {
    const before = await openConnections();
    const sockets = Array.from({ length: 10 }, () => connectTo(server.origin));
    for (const socket of sockets)
      socket
        .on("error", () => undefined)
        .pause()
        .write(page());
    await setTimeout(100);
    await isWell();
    expect((await server.ask("/api/machines?$top=1")).status).toBe(200);
    for (const socket of sockets) socket.destroy();
    await expect.poll(openConnections).toBeLessThanOrEqual(before);
  });

  test("slow-keepalive: connections that idle hold nobody up, and are still good", async () => {
    const sockets = Array.from({ length: 100 }, () => connectTo(server.origin));
    const one = requestBytes("GET", `/api/machines/${machineId}`, signedIn());
    const answered = (socket: Socket): Promise<string> =>
      new Promise((resolve) => {
        socket.once("data", (chunk) => resolve(String(chunk)));
        socket.write(one);
      });
    for (const text of await Promise.all(sockets.map(answered))) expect(text).toMatch(/^HTTP\/1\.1 200 /);
    await setTimeout(500);
    await isWell();
    for (const text of await Promise.all(sockets.map(answered))) expect(text).toMatch(/^HTTP\/1\.1 200 /);
    for (const socket of sockets) socket.destroy();
  });

  test("slow-rst: more clients that break off than may be worked on at once take nothing away from those that stay", async () => {
    const paths = ["/api/machines", "/api/machines?$filter=contains(computerDnsName,'1')", `/api/machines/${machineId}/getmissingkbs`];
    const breakOff = async (index: number): Promise<void> => {
      const socket = connectTo(server.origin).on("error", () => undefined);
      const isPosting = index % 4 > 0;
      const posted = requestBytes("POST", "/api/inventories", {
        ...signedIn(),
        "Content-Type": "application/json",
        "Content-Length": "99999",
      });
      await once(socket, "connect");
      socket.write(isPosting ? posted : requestBytes("GET", paths[index % 3] ?? "", signedIn()));
      await setTimeout(20);
      socket.resetAndDestroy();
    };
    for (let round = 0; round < 40; round++) await Promise.all(Array.from({ length: 40 }, (_, index) => breakOff(index)));
    await expect.poll(async () => (await server.ask("/api/machines?$top=1")).status).toBe(200);
    await isWell();
  });
});

describe("many at once", () => {
  const isFine = (status: number, retryAfter: string | null): boolean =>
    status === 200 || ((status === 429 || status === 503) && Number(retryAfter) >= 1);

  test.each([
    ["load-burst: reads", () => ({ path: `/api/machines/${machineId}/getmissingkbs` })],
    [
      "load-mixed: inventories and reads",
      (index: number) => (index % 2 === 0 ? { path: "/api/machines?$top=5" } : { post: `pc-${index}` }),
    ],
    ["agent-flood-one: one device again and again", () => ({ post: "pc-1" })],
  ] as readonly [string, (index: number) => { path?: string; post?: string }][])(
    "%s are answered, or put off",
    async (_name, requestOf) => {
      const asked = Array.from({ length: 200 }, (_, index) => {
        const { path = "/api/inventories", post } = requestOf(index);
        return server.ask(path, { token, ...(post === undefined ? {} : { method: "POST", body: anInventory(post, 2965 + index) }) });
      });
      for (const { status, headers } of await Promise.all(asked)) expect(isFine(status, headers.get("retry-after"))).toBe(true);
      await isWell();
    },
  );
});
