import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "./cruise.ts";

const scripts = Object.entries(
  (JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as { scripts: Record<string, string> }).scripts,
);

test.each(scripts)("npm script %s runs in cmd.exe as well as in a POSIX shell", (_name, script) => {
  for (const command of script.split("&&")) {
    expect(command.trim()).toMatch(/^(npm|node|tsc|vitest|biome|vite)( [\w./:@-]+)*$/);
  }
});

const sources = ["src", "bin"].flatMap((folder) =>
  readdirSync(join(repository, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts"))
    .map((entry) => join(entry.parentPath, entry.name)),
);

test("no product file starts a shell", () => {
  const offenders = sources.filter((file) => /shell: *true|\bexec(Sync)?\(["'`]|\/bin\/(ba)?sh/.test(readFileSync(file, "utf8")));
  expect(offenders).toEqual([]);
  expect(sources.length).toBeGreaterThan(15);
});

test("no file of the repository names a package registry host in the lock file", () => {
  expect(readFileSync(join(repository, "package-lock.json"), "utf8")).not.toMatch(/"resolved": "https?:/);
});
