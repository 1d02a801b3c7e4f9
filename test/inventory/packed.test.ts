import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { streamInventories } from "../../src/inventory/stream-inventories.ts";

const inventory = { deviceName: "pc", os: { build: 19045 }, installedKbs: [] };
const text = Buffer.from(JSON.stringify(inventory));
const lines = Buffer.from(`${JSON.stringify(inventory)}\n`.repeat(30_000));

async function names(bytes: Uint8Array, pieces: number): Promise<(string | undefined)[]> {
  const size = Math.ceil(bytes.length / pieces);
  const chunks = Array.from({ length: pieces }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
  const found: (string | undefined)[] = [];
  for await (const { inventory: read } of streamInventories(Readable.from(chunks), { source: "test" })) found.push(read?.deviceName);
  return found;
}

test.each([
  ["plain", text, 1],
  ["packed", gzipSync(text), 1],
  ["packed, byte by byte", gzipSync(text), gzipSync(text).length],
])("an inventory is read %s", async (_, bytes, pieces) => {
  expect(await names(bytes, pieces)).toEqual(["pc"]);
});

test("a long stream of lines may be packed", async () => {
  expect(await names(gzipSync(lines), 50)).toHaveLength(30_000);
});

test.each([
  ["cut off", gzipSync(lines).subarray(0, 500)],
  ["damaged", Buffer.concat([gzipSync(text).subarray(0, 20), Buffer.alloc(40, 7)])],
  ["nothing but the first two bytes", Buffer.from([0x1f, 0x8b])],
])("gzip that is %s is refused as such", async (_, bytes) => {
  await expect(names(bytes, 1)).rejects.toMatchObject({ code: "unreadable-input", message: "the gzip data is damaged or cut off" });
});
