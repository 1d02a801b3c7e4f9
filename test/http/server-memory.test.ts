/** How much memory a server takes for what has no end, seen from outside. */
import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { onCitus } from "../slow-machine.ts";
import { aServedProcess, type ServedProcess } from "./a-served-process.ts";
import { anInventory } from "./a-server.ts";

let server: ServedProcess;
const limitMs = onCitus(120_000);
const megabyte = 1_048_576;
/** What the garbage collector lets grow before it looks. */
const mostGrowth = 100 * megabyte;

beforeAll(async () => {
  server = await aServedProcess();
  // The garbage collector finds its pace first.
  await upload(stream(60));
});
afterAll(() => server.close());

/** Inventories of the same two hundred devices again and again, so that the database stays small. */
function* stream(megabytes: number): Generator<Uint8Array> {
  const note = "x".repeat(2_000);
  const lines = Array.from({ length: 200 }, (_, index) => `${JSON.stringify(anInventory(`pc-${index}`, 2965, { note }))}\n`);
  const block = Buffer.from(lines.join(""));
  for (let bytes = 0; bytes < megabytes * megabyte; bytes += block.length) yield block;
}

/** Sends a stream; the most memory that the server took meanwhile. */
async function upload(
  body: Iterable<Uint8Array> | Readable,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string; most: number }> {
  const Authorization = `Bearer ${await server.token()}`;
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, server.memory() ?? 0);
  }, 50);
  const init = {
    method: "POST",
    headers: { Authorization, "Content-Type": "application/x-ndjson", ...headers },
    body: Readable.toWeb(body instanceof Readable ? body : Readable.from(body)),
    duplex: "half",
  };
  const answer = await fetch(`${server.origin}/api/inventories`, init as RequestInit);
  const text = await answer.text();
  clearInterval(timer);
  return { status: answer.status, text, most };
}

test(
  "200 MB of inventories are taken in with the memory of a few",
  async () => {
    const before = server.memory() ?? 0;
    const { status, text, most } = await upload(stream(200));
    expect(status).toBe(200);
    const { counts } = JSON.parse(text.replace(/"value":.*/s, '"value":[]}'));
    expect(counts).toMatchObject({ new: 0, updated: 0, older: 0, refused: 0 });
    expect(counts.unchanged).toBeGreaterThan(80_000);
    expect(most - before).toBeLessThan(mostGrowth);
    await expect.poll(server.spooled).toEqual([]);
  },
  limitMs,
);

test.each([
  ["one inventory is too long a JSON text", 1, 413],
  ["two inventories is a third line that is too long", 2, 200],
])(
  "a gigabyte of blanks, packed, behind %s",
  async (_what, inventories, expected) => {
    const blanks = function* (): Generator<Uint8Array> {
      yield Buffer.from(`${JSON.stringify(anInventory("pc-1", 2965))}\n`.repeat(inventories));
      for (let count = 0; count < 1_000; count++) yield Buffer.alloc(megabyte, " ");
    };
    const before = server.memory() ?? 0;
    const { status, text, most } = await upload(Readable.from(blanks()).pipe(createGzip()), { "Content-Encoding": "gzip" });
    expect(status).toBe(expected);
    if (status === 200) expect(JSON.parse(text).counts).toMatchObject({ new: 0, refused: 1 });
    expect(most - before).toBeLessThan(mostGrowth);
  },
  limitMs,
);
