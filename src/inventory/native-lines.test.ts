import { describe, expect, it } from "vitest";
import { LIMITS } from "./limits.ts";
import { type LineResult, readNativeStream } from "./native-lines.ts";

const line = (name: string): string => JSON.stringify({ deviceName: name, os: { build: 19045 }, installedKbs: [] });

async function* chunksOf(text: string | Buffer, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text as string);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(text: string | Buffer, size = 7): Promise<LineResult[]> {
  const results: LineResult[] = [];
  for await (const result of readNativeStream(chunksOf(text, size), "stdin")) results.push(result);
  return results;
}

describe("a stream of native inventories", () => {
  it.each([1, 3, 7, 64, 100_000])("is read alike in pieces of %i bytes", async (size) => {
    const results = await collect(`\uFEFF${line("pc-é")}\r\n\r\n{"broken\n${line("pc-2")}`, size);
    expect(results.map((result) => [result.line, result.fragment?.deviceName, result.problems.length])).toEqual([
      [1, "pc-é", 0],
      [3, undefined, 1],
      [4, "pc-2", 0],
    ]);
  });

  it("goes on after a line that is too long, without keeping it", async () => {
    const results = await collect(`${line("pc-1")}\n${"x".repeat(LIMITS.jsonLineBytes + 1)}\n${line("pc-3")}\n`, 65_536);
    expect(results.map((result) => [result.line, result.problems[0]?.message])).toEqual([
      [1, undefined],
      [2, `the line is longer than ${LIMITS.jsonLineBytes} bytes`],
      [3, undefined],
    ]);
  });

  it("goes on after a line that is no UTF-8", async () => {
    const results = await collect(Buffer.concat([Buffer.from([0xff, 0xff, 0x0a]), Buffer.from(line("pc-2"))]));
    expect(results.map((result) => result.problems[0]?.message)).toEqual(["the line is not UTF-8", undefined]);
  });

  it("J50: of 10,000 lines with one bad one gives 9,999 devices and the number of that line", async () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => (index === 4_321 ? "{" : line(`pc-${index}`)));
    const results = await collect(lines.join("\n"), 65_536);
    expect(results.filter((result) => result.fragment !== undefined)).toHaveLength(9_999);
    expect(results.filter((result) => result.problems.length > 0).map((result) => result.line)).toEqual([4_322]);
  });
});
