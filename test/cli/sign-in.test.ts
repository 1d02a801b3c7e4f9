import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { permissions } from "../../src/auth/permissions.ts";
import { Sessions } from "../../src/auth/session/sessions.ts";
import { openStore } from "../../src/compose.ts";
import { type Ran, runIn, type World } from "./fake-io.ts";

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "patchgap-sign-in-"));
});
afterEach(() => rmSync(data, { recursive: true }));

const now = Date.parse("2026-03-31T12:00:00Z");
const patchgap = (words: string, world: World = {}): Promise<Ran> => runIn(world, ...words.split(" "), "--data", data);

/** The session that a printed link opens, at a time. */
async function opened(link: string, at: number = now): Promise<object | undefined> {
  const store = await openStore({ data });
  const sessions = new Sessions(store.sessions, () => at);
  const session = await sessions.redeem(link.trim().split("#")[1] ?? "");
  const found = session === undefined ? undefined : await sessions.find(session.secret);
  await store.close();
  return found;
}

test("the link signs in to the default tenant with every role, once", async () => {
  const { exit, stdout, stderr } = await patchgap("sign-in");
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
  expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:8080\/ui\/sign-in#pgc_[\w-]{43}\n$/);
  expect(await opened(stdout)).toMatchObject({ name: "administrator", roles: permissions });
  expect(await opened(stdout)).toBeUndefined();
});

test("it is good for an hour", async () => {
  const [first, second] = [await patchgap("sign-in"), await patchgap("sign-in")];
  expect(await opened(first.stdout, now + 3_599_999)).toBeDefined();
  expect(await opened(second.stdout, now + 3_600_000)).toBeUndefined();
});

test("tenant, roles and address are those that were named", async () => {
  const { tenantId } = JSON.parse((await patchgap("tenant add contoso --json")).stdout);
  const words = "sign-in --json --tenant contoso --roles Score.Read.All --public-url https://patchgap.example http://other.example";
  const { stdout } = await patchgap(words);
  const { url, ...others } = JSON.parse(stdout);
  expect(others).toEqual({ expiresAt: "2026-03-31T13:00:00.000Z", tenantId });
  expect(url).toMatch(/^https:\/\/patchgap\.example\/ui\/sign-in#pgc_/);
  expect(await opened(url)).toMatchObject({ tenantId, name: "guest", roles: ["Score.Read.All"] });
});

test.each([
  ["sign-in --listen [::1]:9000", "http://[::1]:9000/ui/"],
  ["sign-in --listen 0.0.0.0:443 --tls-cert a --tls-key b", "https://0.0.0.0/ui/"],
])("%s leads to %s", async (words, start) => {
  const isTls = words.includes("--tls");
  const environment = isTls ? { PATCHGAP_TLS_CERT: "a", PATCHGAP_TLS_KEY: "b" } : {};
  const { stdout, stderr } = await patchgap(words.replace(/ --tls.*/, ""), { environment });
  expect([stdout.startsWith(start), stderr]).toEqual([true, ""]);
});

test("on a terminal it says for whom and how long", async () => {
  const { stderr } = await patchgap("sign-in", { terminal: 100 });
  expect(stderr).toContain("It signs in to tenant default, once, until 2026-03-31T13:00:00.000Z.");
});

test.each([
  ["sign-in --tenant nosuch", "there is no tenant nosuch"],
  ["sign-in --roles Machine.Read", "there is no role Machine.Read. Did you mean Machine.Read.All?"],
  ["sign-in --listen 127.0.0.1:0", "nobody can tell at which port the server listens. Give its address with --public-url."],
])("%s is wrong use", async (words, message) => {
  const { exit, stdout, stderr } = await patchgap(words);
  expect({ exit, stdout }).toEqual({ exit: 2, stdout: "" });
  expect(stderr).toContain(message);
});
