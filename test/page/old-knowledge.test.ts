import { describe, expect, test } from "vitest";
import { sampleFleet } from "../http/fleet-at-work.ts";
import { browserIsThere, settled } from "./a-browser.ts";
import { servePage } from "./served-page.ts";

describe.skipIf(!browserIsThere)("knowledge that is too old", () => {
  test("is said to be so on the overview, until it is new again", async () => {
    let now = new Date("2026-06-30T12:00:00Z");
    const served = await servePage({ now: () => now }, (server) => server.ingest(sampleFleet().slice(0, 10)));
    try {
      const { page, troubles } = await served.open("/");
      await page.getByText("Update knowledge is 91 days old").waitFor();
      now = new Date("2026-04-02T12:00:00Z");
      await page.getByRole("link", { name: "Updates", exact: true }).click();
      await settled(page);
      await page.getByRole("link", { name: "Overview" }).click();
      await page.getByText("2 days").waitFor();
      expect(await page.getByText("Update knowledge is").count()).toBe(0);
      expect(troubles).toEqual([]);
    } finally {
      await served.close();
    }
  });
});
