import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { packageFolder } from "../../src/compose.ts";
import { aServer, type ServerOptions, type TestServer } from "../http/a-server.ts";
import { type PageStub, type StubOptions, startPageStub } from "./page-stub.ts";

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

/** Where pictures of test runs are kept, to be looked at. */
export const artefacts: string = join(packageFolder, "test-artifacts", "page");

/** A server with the page, and a browser that looks at it. */
export interface ServedPage {
  readonly server: TestServer;
  readonly page: PageStub;
  readonly browser: Browser;
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
}

export async function servePage(
  options: ServerOptions & StubOptions = {},
  fill?: (server: TestServer) => Promise<void>,
): Promise<ServedPage> {
  if (!existsSync(join(packageFolder, "dist", "web", "index.html"))) throw new Error("the page is not built: npm run build");
  mkdirSync(artefacts, { recursive: true });
  const server = await aServer(options);
  await fill?.(server);
  const page = await startPageStub(server, options);
  const browser = await chromium.launch({ executablePath, args: args.split(" ") });
  const open: ServedPage["open"] = async (path, contextOptions = {}) => {
    const context = await browser.newContext({
      locale: "en-GB",
      timezoneId: "UTC",
      viewport: { width: 1280, height: 860 },
      ...contextOptions,
    });
    const window = await watched(context);
    await window.page.goto(page.link());
    await window.page.getByRole("navigation").waitFor();
    if (path !== "/") await window.page.goto(`${page.origin}/ui${path}`);
    return window;
  };
  const close = async (): Promise<void> => {
    await browser.close();
    await page.close();
    await server.close();
  };
  return { server, page, browser, open, close };
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
  const page = await context.newPage();
  page.on("dialog", (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("pageerror", (error) => troubles.push(`error: ${error.message}`));
  return { context, page, troubles };
}

/** Waits until nothing is being loaded any more. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
  await page.locator(".spinner").first().waitFor({ state: "detached" });
}
