import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { artefacts, browserIsThere, launching, settled, watched } from "./a-browser.ts";
import { type FirstStart, firstStart } from "./first-start.ts";

describe.skipIf(!browserIsThere)("a first start", () => {
  let started: FirstStart;
  let browser: Browser;
  beforeAll(async () => {
    started = await firstStart();
    browser = await chromium.launch(launching);
  });
  afterAll(async () => {
    await browser?.close();
    await started?.stop();
  });

  test("prints a link that shows the sample, marked as such, with something to look at on every view", async () => {
    const { page, troubles } = await watched(await browser.newContext({ locale: "en-GB", viewport: { width: 1200, height: 860 } }));
    const shown = async (name: string): Promise<void> => {
      await page.getByRole("heading", { name, level: 1 }).waitFor();
      await settled(page);
      await page.getByText("Sample data: made-up devices").waitFor();
      await page.screenshot({ path: join(artefacts, `first-${name.replaceAll(" ", "-")}.png`), fullPage: true });
    };
    const go = async (entry: string, title = entry): Promise<void> => {
      await page.getByRole("navigation").getByRole("link", { name: entry, exact: true }).click();
      await shown(title);
    };
    await page.goto(started.link);
    await page.locator(".chart canvas").waitFor();
    await shown("Overview");
    expect(await page.locator("main a[href^='/ui/updates/']").count()).toBeGreaterThanOrEqual(8);
    expect(await page.getByRole("row").count()).toBeGreaterThanOrEqual(7);
    for (const [entry, title, least] of [
      ["Updates", "Missing updates", 10],
      ["Devices", "Devices", 10],
      ["Software", "Software", 10],
      ["CVEs", "CVEs", 10],
    ] as const) {
      await go(entry, title);
      expect([entry, (await page.locator(".grid-body .grid-row").count()) >= least]).toEqual([entry, true]);
    }
    await go("Upload", "Upload an inventory");
    await go("Devices");
    await page.getByLabel("Name contains").fill("sample-lis-pc-006");
    await page.getByText("1 device", { exact: true }).waitFor();
    await page.getByRole("link", { name: "sample-lis-pc-006" }).click();
    await shown("sample-lis-pc-006");
    // It caught up before Christmas, and fell behind in January.
    await page.getByText("caught up").waitFor();
    expect(await page.getByText("fell behind").count()).toBe(1);
    expect(troubles).toEqual([]);
  });
});
