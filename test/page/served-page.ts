import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type LaunchOptions, type Page } from "playwright-core";
import { type Permission, permissions } from "../../src/auth/permissions.ts";
import { packageFolder } from "../../src/compose.ts";
import { sessionCookie } from "../../src/http/session-cookie.ts";
import { aCode } from "../http/a-page.ts";
import { aServer, type ServerOptions, type TestServer } from "../http/a-server.ts";

const executablePath = process.env["PATCHGAP_CHROMIUM"] ?? "/usr/bin/chromium";

/** Whether there is a browser to test with. CI always has one; elsewhere tests say that they were skipped. */
export const browserIsThere: boolean = existsSync(executablePath);

if (!browserIsThere) {
  const hint = `no Chromium at ${executablePath}: the page is not tested (Debian: apt-get install chromium, or name one in PATCHGAP_CHROMIUM)`;
  if (process.env["PATCHGAP_BROWSER_TESTS"] === "required") throw new Error(hint);
  process.stderr.write(`${hint}\n`);
}

const args =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync --disable-lcd-text";

/** How the browser is started. */
export const launching: LaunchOptions = { executablePath, args: args.split(" ") };

/** Where pictures of test runs are kept, to be looked at. */
export const artefacts: string = join(packageFolder, "test-artifacts", "page");

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

/** A window, and what went wrong in it. */
export interface Window {
  readonly context: BrowserContext;
  readonly page: Page;
  /** violations of the content security policy, dialogs, errors of scripts */
  readonly troubles: string[];
  /** what was asked of the API: method, path and query */
  readonly calls: string[];
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

/** A window whose troubles are written down. */
export async function watched(context: BrowserContext): Promise<Window> {
  const troubles: string[] = [];
  await context.exposeFunction("tellTrouble", (text: string) => void troubles.push(text));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
      (window as unknown as { tellTrouble: (text: string) => void }).tellTrouble(`policy: ${violatedDirective} ${blockedURI}`);
    });
  });
  const calls: string[] = [];
  context.on("request", (request) => {
    const { pathname, search } = new URL(request.url());
    if (pathname.startsWith("/api/")) calls.push(`${request.method()} ${pathname}${search}`);
  });
  const page = await context.newPage();
  page.on("dialog", (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => troubles.push(`error: ${error.message}`));
  return { context, page, troubles, calls };
}

/** Waits until nothing is being loaded any more. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
  await page.locator(".spinner").first().waitFor({ state: "detached" });
}
