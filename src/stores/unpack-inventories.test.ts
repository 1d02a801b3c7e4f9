import { deflateRawSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { ProductError } from "../domain/errors.ts";
import type { InventoryContent } from "../domain/fleet/inventory-content.ts";
import { packContent } from "./inventory-packing.ts";
import { openUnpacker, type PackedInventory, type Unpacker } from "./unpack-inventories.ts";

let unpacker: Unpacker;
afterEach(() => unpacker.close());

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

test("one whose damage would make all others unreadable costs time only, then and afterwards", async () => {
  unpacker = openUnpacker();
  const some = packed(0, 200);
  // Well packed, in the right members, and no JSON in between.
  const text = JSON.stringify(content(7)).replace('"installedKbs":["7"]', '"installedKbs":["7"');
  some[7] = { digest: "damaged", body: deflateRawSync(text) };
  for (let round = 0; round < 2; round++) {
    const all = await unpacker.unpack(some);
    expect(() => all[7]?.content).toThrow(/inventory damaged cannot be read/);
    expect(all[8]?.content).toEqual(content(8));
  }
  expect((await unpacker.unpack(packed(0, 200)))[199]?.content).toEqual(content(199));
});

test("whoever waits when it is closed, or asks afterwards, gets contents all the same", async () => {
  unpacker = openUnpacker();
  const waiting = unpacker.unpack(packed(0, 200));
  await unpacker.close();
  expect((await waiting)[3]?.content).toEqual(content(3));
  expect((await unpacker.unpack(packed(0, 200)))[4]?.content).toEqual(content(4));
});
