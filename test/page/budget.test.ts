import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageFolder } from "../../src/compose.ts";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "patchgap-page-"));
  await build({ configFile: join(packageFolder, "web", "vite.config.ts"), build: { outDir: folder }, logLevel: "error" });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = (): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

test("scripts and styles of the page are at most 80 KB of gzip", () => {
  const own = files().filter((name) => /\.(js|css)$/.test(name));
  const size = own.reduce((sum, name) => sum + gzipSync(readFileSync(name)).length, 0);
  expect(own.length).toBeGreaterThan(1);
  expect(size).toBeLessThanOrEqual(80 * 1024);
});

test("nothing in the page is inline, and everything comes from the server itself", () => {
  const html = readFileSync(join(folder, "index.html"), "utf8");
  expect(html).toMatch(/<script type="module"[^>]* src="\/ui\/assets\/[^"]+\.js"><\/script>/);
  expect(html).not.toMatch(/<style|<script>| style=| on\w+=|https?:/i);
  const styles = files()
    .filter((name) => name.endsWith(".css"))
    .map((name) => readFileSync(name, "utf8"));
  expect(styles.join("")).not.toMatch(/url\(["']?(https?:)?\/\//);
});
