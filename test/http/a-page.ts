import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { permissions } from "../../src/auth/permissions.ts";
import type { Person } from "../../src/auth/session/sessions.ts";
import type { Asked, AskOptions, TestServer } from "./a-server.ts";

/** A folder that looks as the built page does. */
export interface MadePage {
  readonly folder: string;
  readonly script: string;
  readonly remove: () => void;
}

export function aPage(): MadePage {
  const parent = mkdtempSync(join(tmpdir(), "patchgap-page-"));
  const folder = join(parent, "web");
  const script = `const answer = 42;\n${"// the same line again and again\n".repeat(200)}`;
  mkdirSync(join(folder, "assets"), { recursive: true });
  writeFileSync(join(parent, "secret.json"), "beside the page");
  writeFileSync(join(folder, "index.html"), '<!doctype html><script type="module" src="/ui/assets/index-B1c2.js"></script>\n');
  writeFileSync(join(folder, "favicon.svg"), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(join(folder, "assets", "index-B1c2.js"), script);
  writeFileSync(join(folder, "assets", "index-B1c2.js.map"), "{}");
  writeFileSync(join(folder, "assets", "logo-9.png"), Buffer.alloc(2000, 7));
  return { folder, script, remove: () => rmSync(parent, { recursive: true }) };
}

/** The session of a `Set-Cookie`, as a browser sends it back. */
export function cookieOf({ headers }: Pick<Asked, "headers">, name = "patchgap-session"): string {
  const set = headers.getSetCookie().find((text) => text.startsWith(`${name}=`)) ?? "";
  return set.split(";")[0] ?? "";
}

/** A code for somebody; default: for everything in the default tenant. */
export async function aCode(server: TestServer, person: Partial<Person> = {}): Promise<string> {
  const tenantId = server.tenants.get("default")?.id ?? "";
  return (await server.server.sessions.issueCode({ tenantId, name: "administrator", roles: permissions, ...person })).secret;
}

/** Shows a code as the page does. */
export function showCode(server: TestServer, code: unknown, headers: AskOptions["headers"] = {}): Promise<Asked> {
  return server.ask("/session", { method: "POST", token: null, headers, body: { code } });
}

/** Signs somebody in; the cookie. */
export async function signedIn(server: TestServer, person: Partial<Person> = {}): Promise<string> {
  return cookieOf(await showCode(server, await aCode(server, person)));
}
