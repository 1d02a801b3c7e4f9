import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/** The folder of real data beside the project; it is no part of it, and tests go on without it. */
const folder = resolve(process.env["PATCHGAP_SHARED"] ?? join(import.meta.dirname, "..", "..", "shared"));

/** Whether the real data is there. Tests that need it say so and skip where it is not. */
export const sharedIsThere: boolean = existsSync(folder);

/** The full path of a file or folder of the real data, or undefined where it is absent. */
export function sharedFile(path: string): string | undefined {
  const full = join(folder, path);
  return existsSync(full) ? full : undefined;
}
