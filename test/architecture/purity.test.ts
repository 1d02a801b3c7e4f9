import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "./cruise.ts";

function compile(project: string): { exit: number | null; output: string } {
  const tsc = join(repository, "node_modules", "typescript", "bin", "tsc");
  const result = spawnSync(process.execPath, [tsc, "-p", join(repository, project), "--noEmit", "--pretty", "false"], { encoding: "utf8" });
  return { exit: result.status, output: result.stdout };
}

test("the domain compiles where there is no file, no network, no process and no timer", () => {
  expect(compile("tsconfig.pure.json")).toEqual({ exit: 0, output: "" });
});

test("the compiler refuses every kind of I/O there", () => {
  const { exit, output } = compile("test/architecture/impure/tsconfig.json");
  const refused = [...output.matchAll(/Cannot find (?:name|module) '([^']+)'/g)].map((match) => match[1]);
  expect(exit).not.toBe(0);
  expect(refused).toEqual(["node:fs", "fetch", "process", "console", "setTimeout"]);
});
