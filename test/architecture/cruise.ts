import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const repository: string = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

export interface Cruise {
  readonly modules: number;
  /** `rule: file`, sorted */
  readonly violations: readonly string[];
}

/** Runs the boundary rules over `src` below a folder. */
export function cruise(folder: string): Cruise {
  const tool = join(repository, "node_modules", "dependency-cruiser", "bin", "dependency-cruiser.mjs");
  const output = execFileSync(
    process.execPath,
    [tool, "--config", join(repository, ".dependency-cruiser.cjs"), "--output-type", "json", "src"],
    {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  const { modules, summary } = JSON.parse(output) as {
    modules: { source: string }[];
    summary: { violations: { from: string; rule: { name: string } }[] };
  };
  return {
    modules: modules.filter((module) => module.source.startsWith("src/")).length,
    violations: summary.violations.map((violation) => `${violation.rule.name}: ${violation.from}`).sort(),
  };
}
