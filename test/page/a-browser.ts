import { existsSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContext, LaunchOptions, Page } from "playwright-core";
import { packageFolder } from "../../src/compose.ts";

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

/** A window, and what went wrong in it. */
export interface Window {
  readonly context: BrowserContext;
  readonly page: Page;
  /** violations of the content security policy, dialogs, errors of scripts */
  readonly troubles: string[];
  /** what was asked of the API: method, path and query */
  readonly calls: string[];
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
