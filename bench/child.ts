import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface ChildRun {
  readonly ms: number;
  /** largest resident set, in MB of 1,000,000 bytes */
  readonly peakMb: number;
  readonly stdout: string;
}

/** Runs a Node.js program to its end in a process of its own. The peak comes from a module loaded before it, so the product needs no hook. */
export function runChild(args: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildRun {
  const folder = mkdtempSync(join(tmpdir(), "patchgap-bench-"));
  const usage = join(folder, "usage");
  const report = `process.on("exit",()=>require("node:fs").writeFileSync(${JSON.stringify(usage)},String(process.resourceUsage().maxRSS)))`;
  const preload = `data:text/javascript,import{createRequire}from"node:module";const require=createRequire("${import.meta.url}");${report}`;
  const started = performance.now();
  const child = spawnSync(process.execPath, ["--import", preload, ...args], {
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, ...environment },
  });
  const ms = performance.now() - started;
  const peakMb = child.status === 0 ? (Number(readFileSync(usage, "utf8")) * 1024) / 1e6 : Number.NaN;
  rmSync(folder, { recursive: true });
  if (child.status !== 0) throw new Error(`${args.join(" ")} ended with ${child.status}: ${child.stderr}`);
  return { ms, peakMb, stdout: child.stdout };
}
