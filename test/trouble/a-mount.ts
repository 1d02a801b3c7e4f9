import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A small file system of tests' own. */
export interface SmallDisk {
  readonly folder: string;
  /** makes it larger */
  readonly grow: (size: string) => void;
  readonly remove: () => void;
}

const mount = (...args: readonly string[]): Buffer => execFileSync("mount", args, { stdio: ["ignore", "ignore", "pipe"] });
const unmount = (folder: string): Buffer => execFileSync("umount", ["-l", folder], { stdio: ["ignore", "ignore", "pipe"] });

/** Whether this process may mount: only root on Linux may, and not in every container. */
export const mayMount: boolean = canMount();

function canMount(): boolean {
  if (process.platform === "linux" && process.getuid?.() === 0) {
    try {
      makeSmallDisk("1m").remove();
      return true;
    } catch {
      // Said below.
    }
  }
  process.stderr.write("No file system can be mounted here: tests on full and read-only disks are left out. Root on Linux usually may.\n");
  return false;
}

/** Mounts a file system of a size, in memory. */
export function makeSmallDisk(size: string): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), "patchgap-disk-"));
  mount("-t", "tmpfs", "-o", `size=${size},mode=0777`, "patchgap-test", folder);
  return {
    folder,
    grow: (more) => void mount("-o", `remount,size=${more}`, folder),
    remove: () => {
      unmount(folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A folder seen through another path, under which nothing may be written. */
export function readOnlyView(folder: string): { readonly folder: string; readonly allowWriting: () => void; readonly remove: () => void } {
  const view = mkdtempSync(join(tmpdir(), "patchgap-view-"));
  mount("--bind", folder, view);
  mount("-o", "remount,ro,bind", view);
  return {
    folder: view,
    allowWriting: () => void mount("-o", "remount,rw,bind", view),
    remove: () => {
      unmount(view);
      rmSync(view, { recursive: true, force: true });
    },
  };
}
