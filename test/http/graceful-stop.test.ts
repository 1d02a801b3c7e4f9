/** A server that is asked to stop finishes what it began, and nobody who behaves notices more than that it is gone. */
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { aServedProcess } from "./a-served-process.ts";
import { anInventory, aServer } from "./a-server.ts";
import { connectTo, requestBytes } from "./on-the-wire.ts";

const loops = 20;
const rounds = 5;
const inventories = Array.from({ length: 200 }, (_, index) => anInventory(`pc-${index}`, 2965));

/** What a client finds once nobody listens any more; a reset is another thing. */
const isGone = (error: unknown): boolean => {
  const cause = (error as { cause?: { code?: string } }).cause;
  return cause?.code === "ECONNREFUSED";
};

/** Asks again and again until the server is gone; what else went wrong. */
async function askUntilGone(origin: string, token: string, number: number): Promise<readonly string[]> {
  const troubles: string[] = [];
  for (let count = 0; troubles.length < 5; count++) {
    try {
      const status = await (number % 4 === 0 ? post(origin, token, number, count) : read(origin, token));
      if (status !== 200) troubles.push(`status ${status}`);
    } catch (error) {
      if (isGone(error)) break;
      troubles.push(String((error as Error).cause ?? error));
    }
  }
  return troubles;
}

async function read(origin: string, token: string): Promise<number> {
  const answer = await fetch(`${origin}/api/machines?$top=50`, { headers: { Authorization: `Bearer ${token}` } });
  await answer.text();
  return answer.status;
}

async function post(origin: string, token: string, number: number, count: number): Promise<number> {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  const body = JSON.stringify(anInventory(`pc-${number}`, 2965 + count));
  const answer = await fetch(`${origin}/api/inventories`, { method: "POST", headers, body });
  await answer.text();
  return answer.status;
}

describe("stop", () => {
  test.each(Array.from({ length: rounds }, (_, index) => index + 1))(
    "round %i: clients that ask without pause get every answer",
    async () => {
      const server = await aServedProcess();
      try {
        const token = await server.token();
        await fetch(`${server.origin}/api/inventories`, {
          method: "POST",
          headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
          body: JSON.stringify(inventories),
        });
        const clients = Array.from({ length: loops }, (_, number) => askUntilGone(server.origin, token, number));
        await setTimeout(1_500);
        server.child.kill("SIGTERM");
        expect((await Promise.all(clients)).flat()).toEqual([]);
        expect(await server.ended).toEqual([0, null]);
      } finally {
        await server.close();
      }
    },
  );

  test("what was begun is finished: a body that still comes, and an answer that is still read", async () => {
    const server = await aServer();
    const head = { Authorization: `Bearer ${await server.token()}`, "Content-Type": "application/x-ndjson" };
    const body = Buffer.from(`${JSON.stringify(anInventory("slow", 2965))}\n`);
    const socket = connectTo(server.origin);
    let came = "";
    socket.on("data", (chunk) => {
      came += chunk;
    });
    socket.write(requestBytes("POST", "/api/inventories", { ...head, "Content-Length": String(2 * body.length) }));
    socket.write(body);
    await setTimeout(100);
    const stopped = server.close();
    await setTimeout(1_000);
    socket.write(body);
    await stopped;
    expect(came).toMatch(/^HTTP\/1\.1 200 .*"counts":\{"new":1,"updated":0,"unchanged":1,/s);
  });

  test("while others are still let in it says that it is not ready; then it answers those that are there, and lets their connections go", async () => {
    const server = await aServer();
    const token = await server.token();
    const stopped = server.close();
    const ready = await server.ask("/readyz", { token: null });
    expect([ready.status, ready.headers.get("retry-after"), ready.headers.get("connection")]).toEqual([503, "5", "keep-alive"]);
    await setTimeout(350);
    const last = await server.ask("/api/machines", { token });
    expect([last.status, last.headers.get("connection")]).toEqual([200, "close"]);
    await stopped;
  });
});

describe("the process", () => {
  test("ends with 0 within ten seconds of SIGTERM, whatever connections there are", async () => {
    const server = await aServedProcess();
    try {
      const idle = Array.from({ length: 10 }, () => connectTo(server.origin).on("error", () => undefined));
      const half = connectTo(server.origin).on("error", () => undefined);
      half.write("GET /api/machines HTTP/1.1\r\nHost: h\r\n");
      await fetch(`${server.origin}/healthz`);
      const started = performance.now();
      server.child.kill("SIGTERM");
      expect(await server.ended).toEqual([0, null]);
      expect(performance.now() - started).toBeLessThan(10_000);
      for (const socket of [...idle, half]) socket.destroy();
    } finally {
      await server.close();
    }
  });

  test("ends at once when it is asked again, with a request in flight", async () => {
    const server = await aServedProcess();
    try {
      const head = { Authorization: `Bearer ${await server.token()}`, "Content-Type": "application/json", "Content-Length": "1000" };
      const socket = connectTo(server.origin).on("error", () => undefined);
      socket.write(requestBytes("POST", "/api/inventories", head));
      await setTimeout(200);
      server.child.kill("SIGTERM");
      await setTimeout(1_000);
      expect(server.child.exitCode).toBeNull();
      const started = performance.now();
      server.child.kill("SIGTERM");
      expect(await server.ended).toEqual([143, null]);
      expect(performance.now() - started).toBeLessThan(2_000);
      socket.destroy();
    } finally {
      await server.close();
    }
  });
});
