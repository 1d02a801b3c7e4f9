import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Permission, permissions } from "../../src/auth/permissions.ts";
import { packageFolder } from "../../src/compose.ts";
import type { TestServer } from "../http/a-server.ts";

/**
 * Stands for the part of the server that serves the page and keeps its sessions, until that is there: the routes `/ui/…` and `/session…`, and a
 * cookie that opens `/api`. To be removed as a whole: only `served-page.ts` names it.
 */
export interface PageStub {
  readonly origin: string;
  /** a link that signs in once */
  readonly link: () => string;
  /** every call of the API that came, with its query */
  readonly calls: string[];
  /** ends every session */
  readonly endSessions: () => void;
  readonly close: () => Promise<void>;
}

export interface StubOptions {
  readonly roles?: readonly Permission[];
  readonly isSample?: boolean;
}

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const types: Readonly<Record<string, string>> = {
  js: "text/javascript",
  css: "text/css",
  svg: "image/svg+xml",
  html: "text/html; charset=utf-8",
};

export async function startPageStub(server: TestServer, { roles = permissions, isSample = false }: StubOptions = {}): Promise<PageStub> {
  const codes = new Set<string>();
  const sessions = new Set<string>();
  const calls: string[] = [];
  const [tenant] = server.tenants.values();
  const bearer = await server.token(roles);
  const cookieOf = ({ headers }: IncomingMessage): string => /pg=(\w+)/.exec(headers.cookie ?? "")?.[1] ?? "";

  const say = (response: ServerResponse, status: number, body?: object, headers: Record<string, string> = {}): void => {
    response.writeHead(status, { "Content-Type": "application/json", "Content-Security-Policy": policy, ...headers });
    response.end(body === undefined ? "" : JSON.stringify(body));
  };
  const refuse = (response: ServerResponse): void =>
    say(response, 401, { error: { code: "Unauthorized", message: "no session", target: "stub" } });

  const session = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url === "/session/ways") return say(response, 200, { ways: [{ kind: "link" }] });
    if (request.method === "POST") {
      const { code } = JSON.parse((await bodyOf(request)).toString()) as { readonly code: string };
      if (!codes.delete(code)) return refuse(response);
      const id = `s${Math.random().toString(16).slice(2)}`;
      sessions.add(id);
      return say(response, 204, undefined, { "Set-Cookie": `pg=${id}; HttpOnly; SameSite=Strict; Path=/` });
    }
    if (!sessions.has(cookieOf(request))) return refuse(response);
    if (request.method === "DELETE") {
      sessions.delete(cookieOf(request));
      return say(response, 204);
    }
    return say(response, 200, { tenant, name: "local administrator", roles, expiresAt: "2099-01-01T00:00:00Z", isSample });
  };

  const api = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!sessions.has(cookieOf(request))) return refuse(response);
    const isChange = request.method !== "GET" && request.method !== "HEAD";
    if (isChange && request.headers["x-patchgap-page"] !== "1")
      return say(response, 403, { error: { code: "Forbidden", message: "not the page" } });
    calls.push(`${request.method} ${request.url}`);
    const answer = await passOn(request, server.origin, bearer);
    response.writeHead(answer.status, { "Content-Type": answer.headers.get("content-type") ?? "" });
    response.end(Buffer.from(await answer.arrayBuffer()));
  };

  const file = async (path: string, response: ServerResponse): Promise<void> => {
    const name = /^\/ui\/((assets\/)?[\w.-]+\.\w+)$/.exec(path)?.[1] ?? "index.html";
    const body = await readFile(join(packageFolder, "dist", "web", name)).catch(() => undefined);
    if (body === undefined) return say(response, 404);
    response.writeHead(200, { "Content-Type": types[name.split(".").at(-1) ?? ""] ?? "", "Content-Security-Policy": policy });
    response.end(body);
  };

  const listener = createServer((request, response) => {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    const work = path.startsWith("/session")
      ? session(request, response)
      : path.startsWith("/api/")
        ? api(request, response)
        : path.startsWith("/ui")
          ? file(path, response)
          : Promise.resolve(say(response, 302, undefined, { Location: "/ui/" }));
    work.catch((error: unknown) =>
      response.headersSent ? response.destroy() : say(response, 502, { error: { code: "Stub", message: String(error) } }),
    );
  });
  await new Promise<void>((resolve) => void listener.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
  return {
    origin,
    calls,
    link: () => {
      const code = `c${Math.random().toString(16).slice(2)}`;
      codes.add(code);
      return `${origin}/ui/sign-in#${code}`;
    },
    endSessions: () => sessions.clear(),
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        listener.closeAllConnections();
      }),
  };
}

async function passOn(request: IncomingMessage, origin: string, bearer: string): Promise<Response> {
  const { method = "GET", url = "", headers } = request;
  const authorization = { Authorization: `Bearer ${bearer}` };
  if (method === "GET" || method === "HEAD") return fetch(origin + url, { method, headers: authorization });
  const body = await bodyOf(request);
  return fetch(origin + url, { method, body, headers: { ...authorization, "Content-Type": headers["content-type"] ?? "" } });
}

async function bodyOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
