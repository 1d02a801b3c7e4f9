import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, cpSync, existsSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = join(root, "bin", "patchgap");
const sample = join(root, "sample", "inventories", "sample-desk-02.native.json");
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "patchgap-program-"));
  writeFileSync(join(folder, "old-node.cjs"), `Object.defineProperty(process.versions, "node", { value: "20.20.2" });`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function node(...args: readonly string[]): { exit: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  return { exit: status, stdout, stderr };
}

/** What a program printed until the line, or until it ended. */
async function printedUntil(child: ChildProcess, line: RegExp): Promise<string> {
  let text = "";
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (line.test(text)) break;
  }
  return text;
}

test("start serves the sample with a line that works, until it is asked to stop", async () => {
  const data = join(folder, "first-look");
  const child = spawn(process.execPath, [program, "start", "--data", data, "--listen", "127.0.0.1:0"], { cwd: folder });
  const ended = once(child, "exit");
  try {
    const stdout = await printedUntil(child, /curl .*\n(.|\n)*\n$/);
    expect(stdout).toContain("SAMPLE DATA");
    expect(stdout).toContain("node bin/patchgap sync");
    const [, token, url = ""] = /^ {2}curl -H "Authorization: Bearer (\S+)" (http:\S+\/getmissingkbs)$/m.exec(stdout) ?? [];
    const answer = await fetch(url, { headers: { Authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ value: [{ id: expect.stringMatching(/^\d+$/) }] });
  } finally {
    child.kill("SIGTERM");
  }
  expect(await ended).toEqual([0, null]);
  // The sample has a database of its own: nothing is taken for real data later.
  expect(readdirSync(data)).toEqual(["sample.db"]);
});

test("knowledge comes in and a question is answered, in processes of their own", () => {
  expect(node(program, "sync", "--from", join(root, "sample", "documents"))).toMatchObject({ exit: 0, stderr: "" });
  expect(existsSync(join(folder, "patchgap-data", "patchgap.db"))).toBe(true);
  const { exit, stdout } = node(program, "missing", "--fail-on-missing", "--json", "--inventory", sample);
  expect(exit).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ devices: [{ missing: [{ id: "5078885" }] }] });
});

test("started by an older Node.js it hands over to the one of the checkout, exit code included", () => {
  const old = ["--require", join(folder, "old-node.cjs")];
  expect(node(...old, program, "--version")).toMatchObject({ exit: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  expect(node(...old, program, "no-such-command")).toMatchObject({ exit: 2 });
});

test("where there is none it says what it needs", () => {
  cpSync(join(root, "bin"), join(folder, "alone", "bin"), { recursive: true });
  const { exit, stderr } = node("--require", join(folder, "old-node.cjs"), join(folder, "alone", "bin", "patchgap"), "--version");
  expect(exit).toBe(3);
  expect(stderr).toContain("patchgap needs Node.js 24 or newer");
});

test.skipIf(!existsSync("/dev/full")).each([
  [program, "--help"],
  [program, "--version"],
])("a result that cannot be written is a failure, %s %s", (...args) => {
  const full = openSync("/dev/full", "w");
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", full, "pipe"] });
  closeSync(full);
  expect(stderr).toBe("patchgap: the result could not be written to standard output: there is no space left\n");
  expect(status).toBe(3);
});

test("a reader that leaves early is no failure", () => {
  // More than a pipe holds, so that the program is still writing.
  expect(node(program, "sync", "--data", "for-readers", "--from", join(root, "sample", "documents"))).toMatchObject({ exit: 0 });
  const fleet = join(root, "sample", "fleet", "sample-company.ndjson");
  const asked = [program, "missing", "--data", "for-readers", "--json", "--inventory", fleet];
  const script = `const c=require("child_process").spawn(process.execPath,${JSON.stringify(asked)},{stdio:["ignore","pipe","inherit"]});c.stdout.once("data",()=>c.stdout.destroy());c.on("exit",code=>process.exit(code))`;
  expect(node("-e", script)).toMatchObject({ exit: 0, stderr: "" });
});
