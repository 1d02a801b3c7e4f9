import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, expect, test } from "vitest";
import { ProductError } from "../../src/domain/errors.ts";
import { spool } from "../../src/http/answer-spool.ts";

const folder = mkdtempSync(join(tmpdir(), "patchgap-spool-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ["few parts stay in memory", 3, 10, 0],
  ["many go through a file", 3000, 1000, 1],
])("%s, and come out as they went in", async (_, count, length, files) => {
  const parts = spool(folder);
  const all = Array.from({ length: count }, (_each, index) => `"${String(index).padStart(length, "x")}"`);
  for (const part of all) await parts.add(part);
  expect(readdirSync(folder)).toHaveLength(files);
  const answer = await parts.close("[", "]");
  expect(typeof answer === "string" ? answer : await text(answer)).toBe(`[${all.join(",")}]`);
  expect(readdirSync(folder)).toEqual([]);
});

test("a disk that takes nothing is a failure that can be told, and ends nothing else", async () => {
  const parts = spool(join(folder, "not-there"));
  const failure = await parts.add("x".repeat(2_000_000)).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ProductError);
  expect(failure).toMatchObject({ code: "file", place: { source: expect.stringContaining("not-there") } });
  await parts.discard();
});
