import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

interface LockFile {
  readonly packages: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const lock = JSON.parse(readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8")) as LockFile;

describe("the lock file", () => {
  it('keeps npm from compiling better-sqlite3, which brings its binaries: write "gypfile": false back into its entry', () => {
    expect(lock.packages["node_modules/better-sqlite3"]).toMatchObject({ gypfile: false });
  });

  it("names no addresses, and hashes everything it installs", () => {
    const entries = Object.entries(lock.packages).filter(([path]) => path !== "");
    expect(entries.length).toBeGreaterThan(50);
    expect(entries.filter(([, entry]) => "resolved" in entry).map(([path]) => path)).toEqual([]);
    expect(entries.filter(([, entry]) => entry["integrity"] === undefined).map(([path]) => path)).toEqual([]);
  });
});
