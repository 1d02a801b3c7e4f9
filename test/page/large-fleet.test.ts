import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CheckIn } from "../../src/stores/device-store.ts";
import { mostPages, pageRows } from "../../web/parts/sparse-rows.ts";
import type { TestServer } from "../http/a-server.ts";
import { artefacts, browserIsThere, settled } from "./a-browser.ts";
import { type ServedPage, servePage } from "./served-page.ts";

const devices = 100_000;
const distinct = 400;
const batch = 5_000;
const mostHeap = 60 * 1024 * 1024;

interface Rows {
  readonly requests: number;
  readonly held: number;
}

describe.skipIf(!browserIsThere)("a hundred thousand devices", () => {
  let served: ServedPage;
  beforeAll(async () => {
    served = await servePage({}, fill);
  }, 240_000);
  afterAll(() => served?.close());

  test("the list scrolls without blank rows, asks for little and holds little", async () => {
    const { context, page, troubles, calls: asked } = await served.open("/devices");
    await page.getByText("100,000 devices").waitFor();
    await settled(page);
    const calls = (): number => asked.filter((call) => call.includes("/api/fleet/machines")).length;
    const before = calls();
    // Row by row down some pages, then far away and back, as fast as the browser draws.
    const blank = await page.evaluate(async () => {
      const list = document.querySelector(".grid-scroll") as HTMLElement;
      const next = (): Promise<number> => new Promise((resolve) => void requestAnimationFrame(resolve));
      const places = [
        ...Array.from({ length: 60 }, (_, index) => index * 300),
        ...Array.from({ length: 60 }, (_, index) => (index * 7919 * 44) % (list.scrollHeight - list.clientHeight)),
      ];
      let missing = 0;
      for (const place of places) {
        list.scrollTop = place;
        await next();
        await next();
        const { top, bottom } = list.getBoundingClientRect();
        const rows = [...document.querySelectorAll<HTMLElement>(".grid-body .grid-row")];
        const seen = rows.filter((row) => row.getBoundingClientRect().bottom > top && row.getBoundingClientRect().top < bottom);
        if (seen.length < Math.floor((list.clientHeight - 44) / 44)) missing++;
        if (seen.some((row) => row.innerText.trim() === "")) missing++;
      }
      return missing;
    });
    expect(blank).toBe(0);
    await page.waitForFunction(() => document.querySelectorAll(".grid-body .waiting").length === 0);
    // 60 steps of 300 pixels pass over some 400 rows, the jumps rest nowhere: without the pause there were one request a jump.
    expect(calls() - before).toBeLessThanOrEqual(40);
    expect(calls() - before).toBeGreaterThan(0);
    expect(troubles).toEqual([]);
    await context.close();
  });

  test("memory stays bounded, however much of it was looked at", async () => {
    const { context, page } = await served.open("/devices");
    await page.getByText("100,000 devices").waitFor();
    const list = page.getByRole("region", { name: "Devices" });
    for (let step = 1; step <= mostPages + 6; step++) {
      await list.evaluate((element, top) => element.scrollTo({ top }), step * 3000 * 44);
      await page.waitForFunction(() => document.querySelectorAll(".grid-body .waiting").length === 0);
    }
    const { held, requests } = await page.evaluate(() => {
      const { held: rows, requests: asked } = (window as unknown as { patchgapRows: Rows }).patchgapRows;
      return { held: rows, requests: asked };
    });
    expect(held).toBeLessThanOrEqual(mostPages * pageRows);
    expect(held).toBeGreaterThan((mostPages - 2) * pageRows);
    // A place may lie on two pages.
    expect(requests).toBeLessThanOrEqual(1 + 2 * (mostPages + 6));
    const metrics = await context.newCDPSession(page);
    await metrics.send("Performance.enable");
    const heap = (await metrics.send("Performance.getMetrics")).metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? 0;
    expect(heap).toBeGreaterThan(0);
    expect(heap).toBeLessThanOrEqual(mostHeap);
    const shown = await page.locator(".grid-body .grid-row").count();
    expect(shown).toBeLessThanOrEqual(60);
    await page.screenshot({ path: `${artefacts}/large-fleet.png` });
    await context.close();
  }, 180_000);

  test("filters and order are the server's, over all of them", async () => {
    const { context, page } = await served.open("/devices?search=pc-09999&sort=-name");
    await page.getByText("10 devices", { exact: true }).waitFor();
    await settled(page);
    expect(await page.locator(".grid-body .name").first().textContent()).toBe("pc-099999");
    await page.goto(`${served.origin}/ui/devices?status=behind&sort=-missing`);
    const { json } = await served.server.ask("/api/fleet");
    await page.getByText(`${json.behind.toLocaleString("en-GB")} devices`, { exact: true }).waitFor();
    expect(json.behind).toBeGreaterThan(1000);
    await context.close();
  });
});

/** Made-up devices, straight into the store with what they come to. */
async function fill(server: TestServer): Promise<void> {
  const { fleet } = server.server;
  const tenant = [...server.tenants.values()][0]?.id ?? "";
  const contents = Array.from({ length: distinct }, (_, index) => {
    const content = {
      os: {
        caption: "Microsoft Windows 10 Pro",
        version: "10.0",
        build: 19045,
        ubr: 5000 + index * 6,
        displayVersion: "22H2",
        architecture: "x64" as const,
      },
      ...{ installedKbs: [], msiPatchKbs: null, software: [], pendingRestart: false, notes: [] },
    };
    return { content, digest: createHash("sha256").update(JSON.stringify(content)).digest("hex") };
  });
  const at = "2026-03-30T08:15:00.000Z";
  for (let from = 0; from < devices; from += batch) {
    const checkIns = Array.from({ length: batch }, (_, index): CheckIn => {
      const name = `pc-${String(from + index).padStart(6, "0")}`;
      const { content, digest } = contents[(from + index) % distinct] as (typeof contents)[number];
      const facts = { tags: [`group:${(from + index) % 7}`], ipAddresses: [] };
      return { deviceId: createHash("sha1").update(name).digest("hex"), name, at, receivedAt: at, digest, content, facts };
    });
    await fleet.checkIn(tenant, checkIns);
  }
}
