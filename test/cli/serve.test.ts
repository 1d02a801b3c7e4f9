import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = join(root, "bin", "patchgap");
let data: string;
let children: ChildProcess[];

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "patchgap-serve-"));
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(data, { recursive: true, force: true });
});

/** Runs a command and hands out what it prints as it comes. */
function run(...args: readonly string[]): { child: ChildProcess; said: () => string; logged: () => string; ended: Promise<number | null> } {
  const child = spawn(process.execPath, [program, ...args, "--data", data], { stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  let [said, logged] = ["", ""];
  child.stdout?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (logged += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => void child.once("exit", resolve));
  return { child, said: () => said, logged: () => logged, ended };
}

async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => void setTimeout(resolve, 50));
  }
  throw new Error("it did not come about");
}

const originOf = (said: string): string | undefined => /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];

test("a server without knowledge fetches it by itself, and answers when it is there", async () => {
  const server = run("serve", "--listen", "127.0.0.1:0", "--sync-from", join(root, "sample", "documents"));
  const origin = await until(() => originOf(server.said()));
  const token = run("token", "--roles", "Software.Read.All,Inventory.ReadWrite.All");
  expect(await token.ended).toBe(0);
  const headers = { Authorization: `Bearer ${token.said().trim()}` };
  await until(async () => ((await fetch(`${origin}/readyz`)).status === 200 ? true : undefined));
  const body = JSON.stringify({ deviceName: "pc", os: { version: "10.0.19045", build: 19045, ubr: 2965 }, installedKbs: [] });
  const posted = await fetch(`${origin}/api/inventories`, {
    method: "POST",
    headers: { ...headers, "Content-Type": "application/json" },
    body,
  });
  const { value } = (await posted.json()) as { value: { deviceId: string }[] };
  const missing = await fetch(`${origin}/api/machines/${value[0]?.deviceId}/getmissingkbs`, { headers });
  expect(await missing.json()).toMatchObject({ value: [{ id: "5078885" }] });
  server.child.kill("SIGTERM");
  expect(await server.ended).toBe(0);
  expect(server.logged()).toContain("new knowledge is in force");
  for (const line of server.logged().trim().split("\n")) expect(() => JSON.parse(line)).not.toThrow();
});

test("a source of knowledge that fails is told in the log, and the server goes on", async () => {
  const server = run("serve", "--listen", "127.0.0.1:0", "--sync-from", join(data, "no-such-folder"));
  const origin = await until(() => originOf(server.said()));
  await until(() => (server.logged().includes("knowledge could not be brought up to date") ? true : undefined));
  expect((await fetch(`${origin}/healthz`)).status).toBe(200);
  expect((await fetch(`${origin}/readyz`)).status).toBe(503);
});

test.each([
  [["--listen", "0.0.0.0:0"], 2, "other machines would send their tokens in the open"],
  [["--listen", "nowhere"], 2, "is no address with a port"],
  [["--tls-cert", "cert.pem"], 2, "was given without --tls-key"],
  [["--tls-cert", "no.pem", "--tls-key", "no.pem"], 3, "--tls-cert: the file cannot be read"],
])("serve %j is refused", async (args, exit, message) => {
  const server = run("serve", ...args);
  expect(await server.ended).toBe(exit);
  expect(server.logged()).toContain(message);
});

test("an address that is taken is named", async () => {
  const first = run("serve", "--listen", "127.0.0.1:0", "--sync-every", "0");
  const origin = await until(() => originOf(first.said()));
  const second = run("serve", "--listen", origin.replace("http://", ""), "--sync-every", "0");
  expect(await second.ended).toBe(3);
  expect(second.logged()).toContain("another program listens there already");
});

/** Hands in the link that a server printed; the cookie of the session. */
async function openLink(origin: string, said: string): Promise<string> {
  const code = /\/ui\/sign-in#(pgc_[\w-]{43})\n/.exec(said)?.[1];
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`${origin}/session`, { method: "POST", headers, body: JSON.stringify({ code }) });
  expect(answer.status).toBe(204);
  return answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}

test("a server that nobody can get into yet prints a link to its page; once there is a client it does not, and the log never has it", async () => {
  const serve = ["serve", "--listen", "127.0.0.1:0", "--sync-every", "0"];
  const first = run(...serve);
  await until(() => (first.said().includes("#pgc_") ? true : undefined));
  const origin = originOf(first.said()) ?? "";
  const Cookie = await openLink(origin, first.said());
  expect(await (await fetch(`${origin}/session`, { headers: { Cookie } })).json()).toMatchObject({
    tenant: { alias: "default" },
    isSample: false,
  });
  expect(await run("client", "add", "x", "--roles", "Score.Read.All").ended).toBe(0);
  first.child.kill("SIGTERM");
  await first.ended;
  expect(first.logged()).toContain("/session");
  expect(first.logged()).not.toMatch(/pgc_|pgw_/);
  const second = run(...serve);
  const again = await until(() => originOf(second.said()));
  // The session is still there.
  expect((await fetch(`${again}/session`, { headers: { Cookie } })).status).toBe(200);
  second.child.kill("SIGTERM");
  await second.ended;
  expect(second.said()).not.toContain("pgc_");
});

test("a first start prints a link to the page of the sample, which says that it is one", async () => {
  const server = run("start", "--listen", "127.0.0.1:0");
  await until(() => (server.said().includes("npm start ") ? true : undefined));
  const origin = originOf(server.said()) ?? "";
  const Cookie = await openLink(origin, server.said());
  expect(await (await fetch(`${origin}/session`, { headers: { Cookie } })).json()).toMatchObject({ isSample: true, name: "administrator" });
  const { value } = (await (await fetch(`${origin}/api/machines`, { headers: { Cookie } })).json()) as { value: unknown[] };
  expect(value.length).toBeGreaterThan(100);
});
