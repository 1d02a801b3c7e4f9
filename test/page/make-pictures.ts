import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { packageFolder } from "../../src/compose.ts";
import { launching, settled } from "./a-browser.ts";
import { firstStart } from "./first-start.ts";
import { viewsOf } from "./views.ts";

/** Makes the pictures of docs/page.md from what a first `npm start` shows: `npm run pictures`. */
const folder = join(packageFolder, "docs", "pictures");
const wide = { viewport: { width: 1100, height: 700 } };

const pictures = [
  ["overview", "overview", wide],
  ["overview-dark", "overview", { ...wide, colorScheme: "dark" }],
  ["updates", "updates", wide],
  ["update", "update", wide],
  ["devices", "devices", wide],
  ["device", "device", wide],
  ["narrow", "overview", { viewport: { width: 375, height: 760 } }],
] as const;

mkdirSync(folder, { recursive: true });
const started = await firstStart();
const browser = await chromium.launch(launching);
try {
  const views = await viewsOf(started);
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "UTC" });
  const page = await context.newPage();
  await page.goto(started.link);
  await page.getByRole("navigation").waitFor();
  for (const [name, view, { viewport, ...look }] of pictures) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme: "light", ...look });
    await page.goto(new URL(`/ui${view === "devices" ? "/devices?sort=-severity" : views[view]}`, started.link).href);
    await settled(page);
    // The days of the exposure are counted in the background.
    await page.getByText("The days are being counted").waitFor({ state: "detached" });
    await page.screenshot({ path: join(folder, `${name}.png`) });
  }
} finally {
  await browser.close();
  await started.stop();
}
process.stdout.write(`${pictures.length} pictures are in docs/pictures\n`);
