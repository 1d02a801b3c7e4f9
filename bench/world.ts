import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runChild } from "./child.ts";
import type { LoadPlan, LoadResult } from "./load-generator.ts";
import type { MadeUpFleet } from "./made-up-fleet.ts";

/** What the measurements of the service share. */
export interface World {
  readonly workFolder: string;
  readonly data: string;
  readonly fleet: MadeUpFleet;
  /** of every request: a token for everything */
  readonly headers: Readonly<Record<string, string>>;
}

/** Runs the load generator to its end; the server that it asks does its work in another process, as does this one. */
export async function sendLoad({ workFolder }: World, plan: LoadPlan): Promise<LoadResult> {
  const file = join(workFolder, "plan.json");
  writeFileSync(file, JSON.stringify(plan));
  return JSON.parse(runChild([fileURLToPath(new URL("load-generator.ts", import.meta.url)), file]).stdout) as LoadResult;
}

/** A small generator of numbers below one given, the same at every run. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}
