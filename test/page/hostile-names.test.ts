import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { visible } from "../../web/parts/visible-text.ts";
import { hostileNames } from "../fixtures/hostile-names.ts";
import { anInventory } from "../http/a-server.ts";
import { browserIsThere, settled } from "./a-browser.ts";
import { type ServedPage, servePage } from "./served-page.ts";

interface Machine {
  readonly id: string;
  readonly computerDnsName: string;
  readonly machineTags: readonly string[];
}

/** Comes with the machine, as its name does; other parts of the page may be there before. */
const facts = ".device-facts .tag-editor";

/** Refused as names of devices, and why. */
const notNames = [
  ["\ud83dpc", "holds half a surrogate pair"],
  ["pc\udc00", "holds half a surrogate pair"],
  ["a".repeat(65_536), "is longer than 255 characters"],
] as const;

describe.skipIf(!browserIsThere)("hostile names are text", () => {
  let served: ServedPage;
  let machines: readonly Machine[];
  beforeAll(async () => {
    served = await servePage({}, async (server) => {
      for (const [index, name] of hostileNames.entries()) {
        const more = { tags: [name, `group:${name}`], software: [{ vendor: name, name: `app ${name}`, version: name }] };
        // What is refused is refused in the words of the API, which its own tests look at.
        for (const deviceName of [name, `pc-${index}`])
          await server.ask("/api/inventories", { method: "POST", body: anInventory(deviceName, 5000, more) });
      }
    });
    machines = (await served.server.ask("/api/machines")).json.value;
  });
  afterAll(() => served?.close());

  test("most of them are names of devices", () => {
    expect(machines.length).toBeGreaterThan(hostileNames.length * 1.5);
    expect(machines.map(({ computerDnsName }) => computerDnsName)).toContain("<script>alert(1)</script>");
  });

  test("in lists", async () => {
    const { context, page, troubles } = await served.open("/devices", { viewport: { width: 1400, height: 6000 } });
    await settled(page);
    const names = await page.locator(".grid-body .cell:first-child .name").allTextContents();
    expect(names.sort()).toEqual(machines.map(({ computerDnsName }) => visible(computerDnsName)).sort());
    await expectOnlyOurs(page);
    for (const path of ["/", "/software", "/updates"]) {
      await page.goto(`${served.origin}/ui${path}`);
      await settled(page);
      await expectOnlyOurs(page);
    }
    expect(troubles).toEqual([]);
    await context.close();
  });

  test("on the page of a device", async () => {
    const { context, page, troubles } = await served.open("/");
    for (const { id, computerDnsName, machineTags } of machines.filter(({ computerDnsName: name }) => !/^pc-\d+$/.test(name))) {
      await page.goto(`${served.origin}/ui/devices/${id}`);
      await page.locator(facts).waitFor();
      expect(await page.locator("h1 .name").textContent()).toBe(visible(computerDnsName));
      expect(await page.locator(".tag-editor .name").allTextContents()).toEqual(machineTags.map(visible));
      await expectOnlyOurs(page);
    }
    expect(troubles).toEqual([]);
    await context.close();
  });

  test("as tags that filter, in links", async () => {
    const { context, page, troubles } = await served.open("/");
    for (const tag of ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "O'Brien", "=1+1", "a%b_c", "&lt;b&gt;"]) {
      const { json } = await served.server.ask(`/api/machines/findbytag?tag=${encodeURIComponent(tag)}`);
      await page.goto(`${served.origin}/ui/devices?tag=${encodeURIComponent(tag)}`);
      await page.getByText(new RegExp(`^${json.value.length} devices?$`)).waitFor();
      expect(await page.locator(".taken .name").textContent()).toBe(tag);
    }
    expect(troubles).toEqual([]);
    await context.close();
  });

  test("what is no name is refused in words, and takes no more room than they do", async () => {
    const { context, page, troubles } = await served.open("/upload");
    for (const [name, words] of notNames) {
      await page.getByLabel("Choose a file").setInputFiles({
        name: "pc.json",
        mimeType: "application/json",
        buffer: Buffer.from(JSON.stringify(anInventory(name, 5000))),
      });
      await page.getByText(words).waitFor();
      expect((await page.locator("main").innerText()).length).toBeLessThan(1000);
      await page.reload();
      await page.getByLabel("Choose a file").waitFor({ state: "attached" });
    }
    await expectOnlyOurs(page);
    expect(troubles).toEqual([]);
    await context.close();
  });

  test("half a letter, and file names of 64 KB, are shown as what they are", async () => {
    const { context, page, troubles } = await served.open("/upload");
    const more = { tags: ["\ud83dtag", "tag\udc00"], software: [{ vendor: "half", name: "app \ud83d", version: "1\udc00" }] };
    await page.getByLabel("Choose a file").setInputFiles({
      name: `${"n".repeat(65_536)}.json`,
      mimeType: "application/json",
      buffer: Buffer.from(JSON.stringify(anInventory("half-a-letter", 5000, more))),
    });
    await page.getByRole("link", { name: "Open the device" }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    await page.getByRole("link", { name: "Open the device" }).click();
    await page.locator(facts).waitFor();
    const id = page.url().split("/").at(-1);
    const { json } = await served.server.ask(`/api/machines/${id}`);
    expect(json.machineTags).toHaveLength(2);
    expect(await page.locator(".tag-editor .name").allTextContents()).toEqual(json.machineTags.map(visible));
    await expectOnlyOurs(page);
    for (const path of ["/devices?tag=%ED%A0%BD", "/devices?search=%F0%9F", "/updates?search=%ED%A0%BD", "/updates/%25"]) {
      await page.goto(`${served.origin}/ui${path}`);
      await settled(page);
      expect((await page.locator("main").innerText()).length).toBeGreaterThan(10);
      await expectOnlyOurs(page);
    }
    expect(troubles).toEqual([]);
    await context.close();
  });

  test("in a CSV no cell begins as a formula", async () => {
    const { context, page } = await served.open("/devices");
    await settled(page);
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "CSV" }).click()]);
    const text = readFileSync(await download.path(), "utf8").replace("\ufeff", "");
    const cells = [...text.matchAll(/(?:^|,|\r\n)("(?:[^"]|"")*"|[^,\r\n]*)/g)].map(([, cell = ""]) => cell.replace(/^"|"$/g, ""));
    expect(cells.length).toBeGreaterThan(machines.length * 10);
    expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    expect(cells).toContain("'=1+1");
    await context.close();
  });
});

/** Nothing has come into the document but what the page is made of. */
async function expectOnlyOurs(page: Page): Promise<void> {
  const found = await page.evaluate(() => ({
    scripts: document.querySelectorAll("script").length,
    images: [...document.querySelectorAll("img")].map((image) => image.getAttribute("src")),
    others: document.querySelectorAll("iframe, object, embed, b script, [onerror], [onload], [onclick], a[href^='javascript']").length,
  }));
  expect(found).toEqual({ scripts: 1, images: ["/ui/mark.svg"], others: 0 });
}
