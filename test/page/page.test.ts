import { readFileSync } from "node:fs";
import { join } from "node:path";
import axeCore from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageFolder } from "../../src/compose.ts";
import { sampleDocuments } from "../http/a-server.ts";
import { sampleFleet } from "../http/fleet-at-work.ts";
import { artefacts, browserIsThere, settled, watched } from "./a-browser.ts";
import { type ServedPage, servePage } from "./served-page.ts";
import { viewsOf } from "./views.ts";

const systeminfo = join(packageFolder, "sample", "inventories", "sample-laptop-01.systeminfo.txt");

describe.skipIf(!browserIsThere)("the page in a browser", () => {
  let served: ServedPage;
  let views: Readonly<Record<string, string>>;
  beforeAll(async () => {
    served = await servePage({ isSample: true }, (server) => server.ingest(sampleFleet()));
    views = await viewsOf(served.server);
  });
  afterAll(() => served?.close());

  test("a link signs in once, leaves neither address nor history, and goes where one wanted to go", async () => {
    const { context, page, troubles } = await served.open("/");
    await context.clearCookies();
    await page.goto(`${served.origin}/ui/devices?status=behind`);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    const link = await served.link();
    await page.goto(link);
    await page.getByRole("heading", { name: "Devices" }).waitFor();
    expect(page.url()).toBe(`${served.origin}/ui/devices?status=behind`);
    const code = link.split("#")[1] ?? "";
    await page.goBack();
    expect(page.url()).not.toContain(code);
    const other = await served.browser.newPage();
    await other.goto(link);
    await other.getByText("This link was used already").waitFor();
    await other.close();
    expect(troubles).toEqual([]);
    await context.close();
  });

  test("whoever is signed out in between signs in and is back", async () => {
    const { context, page } = await served.open("/updates?exploited=true");
    await settled(page);
    await served.endSession(context);
    await page.getByRole("link", { name: "CVEs" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.goto(await served.link());
    await page.getByRole("heading", { name: "CVEs" }).waitFor();
    await context.close();
  });

  test("signing out ends it", async () => {
    const { context, page } = await served.open("/");
    await page.getByText("local administrator").click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await context.close();
  });

  test("finds a device, and says why an update is missing", async () => {
    const { context, page, troubles } = await served.open("/");
    const { json } = await served.server.ask("/api/fleet/machines?rankBy=missing&$top=1");
    const { id, computerDnsName, missingUpdates } = json.value[0];
    await page.getByRole("link", { name: "Devices", exact: true }).click();
    await page.getByLabel("Name contains").fill(computerDnsName);
    await page.getByText("1 device", { exact: true }).waitFor();
    await page.getByRole("link", { name: computerDnsName }).click();
    await page.getByRole("heading", { name: `Missing updates (${missingUpdates})` }).waitFor();
    const { json: answer } = await served.server.ask(`/api/machines/${id}/missingupdates`);
    const reasons = await page.locator(".missing .why").allInnerTexts();
    expect(reasons.map((text) => text.replace(/^Why:\s*/, ""))).toEqual(answer.value.map(({ why }: { why: string }) => why));
    expect(reasons.length).toBeGreaterThan(0);
    await page.getByRole("heading", { name: "Satisfied, and by what" }).waitFor();
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await page.getByText('"deviceName":').waitFor();
    expect(troubles).toEqual([]);
    await context.close();
  });

  test("takes a file, and has the answer at once", async () => {
    const { context, page, troubles } = await served.open("/upload");
    await page.getByLabel("Choose a file").setInputFiles(systeminfo);
    await page.getByText("New device").waitFor();
    await page
      .getByText(/Nothing is missing|missing updates?$/)
      .first()
      .waitFor();
    await page.getByRole("link", { name: "Open the device" }).click();
    await page.getByRole("heading", { name: /^Missing updates/ }).waitFor();
    expect(troubles).toEqual([]);
    await context.close();
  });

  test("takes a file that is dropped, and says what is wrong with one that is none", async () => {
    const { context, page } = await served.open("/upload");
    const text = readFileSync(systeminfo, "utf8").replace(/Host Name:.*/, "Host Name:                 DROPPED-1");
    await drop(page, "pc.txt", text);
    await page.getByText("DROPPED-1").waitFor();
    await drop(page, "picture.png", "\u0089PNG no inventory");
    await page.getByText("This could not be loaded").waitFor();
    await context.close();
  });

  test("filters stand in the link, and a link brings them back", async () => {
    const { context, page } = await served.open("/updates");
    await page.getByLabel("Severity").selectOption("Important");
    await page.getByLabel("Search KB, release or product").fill("windows_10");
    await page.waitForURL(/severity=Important/);
    await page.waitForURL(/search=windows_10/);
    const shown = await page.locator(".count").innerText();
    const url = page.url();
    await page.getByRole("link", { name: "Overview" }).click();
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await page.goBack();
    await expect.poll(() => page.locator(".count").innerText()).toBe(shown);
    const other = await context.newPage();
    await other.goto(url);
    await expect.poll(() => other.locator(".count").innerText()).toBe(shown);
    expect(await other.getByLabel("Severity").inputValue()).toBe("Important");
    await context.close();
  });

  test("everything is reached by keyboard alone", async () => {
    const { context, page } = await served.open("/devices");
    await settled(page);
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await expect.poll(() => page.evaluate(() => document.querySelector("main")?.contains(document.activeElement))).toBe(true);
    for (let presses = 0; presses < 20 && (await focused(page)) !== "Status"; presses++) await page.keyboard.press("Tab");
    const list = page.getByRole("region", { name: "Devices" });
    await list.focus();
    await page.keyboard.press("End");
    // The browser scrolls smoothly: it has arrived before it is sent back.
    const toEnd = () => list.evaluate(({ scrollHeight, clientHeight, scrollTop }) => scrollHeight - clientHeight - scrollTop);
    await expect.poll(toEnd, { timeout: 5000 }).toBeLessThan(2);
    expect(await list.evaluate((element) => element.scrollTop)).toBeGreaterThan(1000);
    await page.keyboard.press("Home");
    await expect.poll(() => list.evaluate((element) => element.scrollTop), { timeout: 5000 }).toBe(0);
    for (let presses = 0; presses < 20 && !/^sample-/.test(await focused(page)); presses++) await page.keyboard.press("Tab");
    const name = await focused(page);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name, level: 1 }).waitFor();
    await expect.poll(() => focused(page)).toBe(name);
    await context.close();
  });

  const looks = [
    ["light", { colorScheme: "light" }],
    ["dark", { colorScheme: "dark" }],
    ["narrow", { colorScheme: "light", viewport: { width: 375, height: 800 } }],
  ] as const;
  test.each(looks)("no view breaks a rule of accessibility, sticks out or breaks the policy: %s", async (name, options) => {
    const { context, page, troubles } = await served.open("/", options);
    const found: unknown[] = [];
    for (const [view, path] of Object.entries(views)) {
      await page.goto(`${served.origin}/ui${path}`);
      await settled(page);
      found.push(...(await axe(page)).map((violation) => ({ view, ...violation })));
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (over > 0) found.push({ view, over });
      await page.screenshot({ path: join(artefacts, `${view}-${name}.png`), fullPage: true });
    }
    expect(found).toEqual([]);
    expect(troubles).toEqual([]);
    await context.close();
  });

  test("signing in breaks no rule either", async () => {
    const { page, context } = await watched(await served.browser.newContext({ locale: "fr-FR" }));
    await page.goto(`${served.origin}/ui/`);
    await page.getByRole("heading", { name: "Connexion" }).waitFor();
    await page.getByText("lien à usage unique").waitFor();
    expect(await page.getAttribute("html", "lang")).toBe("fr");
    expect(await axe(page)).toEqual([]);
    await page.screenshot({ path: join(artefacts, "sign-in-french.png") });
    await context.close();
  });

  test("colours and language can be chosen, and stay", async () => {
    const { context, page } = await served.open("/");
    const paper = (): Promise<string> => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await paper();
    await page.getByText("local administrator").click();
    await page.getByLabel("Colours").selectOption("dark");
    expect(await paper()).not.toBe(light);
    await page.getByLabel("Language").selectOption("fr");
    await page.getByRole("heading", { name: "Vue d’ensemble" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Vue d’ensemble" }).waitFor();
    expect(await paper()).not.toBe(light);
    await context.close();
  });

  test("what is on the screen is saved as CSV, row by row", async () => {
    const { context, page } = await served.open("/updates?exploited=true");
    await settled(page);
    const rows = Number.parseInt(await page.locator(".count").innerText(), 10);
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "CSV" }).click()]);
    const lines = readFileSync(await download.path(), "utf8")
      .trim()
      .split("\r\n");
    expect((lines[0] ?? "").replace("\ufeff", "").split(",").sort()).toEqual([
      "distinctCves",
      "exploited",
      "id",
      "machineMissedOn",
      "name",
      "productsNames",
      "releasedOn",
      "severity",
      "url",
    ]);
    expect(lines).toHaveLength(rows + 1);
    expect(rows).toBeGreaterThan(0);
    await context.close();
  });
});

describe.skipIf(!browserIsThere)("a new server", () => {
  test("says what to do until there is something to see, and shows it as soon as it is there", async () => {
    const served = await servePage({ documents: null });
    try {
      const { page, troubles } = await served.open("/");
      await page.getByText("There is no update knowledge yet").waitFor();
      expect(await axe(page)).toEqual([]);
      await served.server.sync(sampleDocuments);
      await page.getByText("No devices yet").waitFor({ timeout: 15_000 });
      await served.server.ingest(sampleFleet().slice(0, 5));
      await page.getByRole("link", { name: "Updates" }).click();
      await page.getByRole("link", { name: "Overview" }).click();
      await page.getByRole("heading", { name: "Patch age by group" }).waitFor();
      expect(troubles).toEqual([]);
    } finally {
      await served.close();
    }
  });
});

describe.skipIf(!browserIsThere)("whoever may little", () => {
  test("sees what the roles allow, and which role the rest needs", async () => {
    const served = await servePage({ roles: ["Software.Read.All"] }, (server) => server.ingest(sampleFleet().slice(0, 20)));
    try {
      const { page, troubles } = await served.open("/");
      await settled(page);
      const entries = await page.getByRole("navigation").getByRole("link").allInnerTexts();
      expect(entries).toEqual(["Overview", "Updates", "Software"]);
      await page.goto(`${served.origin}/ui/cves`);
      await page.getByText("Needed: Vulnerability.Read.All").waitFor();
      await page.goto(`${served.origin}/ui/upload`);
      await page.getByText("Your roles do not allow").waitFor();
      expect(await page.locator(".drop").count()).toBe(0);
      await page.goto(`${served.origin}/ui/nowhere`);
      await page.getByText("There is nothing here").waitFor();
      expect(troubles).toEqual([]);
    } finally {
      await served.close();
    }
  });
});

async function focused(page: Page): Promise<string> {
  return page.evaluate(() => (document.activeElement as HTMLElement | null)?.innerText.trim() ?? "");
}

async function drop(page: Page, name: string, text: string): Promise<void> {
  const data = await page.evaluateHandle(
    ([file, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content as string], file as string));
      return transfer;
    },
    [name, text],
  );
  await page.dispatchEvent(".drop", "drop", { dataTransfer: data });
}

/** What axe finds, in short. */
async function axe(page: Page): Promise<readonly object[]> {
  await page.evaluate(axeCore.source);
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axeCore }).axe.run();
    return violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.slice(0, 3).map(({ html, failureSummary }) => ({ html, failureSummary })),
    }));
  });
}
