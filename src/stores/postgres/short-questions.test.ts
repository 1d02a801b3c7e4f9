import { EventEmitter, once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import pg from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sendQuery } from "./send-query.ts";
import { openShortQuestions, type ShortQuestions } from "./short-questions.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

/** A stream that keeps what it is given while it is corked, as those of Node.js do. */
class Stream {
  writableCorked = 0;
  readonly pieces: number[] = [];
  isDestroyed = false;
  #kept = 0;
  cork(): void {
    this.writableCorked++;
  }
  uncork(): void {
    if (--this.writableCorked > 0) return;
    this.pieces.push(this.#kept);
    this.#kept = 0;
  }
  destroy(): void {
    this.isDestroyed = true;
  }
  /** a question is written in several parts, which the driver keeps together */
  write(): void {
    this.cork();
    this.#kept++;
    this.uncork();
  }
}

/** A connection that answers when it is told to. */
class Connection extends EventEmitter {
  readonly connection = { stream: new Stream() };
  readonly waiting: PromiseWithResolvers<pg.QueryResult>[] = [];
  released: boolean | undefined;
  release(isBroken: boolean): void {
    this.released = isBroken;
    for (const { reject } of this.waiting.splice(0)) reject(new Error("Connection terminated unexpectedly"));
  }
  ask(): Promise<pg.QueryResult> {
    const answer = Promise.withResolvers<pg.QueryResult>();
    this.connection.stream.write();
    this.waiting.push(answer);
    return answer.promise;
  }
  answer(): void {
    this.waiting.shift()?.resolve({ rows: ["an answer"] } as unknown as pg.QueryResult);
  }
}

function aPool(connect: (connection: Connection) => Promise<void> = async () => undefined) {
  const connections: Connection[] = [];
  const pool = {
    connect: async () => {
      const connection = new Connection();
      connections.push(connection);
      await connect(connection);
      return connection;
    },
  } as unknown as Pick<pg.Pool, "connect">;
  const short = openShortQuestions(pool);
  const ask = (): ReturnType<ShortQuestions["ask"]> => short.ask((client) => (client as unknown as Connection).ask());
  /** so many that it is worth a connection */
  const askOften = async (): Promise<void> => {
    for (let times = 0; times < 11; times++) expect(await ask()).toBeUndefined();
    await turn();
  };
  return { connections, short, ask, askOften };
}

const given = { rows: ["an answer"] };

test("whoever asks a few times gets no connection for it; those who ask often share one, and nobody waits to ask", async () => {
  const { connections, ask } = aPool();
  for (let times = 0; times < 10; times++) expect(await ask()).toBeUndefined();
  expect(connections).toHaveLength(0);
  expect(await ask()).toBeUndefined();
  await turn();
  const answers = [ask(), ask(), ask()];
  expect([connections.length, connections[0]?.waiting.length]).toEqual([1, 3]);
  for (let times = 0; times < 3; times++) connections[0]?.answer();
  expect(await Promise.all(answers)).toEqual([given, given, given]);
});

test.each(["end", "error"])(
  "what is under way when the connection is lost (%s) is to be asked of another, and the next goes to a new one",
  async (event) => {
    const { connections, ask, askOften } = aPool();
    await askOften();
    const lost = [ask(), ask()];
    connections[0]?.emit(event, new Error("gone"));
    expect(await Promise.all(lost)).toEqual([undefined, undefined]);
    expect(connections[0]?.released).toBe(true);
    vi.advanceTimersByTime(1_001);
    expect(await ask()).toBeUndefined();
    await turn();
    const next = ask();
    connections[1]?.answer();
    expect([await next, connections.length]).toEqual([given, 2]);
  },
);

test("what the database refuses is to be asked of another, which is told the same; the others have their answers", async () => {
  const { connections, ask, askOften } = aPool();
  await askOften();
  const [refused, other] = [ask(), ask()];
  const error = new pg.DatabaseError("prepared statement does not exist", 1, "error");
  error.code = "26000";
  connections[0]?.waiting.shift()?.reject(error);
  connections[0]?.answer();
  expect([await refused, await other, connections[0]?.released]).toEqual([undefined, given, undefined]);
});

test("a connection that says nothing gets nothing more to do, and who waits for it asks another; once it has answered, it is asked again", async () => {
  const { connections, ask, askOften } = aPool();
  await askOften();
  const slow = ask();
  vi.advanceTimersByTime(21);
  expect(await ask()).toBeUndefined();
  vi.advanceTimersByTime(78);
  const isWaiting = Symbol("is waiting");
  expect(await Promise.race([slow, turn(isWaiting)])).toBe(isWaiting);
  vi.advanceTimersByTime(1);
  expect(await slow).toBeUndefined();
  connections[0]?.answer();
  await turn();
  const next = ask();
  connections[0]?.answer();
  expect(await next).toEqual(given);
});

test("what is asked within a turn goes out in one piece", async () => {
  const { connections, ask, askOften } = aPool();
  await askOften();
  void ask();
  void ask();
  expect(connections[0]?.connection.stream.pieces).toEqual([]);
  await turn();
  void ask();
  await turn();
  expect(connections[0]?.connection.stream.pieces).toEqual([2, 1]);
});

test("a connection that never answers is let go after ten seconds, and the next goes to a new one", async () => {
  const { connections, ask, askOften } = aPool();
  await askOften();
  const never = ask();
  vi.advanceTimersByTime(9_999);
  expect([await never, await ask()]).toEqual([undefined, undefined]);
  expect(connections[0]?.released).toBeUndefined();
  vi.advanceTimersByTime(1);
  expect([connections[0]?.released, connections[0]?.connection.stream.isDestroyed]).toEqual([true, true]);
  expect(await ask()).toBeUndefined();
  await turn();
  const next = ask();
  connections[1]?.answer();
  expect(await next).toEqual(given);
});

test("a connection that nobody needs is let go, and not while it is asked", async () => {
  const { connections, ask, askOften } = aPool();
  await askOften();
  vi.advanceTimersByTime(9_999);
  const last = ask();
  connections[0]?.answer();
  await last;
  vi.advanceTimersByTime(9_999);
  expect(connections[0]?.released).toBeUndefined();
  vi.advanceTimersByTime(1);
  expect(connections[0]?.released).toBe(true);
  vi.advanceTimersByTime(1_001);
  expect(await ask()).toBeUndefined();
  await turn();
  expect(connections).toHaveLength(2);
});

test("a connection that cannot be had is nobody's failure, and is tried for once a second; one that comes after the end is given back", async () => {
  const reached = Promise.withResolvers<void>();
  let attempts = 0;
  const { connections, short, ask, askOften } = aPool(async () => {
    if (++attempts === 1) throw new Error("no such host");
    await reached.promise;
  });
  await askOften();
  vi.advanceTimersByTime(999);
  expect(await ask()).toBeUndefined();
  expect(attempts).toBe(1);
  vi.advanceTimersByTime(2);
  expect(await ask()).toBeUndefined();
  short.end();
  reached.resolve();
  await turn();
  expect([attempts, connections[1]?.released]).toEqual([2, true]);
  vi.advanceTimersByTime(2_000);
  expect(await ask()).toBeUndefined();
  expect(attempts).toBe(2);
});

test("where a real server says nothing any more, its connection is closed at the end all the same", async () => {
  vi.useRealTimers();
  const [closed, isAsked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const silent = createServer((socket) => {
    socket.on("error", () => undefined).on("close", () => closed.resolve());
    // What it says to the first message alone: who it is talking to is believed, and it is ready.
    socket.once("data", () => {
      socket.once("data", () => isAsked.resolve());
      socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]));
    });
  });
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as AddressInfo;
  const pool = new pg.Pool({ host: "127.0.0.1", port, user: "test", max: 1, pipeline: true });
  try {
    const short = openShortQuestions(pool);
    const ask = (): ReturnType<ShortQuestions["ask"]> => short.ask((client) => sendQuery(client, { text: "SELECT 1" }));
    const asking = setInterval(() => void ask(), 1);
    await isAsked.promise;
    clearInterval(asking);
    short.end();
    await pool.end();
    await closed.promise;
  } finally {
    silent.close();
  }
}, 10_000);
