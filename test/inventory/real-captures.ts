import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Inventory } from "../../src/domain/fleet/inventory.ts";
import { readInventories } from "../../src/inventory/read-inventories.ts";
import { sharedFile } from "../shared-data.ts";

/** The real captures beside the project, each with its hotfix list where one was kept; none where they are absent. */
export function realCaptures(): readonly Inventory[] {
  const folder = sharedFile("data/inventories");
  if (folder === undefined) return [];
  const names = readdirSync(folder);
  const fragmentsOf = (name: string): string[] =>
    [name, name.replace("_systeminfo", "_qfe")].filter((each, index) => index === 0 || names.includes(each));
  const systems = names.filter((name) => name.includes("_systeminfo"));
  return systems.flatMap((name) => {
    const inputs = [...new Set(fragmentsOf(name))].map((source) => ({ source, bytes: readFileSync(join(folder, source)) }));
    return readInventories(inputs, { merge: true }).devices;
  });
}
