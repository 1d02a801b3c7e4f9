import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from "playwright-core";
import { type Permission, permissions } from "../../src/auth/permissions.ts";
import { packageFolder } from "../../src/compose.ts";
import { sessionCookie } from "../../src/http/session-cookie.ts";
import { aCode } from "../http/a-page.ts";
import { aServer, type ServerOptions, type TestServer } from "../http/a-server.ts";
import { artefacts, launching, type Window, watched } from "./a-browser.ts";

const builtPage = join(packageFolder, "dist", "web");

/** A server with the page, and a browser that looks at it. */
export interface ServedPage {
  readonly server: TestServer;
  readonly browser: Browser;
  /** the address of the server, and with it of the page */
  readonly origin: string;
  /** a link that signs in once */
  readonly link: () => Promise<string>;
  /** ends the session of a window on the server; its browser does not know */
  readonly endSession: (context: BrowserContext) => Promise<void>;
  /** a window of its own, signed in and at a path */
  readonly open: (path: string, options?: BrowserContextOptions) => Promise<Window>;
  readonly close: () => Promise<void>;
}

export interface PageOptions extends ServerOptions {
  /** of whoever signs in; default: all */
  readonly roles?: readonly Permission[];
}

export async function servePage(options: PageOptions = {}, fill?: (server: TestServer) => Promise<void>): Promise<ServedPage> {
  if (!existsSync(join(builtPage, "index.html"))) throw new Error("the page is not built: npm run build");
  mkdirSync(artefacts, { recursive: true });
  const { roles = permissions, ...others } = options;
  const server = await aServer({ pageFolder: builtPage, ...others });
  await fill?.(server);
  const { origin } = server;
  const link = async (): Promise<string> => `${origin}/ui/sign-in#${await aCode(server, { name: "local administrator", roles })}`;
  const browser = await chromium.launch(launching);
  const open: ServedPage["open"] = async (path, contextOptions = {}) => {
    const context = await browser.newContext({
      locale: "en-GB",
      timezoneId: "UTC",
      viewport: { width: 1280, height: 860 },
      ...contextOptions,
    });
    const window = await watched(context);
    await window.page.goto(await link());
    await window.page.getByRole("navigation").waitFor();
    if (path !== "/") await window.page.goto(`${origin}/ui${path}`);
    return window;
  };
  const endSession: ServedPage["endSession"] = async (context) => {
    const cookie = (await context.cookies()).find(({ name }) => name === sessionCookie);
    if (cookie === undefined) throw new Error("this window has no session");
    await server.server.sessions.close(cookie.value);
  };
  const close = async (): Promise<void> => {
    await browser.close();
    await server.close();
  };
  return { server, browser, origin, link, endSession, open, close };
}
