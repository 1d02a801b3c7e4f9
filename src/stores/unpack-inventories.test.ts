import { setTimeout } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { deflateRawSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ProductError } from "../domain/errors.ts";
import type { InventoryContent } from "../domain/fleet/inventory-content.ts";
import { packContent } from "./inventory-packing.ts";
import { openUnpacker, type PackedInventory, type Unpacker } from "./unpack-inventories.ts";

let unpacker: Unpacker;
/** how many threads were started, and are alive */
const threads = { started: 0, alive: 0 };
const count = (worker: Worker): void => {
  threads.started++;
  threads.alive++;
  worker.once("exit", () => threads.alive--);
};

beforeEach(() => {
  Object.assign(threads, { started: 0, alive: 0 });
  process.on("worker", count);
});
afterEach(async () => {
  await unpacker.close();
  expect(threads.alive).toBe(0);
  process.off("worker", count);
});

function content(number: number): InventoryContent {
  const software = [{ name: `Tool ${number % 3}` }];
  return {
    os: { build: 26100, ubr: number % 7 },
    installedKbs: [String(number)],
    msiPatchKbs: null,
    software,
    pendingRestart: false,
    notes: [],
  };
}

function packed(from: number, count: number): PackedInventory[] {
  return Array.from({ length: count }, (_, index) => ({ digest: `d${from + index}`, body: packContent(content(from + index)) }));
}

test("many are unpacked in their order, those asked for at once too, and share what they have in common", async () => {
  unpacker = openUnpacker();
  const asked = [0, 1000, 2000, 3000].map((from) => unpacker.unpack(packed(from, 300)));
  const all = (await Promise.all(asked)).flat();
  const numbers = [0, 1000, 2000, 3000].flatMap((from) => Array.from({ length: 300 }, (_, index) => from + index));
  expect(all).toEqual(numbers.map((number) => ({ digest: `d${number}`, content: content(number) })));
  expect(new Set(all.map((stored) => stored.content.software)).size).toBe(3);
});

test("few are unpacked when they are asked for, each time", async () => {
  unpacker = openUnpacker();
  const [stored] = await unpacker.unpack(packed(1, 2));
  expect(stored?.content).toEqual(content(1));
  expect(stored?.content).not.toBe(stored?.content);
});

test("one among many that is damaged says so when it is asked for; the others are there", async () => {
  unpacker = openUnpacker();
  const some = packed(0, 200);
  some[7] = { digest: "damaged", body: Uint8Array.of(255, 255, 255) };
  const all = await unpacker.unpack(some);
  expect(() => all[7]?.content).toThrow(ProductError);
  expect(() => all[7]?.content).toThrow(/inventory damaged cannot be read/);
  expect(all.filter((_, index) => index !== 7).map((stored) => stored.content)).toEqual(
    packed(0, 200).flatMap((_, index) => (index === 7 ? [] : [content(index)])),
  );
});

test("one whose damage would make others unreadable says so by itself", async () => {
  unpacker = openUnpacker();
  const some = packed(0, 200);
  // Well packed, in the right members, and no JSON in between.
  const text = JSON.stringify(content(7)).replace('"installedKbs":["7"]', '"installedKbs":["7"');
  some[7] = { digest: "damaged", body: deflateRawSync(text) };
  const all = await unpacker.unpack(some);
  expect(() => all[7]?.content).toThrow(/inventory damaged cannot be read/);
  expect(all.filter((_, index) => index !== 7).map((stored) => stored.content)).toEqual(
    packed(0, 200).flatMap((_, index) => (index === 7 ? [] : [content(index)])),
  );
});

test("large ones, and more than the thread has room for, are there all the same, and the thread goes on", async () => {
  unpacker = openUnpacker();
  // Two bytes a character: as a whole it would not fit into the thread, and end the process.
  const software = Array.from({ length: 15_000 }, (_, index) => ({ name: `日本 ${index} ${"x".repeat(2_000)}` }));
  const large = { ...content(7), software };
  const some = packed(0, 150);
  some[7] = { digest: "large", body: packContent(large) };
  const many = Array.from({ length: 150 }, (_, index) => ({ ...content(index), notes: [`${index} ${"y".repeat(100_000)}`] }));
  expect((await unpacker.unpack(some)).map((stored) => stored.content)).toEqual(
    some.map((_, index) => (index === 7 ? large : content(index))),
  );
  const all = await unpacker.unpack(many.map((one, index) => ({ digest: `m${index}`, body: packContent(one) })));
  expect(all.map((stored) => stored.content)).toEqual(many);
  expect(threads.started).toBe(1);
});

test("one thread at a time: it ends when nobody needs it, and the next starts when somebody does", async () => {
  unpacker = openUnpacker(20);
  for (let round = 1; round <= 3; round++) {
    const all = await Promise.all([unpacker.unpack(packed(0, 200)), unpacker.unpack(packed(200, 200))]);
    expect(all.flat().map((stored) => stored.content)).toEqual(Array.from({ length: 400 }, (_, index) => content(index)));
    expect([threads.started, threads.alive]).toEqual([round, 1]);
    await vi.waitFor(() => expect(threads.alive).toBe(0), 5_000);
  }
});

test("asked for again while one ends, the next is the only one that stays", async () => {
  unpacker = openUnpacker(0);
  for (let round = 0; round < 20; round++) {
    const all = await unpacker.unpack(packed(round, 120));
    expect(all[5]?.content).toEqual(content(round + 5));
    if (round % 2 === 0) await setTimeout(1);
  }
  await vi.waitFor(() => expect(threads.alive).toBe(0), 5_000);
});

test("a thread that dies is replaced, and whoever waits for it is not left alone", async () => {
  unpacker = openUnpacker();
  process.once("worker", (worker: Worker) => void worker.once("online", () => worker.terminate()));
  for (let round = 0; round < 2; round++) {
    const all = await Promise.all([unpacker.unpack(packed(0, 200)), unpacker.unpack(packed(200, 200))]);
    expect(all.flat().map((stored) => stored.content)).toEqual(Array.from({ length: 400 }, (_, index) => content(index)));
  }
  expect(threads.started).toBe(2);
});

test("whoever waits when it is closed, or asks afterwards, gets contents all the same", async () => {
  unpacker = openUnpacker();
  const waiting = unpacker.unpack(packed(0, 200));
  await unpacker.close();
  expect((await waiting)[3]?.content).toEqual(content(3));
  expect((await unpacker.unpack(packed(0, 200)))[4]?.content).toEqual(content(4));
});
